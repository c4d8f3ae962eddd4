import { isMap, keyedMap, type Fault } from '../settings/index.ts'
import type { SloMetrics } from './providers/provider-kind.ts'
import { readQuery, text } from './read-values.ts'

const label = /^[A-Za-z_]\w{0,199}$/
const metric = /^[A-Za-z_:][\w:]{0,199}$/

/**
 * Reads `metrics: { requests, latency, service_label, status_label, error_status, latency_unit }` and `labels: { namespace: "{{ .Namespace }}" }` of `slo`.
 * What is left out is the seed's contract.
 * @throws what `fault` makes
 */
export function readMetrics(raw: unknown, labels: unknown, fault: Fault): SloMetrics {
  const keys = ['requests', 'latency', 'service_label', 'status_label', 'error_status', 'latency_unit']
  const map = raw === undefined ? {} : keyedMap(raw, keys, { section: 'slo', at: ['metrics'], fault: (path, ...rest) => fault(['slo', ...path], ...rest) })
  const named = (key: string, usual: string, form: RegExp): string => {
    const value = map[key] ?? usual
    if (typeof value !== 'string' || !form.test(value)) throw fault(['slo', 'metrics', key], `slo.metrics.${key} is no such name`)
    return value
  }
  const unit = map.latency_unit ?? 'seconds'
  if (unit !== 'seconds' && unit !== 'milliseconds') throw fault(['slo', 'metrics', 'latency_unit'], 'slo.metrics.latency_unit must be seconds or milliseconds')
  return {
    requests: named('requests', 'http_requests_total', metric), latency: named('latency', 'http_request_duration_seconds', metric).replace(/_bucket$/, ''),
    serviceLabel: named('service_label', 'service', label), statusLabel: named('status_label', 'status', label), errorStatus: named('error_status', '5..', /^[\w.|[\]+*()-]{1,100}$/),
    labels: readLabels(labels, fault), milliseconds: unit === 'milliseconds',
  }
}

function readLabels(raw: unknown, fault: Fault): Record<string, string> {
  if (raw === undefined) return {}
  if (!isMap(raw)) throw fault(['slo', 'labels'], 'slo.labels must be a map of labels and their values')
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => {
    const at = ['slo', 'labels', name]
    if (!label.test(name)) throw fault(at, `slo.labels.${name.slice(0, 100)} is no label`)
    const found = text(value, `slo.labels.${name}`, at, fault, 500)
    // Outside of an action it would end the text that it stands in.
    if (/["\\\n]/.test(found.replaceAll(/\{\{.*?\}\}/g, ''))) throw fault(at, `slo.labels.${name} must not hold quotes`)
    return [name, readQuery(found, `slo.labels.${name}`, at, fault)]
  }))
}
