import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { geometricMean, median, table } from './numbers.ts'

/** Wall time of `pintle template` against `helm template`, in turns, so that a drift of the machine hits both. */
export function processes(charts: readonly string[], helm: string, runs: number) {
  const pintle = resolve(import.meta.dirname, '../bin/pintle.js')
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined }
  const time = (command: string, args: string[]) => {
    const began = performance.now()
    const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'], env })
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
    return performance.now() - began
  }
  const rows = charts.map((chart) => {
    const args = ['template', 'release-name', chart]
    time(process.execPath, [pintle, ...args])
    time(helm, args)
    const ratios: number[] = []
    const ours: number[] = []
    const theirs: number[] = []
    for (let i = 0; i < runs; i++) {
      const a = time(process.execPath, [pintle, ...args])
      const b = time(helm, args)
      ours.push(a)
      theirs.push(b)
      ratios.push(a / b)
    }
    return { chart: chart.split('/').at(-1)!, helm: median(theirs), pintle: median(ours), ratio: median(ratios) }
  })
  console.log('\n`pintle template` as a process, median wall ms (ratio: Pintle / Helm)')
  console.log(table([...rows].sort((a, b) => b.ratio - a.ratio).map((r) => [r.chart, r.helm.toFixed(0), r.pintle.toFixed(0), r.ratio.toFixed(2)])))
  const summary = { geometricMean: geometricMean(rows.map((r) => r.ratio)), worst: Math.max(...rows.map((r) => r.ratio)) }
  console.log(`geometric mean ${summary.geometricMean.toFixed(3)} (bar: 0.6), worst ${summary.worst.toFixed(2)} (bar: 1.1)`)
  return { rows, ...summary }
}
