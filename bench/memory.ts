import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { table } from './numbers.ts'

/** Peak resident memory of one render as a process, of the five charts with the largest output. Needs GNU time. */
export function memory(charts: readonly string[], helm: string) {
  const pintle = resolve(import.meta.dirname, '../bin/pintle.js')
  const peak = (command: string, args: string[]) => {
    const { stderr, error } = spawnSync('/usr/bin/time', ['-f', '%M', command, ...args], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined } })
    if (error) return Number.NaN
    return Number(stderr.trim().split('\n').at(-1)) / 1024
  }
  const size = (chart: string) => spawnSync(helm, ['template', 'release-name', chart], { maxBuffer: 1 << 28 }).stdout.length
  const largest = charts.map((chart) => ({ chart, bytes: size(chart) })).sort((a, b) => b.bytes - a.bytes).slice(0, 5)
  const rows = largest.map(({ chart, bytes }) => {
    const args = ['template', 'release-name', chart]
    const theirs = peak(helm, args)
    const ours = peak(process.execPath, [pintle, ...args])
    return { chart: chart.split('/').at(-1)!, outputBytes: bytes, helmMiB: theirs, pintleMiB: ours, ratio: ours / theirs }
  })
  console.log('\npeak memory of one render, MiB (ratio: Pintle / Helm; bar for kube-prometheus-stack: 2)')
  console.log(table(rows.map((r) => [r.chart, r.helmMiB.toFixed(0), r.pintleMiB.toFixed(0), r.ratio.toFixed(2)])))
  return { rows }
}
