import { withoutLine, type Fault, type Path } from '../../settings/index.ts'
import { readHeaders } from './prometheus-settings.ts'
import type { ProviderSettings } from './provider-kind.ts'
import { SettingsReader } from './read-settings.ts'
import { endpointUrl } from './secret-texts.ts'
import { singlePath } from './single-path.ts'

export const httpMethods = ['GET', 'POST'] as const

/** `http` of a service: a URL, or a map. An endpoint that answers with JSON. */
export interface HttpJsonSettings extends ProviderSettings {
  readonly kind: 'http'
  /** What queries are relative to; secrets go to no other server. */
  readonly url: string
  readonly method: (typeof httpMethods)[number]
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Where the number stands, as kubectl's JSONPath: `{.data.value}`. */
  readonly path?: string
  /** Milliseconds. */
  readonly timeout: number
}

/** @throws what `fault` makes */
export function readHttpJson(raw: unknown, at: Path, fault: Fault): HttpJsonSettings {
  const read = new SettingsReader(raw, ['url', 'method', 'headers', 'body', 'path', 'timeout'], { at, fault, short: 'url' })
  const [path, body] = [read.text('path'), read.text('body')]
  const wrong = path === undefined ? undefined : singlePath(path)
  if (typeof wrong === 'string') throw read.fault('path', `leads to no number: ${wrong}`, 'Write "{.data.value}".')
  const url = endpointUrl(read.map.url, `${at.join('.')}.url`, [...at, 'url'], withoutLine(fault))
  return {
    kind: 'http', url, method: read.choice('method', httpMethods) ?? (body === undefined ? 'GET' : 'POST'), timeout: read.seconds('timeout', 10, 60),
    headers: readHeaders(read.map.headers, at.join('.'), [...at, 'headers'], withoutLine(fault)), ...(path !== undefined && { path }), ...(body !== undefined && { body }),
  }
}
