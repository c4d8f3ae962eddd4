import { spawnSync } from 'node:child_process'
import { loadChartSync, processDependencies, toRenderValues, defaultCapabilities } from '../src/charts/chart/index.ts'
import { Engine, nodeHost } from '../src/charts/render/index.ts'
import type { ChartSet } from './charts.ts'
import { geometricMean, median, table } from './numbers.ts'

/** Rendering alone, loading and value merging left out on both sides: Helm's engine in a Go program against Pintle's in this process. */
export function inProcess(charts: ChartSet, helmRender: string, seconds: number) {
  const list = [...charts.all, charts.tplHeavy]
  const { stdout, status, stderr } = spawnSync(helmRender, ['bench', String(seconds), ...list], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`helm-render bench: ${stderr}`)
  const real = stdout.trim().split('\n').map((l) => JSON.parse(l) as { chart: string; median: number })
  const rows = list.map((path, i) => {
    const helm = real[i]!.median / 1e6
    const ours = measure(path, seconds)
    return { chart: path.split('/').slice(-1)[0]!, helm, pintle: ours, ratio: helm / ours, tplHeavy: path === charts.tplHeavy }
  })
  console.log('\nin-process rendering, median ms of one render (ratio: how many times faster than Helm)')
  console.log(table([...rows].sort((a, b) => a.ratio - b.ratio).map((r) => [r.chart, r.helm.toFixed(3), r.pintle.toFixed(3), `${r.ratio.toFixed(1)}x`])))
  const public_ = rows.filter((r) => !r.tplHeavy)
  const total = public_.reduce((s, r) => s + r.helm, 0) / public_.reduce((s, r) => s + r.pintle, 0)
  const summary = { geometricMean: geometricMean(public_.map((r) => r.ratio)), overTheSet: total, tplHeavy: rows.at(-1)!.ratio }
  console.log(`geometric mean ${summary.geometricMean.toFixed(2)}x, sum over the set ${summary.overTheSet.toFixed(2)}x (bar: 3x); tpl-heavy umbrella ${summary.tplHeavy.toFixed(1)}x (bar: 10x)`)
  return { rows, ...summary }
}

function measure(path: string, seconds: number): number {
  const chart = loadChartSync(path)
  processDependencies(chart, new Map())
  const values = toRenderValues(chart, new Map(), { name: 'release-name', namespace: 'default', revision: 1, isInstall: true, isUpgrade: false }, defaultCapabilities(), {})
  const engine = new Engine()
  const host = nodeHost()
  const times: number[] = []
  // Warm-up: V8 compiles what runs often; a long-lived process is what this bench is about.
  for (const until = performance.now() + seconds * 500; performance.now() < until; ) engine.render(chart, values, { host })
  for (const until = performance.now() + seconds * 1000; performance.now() < until || times.length < 3; ) {
    const began = performance.now()
    engine.render(chart, values, { host })
    times.push(performance.now() - began)
  }
  return median(times)
}
