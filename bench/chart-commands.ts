import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { geometricMean, median, table } from './numbers.ts'

/**
 * Wall time of commands about charts, Pintle beside Helm in turns: `lint` of the whole set in one run, `lint` and `show values` chart by chart. What Pintle
 * finds beyond Helm's rules is measured apart: Helm has nothing like it.
 */
export function chartCommands(charts: readonly string[], helm: string, runs: number) {
  const pintle = resolve(import.meta.dirname, '../bin/pintle.js')
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined }
  const time = (program: string, args: readonly string[]) => {
    const began = performance.now()
    const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'ignore'], env })
    // A lint that finds something fails; both then do.
    if (error !== undefined || status === null || status > 1) throw new Error(`${program} ${args.join(' ')} failed`)
    return performance.now() - began
  }
  const measure = (name: string, args: readonly string[], own: readonly string[] = []) => {
    const ours: number[] = []
    const theirs: number[] = []
    time(process.execPath, [pintle, ...args, ...own])
    time(helm, args)
    for (let i = 0; i < runs; i++) {
      ours.push(time(process.execPath, [pintle, ...args, ...own]))
      theirs.push(time(helm, args))
    }
    return { name, helm: median(theirs), pintle: median(ours), ratio: median(ours.map((a, i) => a / theirs[i]!)) }
  }
  const set = measure(`lint of ${charts.length} charts in one run`, ['lint', ...charts], ['--helm-rules'])
  const more = measure(`lint of ${charts.length} charts with objects and values, beside Helm's lint without`, ['lint', ...charts])
  const each = (words: readonly string[], own: readonly string[] = []) => charts.map((chart) => measure(`${words.join(' ')} ${chart.split('/').at(-1)}`, [...words, chart], own))
  const linted = each(['lint'], ['--helm-rules'])
  const shown = each(['show', 'values'])
  console.log('\ncommands about charts as processes, median wall ms (ratio: Pintle / Helm)')
  console.log(table([set, more, ...linted, ...shown].map((r) => [r.name, r.helm.toFixed(0), r.pintle.toFixed(0), r.ratio.toFixed(2)])))
  const summary = { lintSet: set.ratio, lint: geometricMean(linted.map((r) => r.ratio)), showValues: geometricMean(shown.map((r) => r.ratio)), worst: Math.max(...[...linted, ...shown].map((r) => r.ratio)) }
  console.log(`lint of the set ${summary.lintSet.toFixed(3)}, of one chart ${summary.lint.toFixed(3)}, show values ${summary.showValues.toFixed(3)} (geometric means; bar: 1), worst ${summary.worst.toFixed(2)}`)
  return { ...summary, set, more, charts: linted, values: shown }
}
