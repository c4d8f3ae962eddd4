import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { startControlPlane } from '../test/cluster/control-plane.ts'
import { median, table } from './numbers.ts'
import { writeChart } from './upgrades.ts'

/** Wall milliseconds, and requests the API server logged. */
interface Measured { wall: number; calls: number }

const releases = 30
const objects = 40

/**
 * The diff of 1 and of 30 releases of 40 objects each, a tenth of which change: helm-diff's program (PINTLE_HELM_DIFF) over the real Helm against `pintle diff
 * upgrade`, one process after the other, and against the library in one process. All must print the same.
 */
export async function diffs(helm: string, runs: number) {
  const helmDiff = process.env.PINTLE_HELM_DIFF
  if (helmDiff === undefined) {
    console.log("\ndiffs: not measured; PINTLE_HELM_DIFF must name helm-diff's program (bin/diff of the installed plugin)")
    return undefined
  }
  const plane = await startControlPlane({ apiOnly: true, audit: true })
  if (plane === undefined) throw new Error('the control plane could not be built')
  const home = mkdtempSync(join(tmpdir(), 'pintle-bench-diff-'))
  try {
    const chart = writeChart(home, objects)
    const set = `changed=${objects / 10},content=second`
    const run = (command: string, args: readonly string[], namespace: string) => promisify(execFile)(command, args, {
      env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: plane.kubeconfig, HELM_NAMESPACE: namespace, HELM_BIN: helm }, maxBuffer: 1 << 26,
    })
    for (let i = 0; i < releases; i++) {
      await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `r${i}` } })
      await run(helm, ['install', 'app', chart], `r${i}`)
    }
    const tools = {
      helmDiff: { command: helmDiff, first: [] as string[], agent: /^Helm\// },
      pintle: { command: process.execPath, first: [resolve(import.meta.dirname, '../bin/pintle.js'), 'diff'], agent: /^pintle/ },
    }
    /** All in one process, by the library. */
    const together = async (count: number): Promise<Measured & { out: string }> => {
      const before = plane.requests().length
      const began = performance.now()
      const { stdout: out } = await run(process.execPath, [join(import.meta.dirname, 'diff-many.ts'), chart, String(count), set], '')
      return { wall: performance.now() - began, calls: plane.requests().slice(before).filter((r) => tools.pintle.agent.test(r.userAgent)).length, out }
    }
    const measure = async (tool: keyof typeof tools, count: number, live: boolean): Promise<Measured & { out: string }> => {
      const { command, first, agent } = tools[tool]
      const before = plane.requests().length
      const began = performance.now()
      let out = ''
      for (let i = 0; i < count; i++) out += (await run(command, [...first, 'upgrade', 'app', chart, '--set', set, ...(live ? ['--three-way-merge'] : [])], `r${i}`)).stdout
      const wall = performance.now() - began
      return { wall, calls: plane.requests().slice(before).filter((r) => agent.test(r.userAgent) || (tool === 'helmDiff' && /^diff\//.test(r.userAgent))).length, out }
    }
    const rows = []
    for (const [count, live, one] of [[1, false, false], [releases, false, false], [releases, false, true], [1, true, false]] as const) {
      const all = { helmDiff: [] as Measured[], pintle: [] as Measured[] }
      for (let i = 0; i < (count === 1 ? runs : Math.min(runs, 3)); i++) {
        const [theirs, ours] = [await measure('helmDiff', count, live), one ? await together(count) : await measure('pintle', count, live)]
        if (theirs.out !== ours.out || theirs.out === '') throw new Error(`the diffs of ${count} release(s) differ, or are empty`)
        all.helmDiff.push(theirs)
        all.pintle.push(ours)
      }
      const middle = (each: readonly Measured[]): Measured => ({ wall: median(each.map((m) => m.wall)), calls: median(each.map((m) => m.calls)) })
      const [theirs, ours] = [middle(all.helmDiff), middle(all.pintle)]
      rows.push({ releases: count, threeWay: live, oneProcess: one, helmDiff: theirs, pintle: ours, ratio: { wall: ours.wall / theirs.wall, calls: ours.calls / theirs.calls } })
    }
    console.log('\ndiffs on a local API server, medians (ratios: Pintle / helm-diff)')
    console.log(table([
      ['releases', 'calls', '', 'ratio', 'ms', '', 'ratio'],
      ...rows.map((r) => [`${r.releases}${r.threeWay ? ', three-way' : ''}${r.oneProcess ? ', in one process' : ''}`, ...(['calls', 'wall'] as const).flatMap((key) => [r.helmDiff[key].toFixed(0), r.pintle[key].toFixed(0), r.ratio[key].toFixed(2)])]),
    ]))
    return { rows }
  } finally {
    rmSync(home, { recursive: true, force: true })
    await plane.stop()
  }
}
