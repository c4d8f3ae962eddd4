import { PintleError } from '../../errors/index.ts'
import { formatFloat, type Host } from '../../language/go/index.ts'
import { Execution, TemplateSet } from '../../language/template/index.ts'
import { fromPlain } from '../../language/yaml/index.ts'
import { windowText } from './duration.ts'
import type { Subset, SubsetText, Track } from './subset.ts'
import type { GateSubject } from './types.ts'

/** Queries call the builtin functions of Go's templates alone, which ask for none of this. */
const host: Host = { now: () => BigInt(Date.now()) * 1_000_000n, randomBytes: (count) => new Uint8Array(count), localZone: 'UTC', lookup: () => new Map(), getHostByName: () => '', lint: false }
const name = 'query'

export interface QueryContext {
  readonly subject: GateSubject
  readonly track: Track
  /** Milliseconds. */
  readonly window: number
  readonly subset: Subset
  readonly subsetText: SubsetText
  readonly args: Readonly<Record<string, unknown>>
  readonly quantile?: number
  /** The threshold of a latency, in milliseconds. */
  readonly limit?: number
  /** Instead of the stable workload, its twin of the canary's age. */
  readonly workload?: string
}

/** A text of a query with everything filled in. @throws PintleError template.parse, template.exec; config.invalid for names that would change a query's meaning */
export function queryText(template: string, context: QueryContext): string {
  const { subset } = context
  const data = queryData(context)
  return run(template, subset.by === 'matcher' && context.track !== 'service' ? { ...data, Subset: run(subset.text, data) } : data)
}

/** Whether a template of a query parses, and knows all that it names. @throws as queryText */
export function checkQueryText(template: string, args: Readonly<Record<string, unknown>>): void {
  const subject = { service: 's', release: 's', namespace: 'n', environment: 'e', canary: 's-canary', stable: 's', canaryHash: 'h', stableHash: 'h', weight: 5, step: '5%' }
  run(template, { ...queryData({ subject, track: 'canary', window: 60_000, subset: { by: 'none' }, subsetText: () => '', args }) })
}

function run(template: string, data: Readonly<Record<string, unknown>>): string {
  const set = new TemplateSet(name, { missingKey: 'error' })
  set.parse(name, template)
  return new Execution(set, { host, maxOutput: 64 << 10, maxTime: 2000 }).execute(name, fromPlain(data)).trim()
}

function queryData({ subject, track, window, subset, subsetText, args, quantile = 0, limit = 0, workload: twin }: QueryContext): Record<string, unknown> {
  const { service, release, namespace, environment, canary, stable, canaryHash = '', stableHash = '', weight, step } = subject
  const hash = track === 'canary' ? canaryHash : track === 'stable' && twin === undefined ? stableHash : ''
  const workload = track === 'canary' ? canary : twin ?? stable
  for (const text of [service, release, namespace, environment, canary, stable, canaryHash, stableHash, step, workload]) {
    // Such names are none of Kubernetes; in the middle of a query they could end a text and begin another selector.
    if (!/^[\w.:/@%+ -]{0,253}$/.test(text)) throw new PintleError('config.invalid', `${JSON.stringify(text.slice(0, 60))} cannot stand in a query`, { hint: 'Names are letters, digits and . : / @ % + - _ here.' })
  }
  return {
    Service: service, Release: release, Namespace: namespace, Environment: environment, Canary: canary, Stable: stable, CanaryHash: canaryHash, StableHash: stableHash, Step: step, Weight: weight,
    Window: windowText(window), WindowSeconds: Math.max(1, Math.round(window / 1000)), Workload: workload, Hash: hash, Track: track,
    Subset: track === 'service' ? '' : subsetText(subset, { workload, hash, track }),
    Quantile: quantile, Le: limit / 1000, LePattern: spellings(limit / 1000), LePatternMilliseconds: spellings(limit), Args: args,
  }
}

/** Matches a number as the client libraries write it in `le`: `1`, `1.0`, `1e+06`. Prometheus 3 writes `1.0`. */
function spellings(value: number): string {
  const plain = formatFloat(value, 'f', -1, 64)
  const all = new Set([plain, ...(plain.includes('.') ? [] : [`${plain}.0`]), formatFloat(value, 'g', -1, 64), String(value)])
  return [...all].map((text) => text.replaceAll(/[.+]/g, '[$&]')).join('|')
}

/** A text of a gate's template with its arguments alone. @throws as queryText */
export const argumentText = (template: string, args: Readonly<Record<string, unknown>>): string => run(template, { Args: args })
