import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { said, withoutTimes } from '../cli-pair.ts'
import { sameState } from '../one-state.ts'
import type { CliPair, Ran } from '../cli-pair.ts'
import { filesOf, kindsIn } from './chart-files.ts'
import { differences } from './compare.ts'
import { asOfHelm3 } from './state.ts'
import { stepsOf } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { World } from './world.ts'
import type { Ground, Tool } from './world.ts'

/** Controllers and deletions take a moment: so long may the worlds take to agree. */
const patience = 4000
const always = ['ConfigMap', 'Secret', 'Lease', 'ServiceAccount']

/**
 * Runs a scenario in its three worlds.
 * @returns a line for everything that differs and is not expected, or is expected and does not differ
 */
export async function runScenario(pair: CliPair, real: Ground, sandbox: Ground, scenario: Scenario): Promise<string[]> {
  const id = Math.random().toString(36).slice(2, 7)
  const ours = scenario.as === 'pintle' ? 'pintle' : 'linked'
  const make = (name: string, ground: Ground, letter: string, tool: Tool): World => {
    const namespace = `${letter}-${id}`
    return new World(name, ground, namespace, tool, pair, filesOf(scenario.charts ?? {}, namespace))
  }
  const helm = make('Helm', real, 'h', 'helm')
  const others = [make('Pintle', real, 'p', ours), make('Pintle on the sandbox', sandbox, 's', ours), ...(scenario.helm3 === true ? [make('Helm 3', real, 't', 'helm3')] : [])]
  const kinds = new Set([...always, ...kindsIn([scenario.steps, ...Object.values(filesOf(scenario.charts ?? {}, 'NAMESPACE'))])])
  const out: string[] = []
  const known = others.map(() => new Set<string>())
  try {
    await Promise.all([helm, ...others].map((world) => world.begin()))
    for (const [at, step] of stepsOf(scenario).entries()) {
      const say = (text: string): void => { out.push(`${at + 1} ${step.line}\n    ${text}`) }
      const [expected, simulated] = [step.differences, step.onSandbox].map((lines) => lines.map((line) => {
        const [row, difference] = [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]
        if (!isDocumented(row)) say(`no row of docs/compatibility.md begins with: ${row}`)
        return difference
      })) as [string[], string[]]
      const isExpected: Expected = (line, i) => expected.includes(line) || known[i]!.has(line) || (others[i]!.ground === sandbox && simulated.some((path) => line.startsWith(`${path}: `)))
      const found = await runStep(helm, others, step.line, kinds, isExpected)
      for (const line of found.same) say(`on one state: ${line}`)
      others.forEach((world, i) => {
        const lines = found.each[i]!
        for (const line of lines) if (!isExpected(line, i)) say(`${world.name}: ${line}`)
        if (world.tool !== 'helm3') for (const line of expected) if (!lines.includes(line)) say(`${world.name} does not differ as expected: ${line}`)
        if (world.ground === sandbox) for (const path of simulated) if (!lines.some((line) => line.startsWith(`${path}: `))) say(`${world.name} does not differ as expected: ${path}`)
        // A difference of what there is stays until somebody writes there again; reading compares only what is said.
        if (!step.line.startsWith('=')) known[i] = new Set(lines)
      })
    }
  } finally {
    await Promise.all([helm, ...others].map((world) => world.end()))
  }
  return out
}

const documented = readFileSync(join(import.meta.dirname, '../../../docs/compatibility.md'), 'utf8').split('\n').filter((l) => l.startsWith('| '))
const isDocumented = (row: string): boolean => documented.some((line) => line.slice(2).startsWith(row))

/** Whether a difference of one of the other worlds is known of. */
type Expected = (line: string, world: number) => boolean

/** What a step came to: how the other worlds differ from Helm's, and how Pintle differs from Helm on Helm's own state. */
interface Found { each: string[][]; same: string[] }

async function runStep(helm: World, others: readonly World[], line: string, kinds: Set<string>, isExpected: Expected): Promise<Found> {
  const worlds = [helm, ...others]
  if (line.startsWith('~ ')) {
    await Promise.all(worlds.map((world) => world.edit(line.slice(2))))
    return { each: await settledDifferences(helm, others, kinds, isExpected), same: [] }
  }
  const by = /^([34]) /.exec(line)?.[1]
  if (by !== undefined) {
    await Promise.all(worlds.map(async (world) => {
      const { code, err } = await world.run(line.slice(2), by === '3' ? 'helm3' : 'helm')
      if (code !== 0) throw new Error(`${line} in the world of ${world.name}: ${err}`)
    }))
    return { each: await settledDifferences(helm, others, kinds, isExpected), same: [] }
  }
  const reads = line.startsWith('=')
  const command = line.replace(/^==? /, '')
  if (reads) {
    const first = await helm.run(command)
    const one = await sameState(first, () => helm.run(command), () => helm.run(command, others[0]!.tool))
    const same = differences(one.theirs, one.ours)
    // Live objects change by themselves; what two of them hold is compared where both programs look at the same ones.
    if (line.startsWith('==') || (command.startsWith('status') && first.code === 0)) return { each: others.map(() => []), same }
    const theirs = twin(first, helm)
    return { each: await Promise.all(others.map(async (world) => (world.tool === 'helm3' ? [] : spoken(theirs, twin(await world.run(command), world), world)))), same }
  }
  const [theirs, ...ours] = await Promise.all(worlds.map(async (world) => twin(await world.run(command), world))) as [Ran, ...Ran[]]
  const objects = await settledDifferences(helm, others, kinds, isExpected)
  return { each: others.map((world, i) => [...spoken(theirs, ours[i]!, world), ...objects[i]!]), same: [] }
}

/** Called as itself Pintle says more than Helm: there Helm's words must be among its own. Helm 3 has other words. */
function spoken(theirs: Ran, ours: Ran, world: World): string[] {
  if (world.tool === 'helm3') return differences({ exit: theirs.code }, { exit: ours.code })
  if (world.tool !== 'pintle') return differences({ exit: theirs.code, stdout: theirs.out, stderr: theirs.err }, { exit: ours.code, stdout: ours.out, stderr: ours.err })
  const err = theirs.err.trimEnd().replaceAll('"helm ', '"pintle ').replaceAll('Usage:  helm ', 'Usage:  pintle ')
  return differences({ exit: theirs.code, stdout: theirs.out, stderr: err }, { exit: ours.code, stdout: ours.out, stderr: ours.err.includes(err) ? err : ours.err })
}

/** Looks until the worlds agree or time is up. */
async function settledDifferences(helm: World, others: readonly World[], kinds: Set<string>, isExpected: Expected): Promise<string[][]> {
  for (const end = Date.now() + patience; ; await new Promise((r) => setTimeout(r, 150))) {
    const [theirs, ...ours] = await Promise.all([helm, ...others].map((world) => world.state(kinds)))
    const each = ours.map((state, i) => (others[i]!.tool === 'helm3' ? differences(asOfHelm3(theirs!), asOfHelm3(state)) : differences(theirs, state)))
    if (each.every((lines, i) => lines.every((line) => isExpected(line, i))) || Date.now() > end) return each
  }
}

const twin = ({ code, out, err }: Ran, world: World): Ran => ({ code, out: words(world.neutral(out)), err: words(world.neutral(said(err))) })

const words = (text: string): string => withoutTimes(text).replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>').replace(/-[a-z0-9]{5}(?=[" :,/]|$)/gm, '-<id>')
