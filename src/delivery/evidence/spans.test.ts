import { expect, it } from 'vitest'
import { kept } from '../../../test/cluster/evidence-store-suite.ts'
import { otlpSettings } from './otlp-settings.ts'
import { parseTraceparent, traceOf } from './spans.ts'

const at = (s: number) => `2026-01-01T00:00:0${s}.000Z`

it('has a span for the run, each phase, step, gate and hook, each under its parent', () => {
  const { record } = kept({
    outcome: 'failed', phases: [{ name: 'upgrade', started: at(0), ended: at(2), passed: true, detail: 'a text' }],
    hooks: [{ name: 'migrate', kind: 'Job', event: 'pre-upgrade', weight: 0, outcome: 'Failed', started: at(1), ended: at(2) }, { name: 'no-times', kind: 'Job', event: 'test', weight: 0, outcome: 'Unknown' }],
    rollout: [{ name: '1', started: at(2), ended: at(3), weight: 5, split: [], pods: { ready: 1, wanted: 1 }, outcome: 'aborted', gates: [{ name: 'errors', verdict: 'fail', at: at(3), value: 0.5, threshold: 1, query: 'secret query' }] }],
  })
  const trace = traceOf(record, 'shop-deploys', { team: 'a' })
  const [{ resource, scopeSpans: [{ spans }] }] = trace.resourceSpans as any
  expect(resource.attributes).toEqual([{ key: 'team', value: { stringValue: 'a' } }, { key: 'service.name', value: { stringValue: 'shop-deploys' } }, { key: 'service.version', value: { stringValue: '1' } }])
  expect(spans.map((s: any) => [s.name, s.status.code])).toEqual([['pintle upgrade', 2], ['phase upgrade', 1], ['rollout step', 2], ['gate', 2], ['hook', 2]])
  const [root, phase, step, gate, hook] = spans
  expect([root.parentSpanId, phase.parentSpanId, step.parentSpanId, gate.parentSpanId, hook.parentSpanId]).toEqual([undefined, root.spanId, root.spanId, step.spanId, root.spanId])
  expect(new Set(spans.map((s: any) => s.spanId)).size).toBe(5)
  for (const s of spans) expect(s).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), spanId: expect.stringMatching(/^[0-9a-f]{16}$/), kind: 1 })
  expect([phase.startTimeUnixNano, phase.endTimeUnixNano]).toEqual(['1767225600000000000', '1767225602000000000'])
  expect(gate.attributes).toContainEqual({ key: 'pintle.value', value: { doubleValue: 0.5 } })
  expect(root.attributes).toContainEqual({ key: 'pintle.revision.after', value: { intValue: '2' } })
  expect(JSON.stringify(trace)).not.toMatch(/a text|secret query/)
  expect(traceOf(record, 'shop-deploys', { team: 'a' })).toEqual(trace)
})

it('goes on with the trace it was started in', () => {
  const trace = parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')!
  const [root] = traceOf(kept({ trace }).record, 'x').resourceSpans[0]!.scopeSpans[0]!.spans
  expect(root).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' })
  for (const bad of [undefined, '', 'x', '00-00000000000000000000000000000000-b7ad6b7169203331-01', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01']) expect(parseTraceparent(bad)).toBeUndefined()
})

it("reads OpenTelemetry's variables", () => {
  expect(otlpSettings({})).toBeUndefined()
  expect(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/', OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%20b, bad ,c=d=e', OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,team=b' })).toEqual({
    url: 'http://c:4318/v1/traces', headers: { 'x-api-key': 'a b', c: 'd=e' }, timeout: 10_000, serviceName: 'a', resource: { team: 'b' },
  })
  expect(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x', OTEL_SERVICE_NAME: 's', OTEL_EXPORTER_OTLP_TIMEOUT: '99999999' })).toMatchObject({ url: 'http://t/x', serviceName: 's', timeout: 60_000 })
  for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }]) expect(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', ...off })).toBeUndefined()
  expect(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toContain('not spoken')
  expect(otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://u:p@c' })).toContain('no http(s) URL')
})
