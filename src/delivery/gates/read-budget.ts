import type { Fault } from '../settings/index.ts'
import { milliseconds } from './duration.ts'
import type { SloQueries } from './providers/provider-kind.ts'

/** What a service promises over a time, and how its requests are counted: plain data, as all settings of gates. */
export interface BudgetSettings {
  /** A name of `providers`. */
  readonly provider: string
  /** Share of the requests that are to go well: 0.999. */
  readonly objective: number
  /** Milliseconds; 30 days. */
  readonly window: number
  /** Templates of the queries that count over `{{ .Window }}`. */
  readonly errors: string
  readonly requests: string
}

const day = 86_400_000

/**
 * Reads `objective: 0.999` and `objective_window: 30d` of `slo`.
 * @param queries as `slo` has them @returns undefined where there is no objective
 * @throws what `fault` makes
 */
export function readBudget(map: Readonly<Record<string, unknown>>, queries: SloQueries, provider: string, fault: Fault): BudgetSettings | undefined {
  const { objective, objective_window: written = '30d' } = map
  if (objective === undefined) {
    if (map.objective_window !== undefined) throw fault(['slo', 'objective_window'], 'slo.objective_window says nothing without objective')
    return undefined
  }
  if (typeof objective !== 'number' || !(objective > 0 && objective < 1)) throw fault(['slo', 'objective'], 'slo.objective must be a number between 0 and 1', '0.999: of a thousand requests one may fail.')
  const days = /^(\d{1,2})d$/.exec(String(written))?.[1]
  const window = days === undefined ? milliseconds(written) : Number(days) * day
  if (window === undefined || window < day || window > 90 * day) throw fault(['slo', 'objective_window'], 'slo.objective_window must be a time from 1d to 90d', 'Write 30d.')
  const { errors, requests } = queries
  if (errors === undefined || requests === undefined) throw fault(['slo', 'objective'], 'slo.objective counts errors and requests, and slo has no queries for them', 'queries: { errors: ..., requests: ... }')
  return { provider, objective, window, errors, requests }
}
