import type { MetricQuery } from '../types.ts'

/** How the points of a window become one number. */
export const aggregations = ['sum', 'avg', 'last', 'max', 'min'] as const
export type Aggregation = (typeof aggregations)[number]

/** What is counted is added up; of anything else the mean of the window says more than its last seconds. */
export const usualAggregation = ({ measure }: MetricQuery['about']): Aggregation => (['errors', 'requests', 'latency-bucket', 'latency-count'].includes(measure) ? 'sum' : 'avg')

/** @param values in the order of their time, at least one */
export function aggregate(values: readonly number[], how: Aggregation): number {
  switch (how) {
    case 'sum': return values.reduce((sum, v) => sum + v, 0)
    case 'avg': return values.reduce((sum, v) => sum + v, 0) / values.length
    case 'last': return values.at(-1)!
    case 'max': return values.reduce((a, b) => Math.max(a, b))
    case 'min': return values.reduce((a, b) => Math.min(a, b))
  }
}

const names: Readonly<Record<Aggregation, string>> = { sum: 'sum', avg: 'mean', last: 'last', max: 'highest', min: 'lowest' }

/** `sum of 5 points of 60 s` */
export const readingOf = (how: Aggregation, points: number, seconds?: number): string => `${names[how]} of ${points} point${points === 1 ? '' : 's'}${seconds === undefined ? '' : ` of ${seconds} s`}`
