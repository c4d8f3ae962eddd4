/**
 * A sweep of planted secrets over every verb: values given in every way, chart Secrets, credentials of clusters, repositories and registries, tokens in addresses. None may stand in what is printed, in any file that is left,
 * in arguments of programs that were started, or in the cluster outside of Secrets. `mayPrint`, `mayTell` and `mayKeep` say where they may. `PINTLE_SWEEP_ALL=1` runs each verb by every door; without it most verbs run
 * once. `PINTLE_SWEEP_LOG=FILE` tells how each run ended.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commands } from '../../src/faces/cli/commands.ts'
import { endOfRun, type Line } from './in-one-process.ts'
import { formsOf, leaks, type Kept } from './planted-search.ts'
import { mayKeep, mayPrint, mayTell, steps, type Step } from './planted-steps.ts'
import { planKey, planted, plantedWorld, type PlantedWorld } from './planted-world.ts'
import { startCli, type CliResult } from './run-cli.ts'

const all = process.env.PINTLE_SWEEP_ALL === '1'
const script = join(import.meta.dirname, 'in-one-process.ts')
const searched = { ...planted, planKey }
let world: PlantedWorld
let runner: Runner
const ran: { args: readonly string[]; result: CliResult; killed?: boolean }[] = []

/** Runs a step; a digest it names is that of the plan before. What is killed, or reads standard input, has a process of its own. */
async function run({ args, env, stdin, kill }: Step): Promise<void> {
  const began = performance.now()
  const digest = /Plan (?:digest: )?(sha256:[0-9a-f]{64})/.exec(ran.findLast((r) => /Plan (?:digest: )?sha256:/.test(r.result.out))?.result.out ?? '')?.[1] ?? ''
  const words = args.map((word) => word.replace(/^\$(?:PLAN|DIGEST)$/, digest))
  const result = stdin === undefined && kill === undefined ? await runner.run(words, { ...env }) : await alone(words, { ...world.env, ...env }, stdin, kill)
  ran.push({ args: words, result, ...(kill !== undefined && { killed: result.code === -1 }) })
  if (process.env.PINTLE_SWEEP_LOG) appendFileSync(process.env.PINTLE_SWEEP_LOG, `${result.code} ${Math.round(performance.now() - began)} ms ${words.join(' ')}\n${result.err.replace(/^/gm, '    ')}\n`)
}

async function alone(args: readonly string[], env: Record<string, string>, stdin: string | undefined, kill: RegExp | undefined): Promise<CliResult> {
  const running = startCli(args, { cwd: world.project, env, timeout: 90_000, program: [process.execPath, script], ...(stdin !== undefined && { stdin }) })
  if (kill !== undefined) await running.said(kill).then(() => running.kill('SIGKILL'), () => {})
  const { code, out, err } = await running.ended
  return { code, out, err }
}

/** A process that runs command lines one after the other: most of the time of a short one is its start. */
class Runner {
  readonly #child: ChildProcess
  readonly #texts = { out: '', err: '' }
  #look: () => void = () => {}

  constructor({ project, env }: PlantedWorld) {
    this.#child = spawn(process.execPath, [script], { cwd: project, env, stdio: ['pipe', 'pipe', 'pipe'] })
    const keep = (name: 'out' | 'err') => (data: Buffer) => {
      this.#texts[name] += data.toString('utf8')
      this.#look()
    }
    this.#child.stdout!.on('data', keep('out'))
    this.#child.stderr!.on('data', keep('err'))
    this.#child.on('exit', () => this.#look())
  }

  async run(args: readonly string[], env: Record<string, string>): Promise<CliResult> {
    this.#child.stdin!.write(`${JSON.stringify({ args, env } satisfies Line)}\n`)
    const ended = (text: string): boolean => text.includes(endOfRun)
    await new Promise<void>((done, fail) => {
      this.#look = () => {
        if (ended(this.#texts.out) && ended(this.#texts.err)) done()
        else if (this.#child.exitCode !== null || this.#child.signalCode !== null) fail(new Error(`\`${args.join(' ')}\` ended its process:\n${this.#texts.err}`))
      }
      this.#look()
    })
    const [out = '', rest = ''] = this.#texts.out.split(endOfRun)
    const [err = ''] = this.#texts.err.split(endOfRun)
    Object.assign(this.#texts, { out: '', err: '' })
    return { code: Number.parseInt(rest, 10), out, err }
  }

  stop(): void {
    this.#child.kill()
  }
}

beforeAll(async () => {
  world = await plantedWorld()
  runner = new Runner(world)
  for (const step of steps(world)) if (all || step.more !== true) await run(step)
}, 900_000)
afterAll(async () => {
  runner?.stop()
  await world?.stop()
})

const named = (found: readonly string[], names: readonly string[]): string[] => found.filter((f) => !names.includes(f.split(' ')[0]!))

it('every verb is swept', () => {
  const verbs = commands.filter((c) => c.hidden !== true).map((c) => c.name)
  const lines = steps({ url: 'http://x', root: '/' }).map((s) => s.args.join(' '))
  expect(verbs.filter((verb) => !lines.some((line) => line === verb || line.startsWith(`${verb} `))), 'a verb needs a step in planted-steps.ts').toEqual([])
})

it('nothing is printed', () => {
  const found = ran.flatMap(({ args, result }) => {
    const line = args.join(' ')
    const allowed = (table: typeof mayPrint): string[] => table.filter(([verb]) => verb.test(line)).flatMap(([, names]) => names)
    return [...named(leaks(searched, [[`stdout of \`${line}\``, result.out]]), allowed(mayPrint)), ...named(leaks(searched, [[`stderr of \`${line}\``, result.err]]), allowed(mayTell))]
  })
  expect(found).toEqual([])
})

it('nothing is left in files, or in arguments of other programs', () => {
  const found = world.kept().flatMap((kept: Kept) => named(leaks(searched, [kept]), mayKeep.filter(([file]) => file.test(kept[0])).flatMap(([, names]) => names)))
  expect(found).toEqual([])
})

it('nothing is left in the cluster outside of Secrets and of what the chart says', () => {
  expect(leaks(searched, world.stored())).toEqual([])
})

it('the sweep would find them', () => {
  // Runs that were to end well did, what was planted did arrive, and each way was reached.
  expect(ran.flatMap(({ args, killed, result }) => (killed === false ? [`${args.join(' ')}: ${result.code} ${result.err}`] : []))).toEqual([])
  const wells = ['install r ./web', 'template r ./web', 'rollback r 1', 'repair r -n', 'plan web ./web', 'apply q.pintle --yes', 'approve p.pintle --key', 'doctor web -e', 'evidence show', 'explain auth.password ./web', 'secrets set own.yaml', 'secrets updatekeys', 'helmfile -f helmfile.yaml list']
  expect(wells.filter((line) => !ran.some(({ args, result }) => result.code === 0 && args.join(' ').startsWith(line)))).toEqual([])
  const secrets = JSON.stringify(world.sandbox.api.store.list('/secrets', 'prod'))
  for (const name of ['set', 'setString', 'setFile', 'setJson', 'sops', 'values', 'chart'] as const) expect(formsOf(planted[name]).some((form) => secrets.includes(form)), name).toBe(true)
})
