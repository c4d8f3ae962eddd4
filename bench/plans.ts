import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { loadChart } from '../src/charts/chart/index.ts'
import { install, mapParallel } from '../src/cluster/release/index.ts'
import { parsePlan, releaseSource } from '../src/delivery/plan/index.ts'
import { startControlPlane, type ControlPlane } from '../test/cluster/control-plane.ts'
import { median, table } from './numbers.ts'
import { writeChart } from './upgrades.ts'

/** Wall and processor milliseconds, and requests the API server logged. */
interface Measured { wall: number; cpu: number; calls: number }

const objects = 20
const perNamespace = 30

/**
 * A plan of 1, 30 and 300 releases of 20 objects each, one of which changes: `pintle plan` in one run against helm-diff's program (PINTLE_HELM_DIFF) over the real
 * Helm for one release after the other, which compares manifests alone, and with --three-way-merge, which looks at the live objects, too. `pintle plan` does so in any case,
 * asks the server about each change, renders twice and freezes what it rendered.
 */
export async function plans(helm: string, runs: number, sizes: readonly number[] = [1, 30, 300]) {
  const helmDiff = process.env.PINTLE_HELM_DIFF
  if (helmDiff === undefined) {
    console.log("\nplans: not measured; PINTLE_HELM_DIFF must name helm-diff's program (bin/diff of the installed plugin)")
    return undefined
  }
  const plane = await startControlPlane({ apiOnly: true, audit: true })
  if (plane === undefined) throw new Error('the control plane could not be built')
  const home = mkdtempSync(join(tmpdir(), 'pintle-bench-plan-'))
  try {
    const chart = uniqueNames(writeChart(home, objects))
    await installAll(plane, chart, Math.max(...sizes))
    const rows = []
    for (const count of sizes) {
      const repeat = count === 1 ? runs : count <= 30 ? Math.min(runs, 3) : 1
      const all = { helmDiff: [] as Measured[], threeWay: [] as Measured[], pintle: [] as Measured[] }
      for (let i = 0; i < repeat; i++) {
        all.helmDiff.push(await helmDiffs(plane, home, { helm, helmDiff, chart, count, flags: [] }))
        // Of hundreds it would take a quarter of an hour.
        if (count <= perNamespace) all.threeWay.push(await helmDiffs(plane, home, { helm, helmDiff, chart, count, flags: ['--three-way-merge'] }))
        all.pintle.push(await planned(plane, home, chart, count))
      }
      const middle = (each: readonly Measured[]): Measured => ({ wall: median(each.map((m) => m.wall)), cpu: median(each.map((m) => m.cpu)), calls: median(each.map((m) => m.calls)) })
      const [theirs, live, ours] = [middle(all.helmDiff), all.threeWay.length > 0 ? middle(all.threeWay) : undefined, middle(all.pintle)]
      const ratio = (other: Measured) => ({ wall: ours.wall / other.wall, cpu: ours.cpu / other.cpu, calls: ours.calls / other.calls })
      rows.push({ releases: count, helmDiff: theirs, ...(live && { threeWay: live, ratioThreeWay: ratio(live) }), pintle: ours, ratio: ratio(theirs) })
    }
    console.log('\nplans on a local API server, medians (ratios: pintle plan / helm diff upgrade for each, then / the same with --three-way-merge)')
    console.log(table([
      ['releases', ...(['wall ms', 'cpu ms', 'calls'] as const).flatMap((what) => [`${what}: helm diff`, 'three-way', 'pintle', 'ratio', 'ratio'])],
      ...rows.map((r) => [String(r.releases), ...(['wall', 'cpu', 'calls'] as const).flatMap((key) => [r.helmDiff[key].toFixed(0), r.threeWay?.[key].toFixed(0) ?? '-', r.pintle[key].toFixed(0), r.ratio[key].toFixed(2), r.ratioThreeWay?.[key].toFixed(2) ?? '-'])]),
    ]))
    return { rows }
  } finally {
    rmSync(home, { recursive: true, force: true })
    await plane.stop()
  }
}

const nameOf = (i: number): string => `s${i}`
const namespaceOf = (i: number): string => `p${Math.floor(i / perNamespace)}`
const set = 'changed=1,content=second'

/** The chart's objects bear the release's name: several of them live in one namespace. */
function uniqueNames(chart: string): string {
  for (const file of readdirSync(join(chart, 'templates'))) {
    const path = join(chart, 'templates', file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('printf "o%d" $i', 'printf "%s-o%d" $.Release.Name $i'))
  }
  return chart
}

async function installAll({ cluster }: ControlPlane, path: string, count: number): Promise<void> {
  const chart = await loadChart(path)
  for (let n = 0; n < Math.ceil(count / perNamespace); n++) await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `p${n}` } })
  await mapParallel(Array.from({ length: count }, (_, i) => i), async (i) => install({ cluster, namespace: namespaceOf(i), name: nameOf(i), source: releaseSource({ chart, values: new Map(), cluster }) }))
}

/** Runs a program, with its processor time. */
async function timed(plane: ControlPlane, home: string, agent: RegExp, commands: readonly { command: string; args: readonly string[]; env?: Record<string, string>; check: (out: string) => boolean }[]): Promise<Measured> {
  const before = plane.requests().length
  const began = performance.now()
  let cpu = 0
  for (const { command, args, env, check } of commands) {
    const { stdout, stderr } = await promisify(execFile)('/usr/bin/time', ['-f', '%U %S', command, ...args], { env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: plane.kubeconfig, ...env }, cwd: home, maxBuffer: 1 << 28 })
    if (!check(stdout)) throw new Error(`${command} ${args.join(' ')} does not say what it should:\n${stdout.slice(0, 2000)}`)
    for (const seconds of stderr.trim().split('\n').at(-1)!.split(' ')) cpu += Number(seconds) * 1000
  }
  const wall = performance.now() - began
  return { wall, cpu, calls: plane.requests().slice(before).filter((r) => agent.test(r.userAgent)).length }
}

async function helmDiffs(plane: ControlPlane, home: string, { helm, helmDiff, chart, count, flags }: { helm: string; helmDiff: string; chart: string; count: number; flags: readonly string[] }): Promise<Measured> {
  return await timed(plane, home, /^(Helm|diff)\//, Array.from({ length: count }, (_, i) => ({
    command: helmDiff, args: ['upgrade', nameOf(i), chart, '--set', set, ...flags], env: { HELM_NAMESPACE: namespaceOf(i), HELM_BIN: helm }, check: (out: string) => /ConfigMap.* has changed/.test(out),
  })))
}

async function planned(plane: ControlPlane, home: string, chart: string, count: number): Promise<Measured> {
  const services = Array.from({ length: count }, (_, i) => `  ${nameOf(i)}: { chart: ${chart}, namespace: ${namespaceOf(i)}, set: ["${set}"] }`)
  writeFileSync(join(home, 'pintle.yaml'), `apiVersion: pintle.dev/v1\nservices:\n${services.join('\n')}\n`)
  const measured = await timed(plane, home, /^pintle/, [{ command: process.execPath, args: [resolve(import.meta.dirname, '../bin/pintle.js'), 'plan', '-o', 'p.pintle'], check: () => true }])
  const { plan } = parsePlan(readFileSync(join(home, 'p.pintle')))
  if (plan.releases.length !== count || plan.releases.some((r) => r.changes.changed !== 1 || r.changes.unchanged !== objects - 1)) throw new Error(`the plan of ${count} is not what it should be`)
  if (count > 1) console.log(`a plan of ${count} releases: ${(statSync(join(home, 'p.pintle')).size / 1024).toFixed(0)} KiB`)
  return measured
}
