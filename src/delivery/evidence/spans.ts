import { createHash } from 'node:crypto'
import type { ReleaseRecord } from './record.ts'

/** OTLP's JSON of a trace: https://github.com/open-telemetry/opentelemetry-proto, in the JSON mapping: ids in hex, 64-bit numbers as text. */
export interface TraceExport {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly scope: { readonly name: string; readonly version: string }; readonly spans: readonly Span[] }[]
  }[]
}

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: 1
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  readonly status: { readonly code?: 1 | 2 }
}

type Attribute = { readonly key: string; readonly value: { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number } | { readonly boolValue: boolean } }

/**
 * A span for the run and one for each phase, step of a rollout and hook, of a record. Ids come from the record's: sent twice they are the same. Only names, numbers and
 * digests are in it, no text that a check or a cluster wrote.
 * @param resource attributes of the resource beside service.name: OTEL_RESOURCE_ATTRIBUTES
 */
export function traceOf(r: ReleaseRecord, serviceName: string, resource: Readonly<Record<string, string>> = {}): TraceExport {
  const traceId = r.trace?.traceId ?? hex(`trace ${r.id}`, 16)
  const root = hex(`span ${r.id}`, 8)
  const span = (name: string, at: { started: string; ended: string }, passed: boolean, more: Facts, parent: string, id: string): Span => ({
    traceId, spanId: id, ...(parent === '' ? {} : { parentSpanId: parent }), name, kind: 1, startTimeUnixNano: nano(at.started), endTimeUnixNano: nano(at.ended), attributes: attributes(more), status: { code: passed ? 1 : 2 },
  })
  const under = (what: string, index: number) => hex(`span ${r.id} ${what} ${index}`, 8)
  const spans: Span[] = [
    span(`pintle ${r.operation ?? 'release'}`, r, r.outcome === 'succeeded' || r.outcome === 'unchanged', {
      'pintle.record': r.id, 'pintle.service': r.service, 'deployment.environment.name': r.environment, 'pintle.outcome': r.outcome, 'pintle.strategy': r.strategy, 'pintle.plan.digest': r.plan.digest,
      'pintle.revision.before': r.revision.before, 'pintle.revision.after': r.revision.after, 'k8s.cluster.uid': r.target.clusterUid, 'k8s.namespace.name': r.target.namespace, 'pintle.release': r.target.release,
      'pintle.chart.name': r.chart.name, 'pintle.chart.version': r.chart.version, 'pintle.simulated': r.target.simulated,
    }, r.trace?.parentSpanId ?? '', root),
    ...(r.phases ?? []).map((p, i) => span(`phase ${p.name}`, p, p.passed, {}, root, under('phase', i))),
    ...(r.rollout ?? []).flatMap((s, i) => [
      span('rollout step', s, s.outcome !== 'aborted', { 'pintle.step': s.name, 'pintle.weight': s.weight, 'pintle.weight.achieved': s.achieved, 'pintle.pods.ready': s.pods.ready, 'pintle.pods.wanted': s.pods.wanted, 'pintle.step.outcome': s.outcome }, root, under('step', i)),
      ...s.gates.map((g, j) => span('gate', { started: g.at, ended: g.at }, g.verdict === 'pass', { 'pintle.gate': g.name, 'pintle.verdict': g.verdict, 'pintle.value': g.value, 'pintle.threshold': g.threshold, 'pintle.samples': g.samples }, under('step', i), under(`gate ${i}`, j))),
    ]),
    ...(r.hooks ?? []).flatMap((h, i) => (h.started && h.ended ? [span('hook', { started: h.started, ended: h.ended }, h.outcome === 'Succeeded', { 'pintle.hook': h.name, 'pintle.hook.kind': h.kind, 'pintle.hook.event': h.event }, root, under('hook', i))] : [])),
  ]
  return { resourceSpans: [{ resource: { attributes: attributes({ ...resource, 'service.name': serviceName, 'service.version': r.tool.pintle }) }, scopeSpans: [{ scope: { name: 'pintle', version: r.tool.pintle }, spans }] }] }
}

type Facts = Readonly<Record<string, string | number | boolean | undefined>>

const attributes = (facts: Facts): Attribute[] =>
  Object.entries(facts).flatMap(([key, v]) => (v === undefined || v === '' ? [] : [{ key, value: typeof v === 'string' ? { stringValue: v } : typeof v === 'boolean' ? { boolValue: v } : Number.isInteger(v) ? { intValue: String(v) } : { doubleValue: v } }]))

const hex = (text: string, bytes: number): string => createHash('sha256').update(text).digest('hex').slice(0, bytes * 2)

const nano = (time: string): string => `${Date.parse(time) || 0}000000`

/** The parent of what is done here, as `traceparent` says it (W3C Trace Context): `00-<trace>-<span>-<flags>`. */
export function parseTraceparent(text: string | undefined): { traceId: string; parentSpanId: string } | undefined {
  const found = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/.exec(text ?? '')
  if (found === null || found[1] === 'ff' || /^0+$/.test(found[2]!) || /^0+$/.test(found[3]!)) return undefined
  return { traceId: found[2]!, parentSpanId: found[3]! }
}
