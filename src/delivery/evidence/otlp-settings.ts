import type { OtlpSettings } from './sinks/event-sinks.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Where spans go, by OpenTelemetry's variables: OTEL_EXPORTER_OTLP_ENDPOINT and _HEADERS, _TIMEOUT, those with TRACES in their names before them,
 * OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_EXPORTER, OTEL_SDK_DISABLED.
 * @returns undefined when nothing is set or tracing is off; a text when what is set cannot be used
 */
export function otlpSettings(env: Env): OtlpSettings | string | undefined {
  const off = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || (env.OTEL_TRACES_EXPORTER !== undefined && env.OTEL_TRACES_EXPORTER !== '' && env.OTEL_TRACES_EXPORTER !== 'otlp')
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || undefined
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined
  const url = own ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`)
  if (off || url === undefined) return undefined
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/json'
  if (protocol === 'grpc') return 'spans are sent over HTTP as JSON; OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not spoken'
  if (!/^https?:\/\/[^\s@]+$/.test(url)) return 'the endpoint for spans (OTEL_EXPORTER_OTLP_ENDPOINT) is no http(s) URL without a password'
  const timeout = Number(env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT || env.OTEL_EXPORTER_OTLP_TIMEOUT || 10_000)
  return { url, headers: pairs(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS || env.OTEL_EXPORTER_OTLP_HEADERS), timeout: timeout > 0 ? Math.min(timeout, 60_000) : 10_000, ...resourceOf(env) }
}

export function resourceOf(env: Env): Pick<OtlpSettings, 'serviceName' | 'resource'> {
  const { 'service.name': named, ...resource } = pairs(env.OTEL_RESOURCE_ATTRIBUTES)
  return { serviceName: env.OTEL_SERVICE_NAME || named || 'pintle', resource }
}

/** `key=value,key2=value2`, percent-encoded as in W3C Baggage. What is no pair is passed over. */
function pairs(text: string | undefined): Record<string, string> {
  const out: Record<string, string> = {}
  for (const part of (text ?? '').split(',')) {
    const at = part.indexOf('=')
    const key = part.slice(0, at).trim()
    if (at <= 0 || !/^[\w.!#$&'*+^`|~-]+$/.test(key)) continue
    try {
      out[key] = decodeURIComponent(part.slice(at + 1).trim())
    } catch {
      out[key] = part.slice(at + 1).trim()
    }
  }
  return out
}
