import { dirname } from 'node:path'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { sha256 } from '../../attestation/index.ts'
import type { HttpClient } from '../../../charts/http/index.ts'
import { cloudEvent } from '../cd-events.ts'
import { appendDurably, makeFolder } from '../durable-file.ts'
import { isAddendum } from '../record.ts'
import { traceOf } from '../spans.ts'
import type { Sink } from './sink.ts'

/** CloudEvents in a file, one a line. */
export function eventFileSink(path: string): Sink {
  return {
    name: `events:file:${path}`,
    wantsHistory: false,
    async send(stored) {
      const event = cloudEvent(stored)
      if (event === undefined) return
      makeFolder(dirname(path))
      appendDurably(path, `${JSON.stringify(event)}\n`)
    },
  }
}

/** CloudEvents posted to a URL, in structured mode. @param token bearer token, when there is one */
export function eventHttpSink(http: HttpClient, url: string, token: string | undefined): Sink {
  return {
    name: `events:${shortName(url)}`,
    wantsHistory: false,
    async send(stored, _files, signal) {
      const event = cloudEvent(stored)
      if (event === undefined) return
      await post(http, { url, headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' }, body: JSON.stringify(event), ...(token ? { authorization: `Bearer ${token}` } : {}), signal })
    },
  }
}

/** How spans are exported, as OpenTelemetry's variables say it. */
export interface OtlpSettings {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeout: number
  readonly serviceName: string
  readonly resource: Readonly<Record<string, string>>
}

/** Spans of each record, posted as OTLP's JSON. */
export function otlpSink(http: HttpClient, settings: OtlpSettings): Sink {
  return {
    name: `traces:${shortName(settings.url)}`,
    wantsHistory: false,
    async send({ entry }, _files, signal) {
      if (isAddendum(entry)) return
      await post(http, { url: settings.url, headers: { ...settings.headers, 'content-type': 'application/json' }, body: JSON.stringify(traceOf(entry, settings.serviceName, settings.resource)), timeout: settings.timeout, signal })
    },
  }
}

/** Spans in a file, one export a line, as the collector's file exporter writes them. */
export function traceFileSink(path: string, settings: Pick<OtlpSettings, 'serviceName' | 'resource'>): Sink {
  return {
    name: `traces:file:${path}`,
    wantsHistory: false,
    async send({ entry }) {
      if (isAddendum(entry)) return
      makeFolder(dirname(path))
      appendDurably(path, `${JSON.stringify(traceOf(entry, settings.serviceName, settings.resource))}\n`)
    },
  }
}

/** The server, and enough of a digest to tell two URLs of it apart: the rest of a URL may be a secret. */
const shortName = (url: string): string => `${new URL(url).origin}#${sha256(url).slice(7, 19)}`

async function post(http: HttpClient, request: Parameters<HttpClient['send']>[0]): Promise<void> {
  const { origin } = new URL(request.url)
  // Ids make a second copy harmless. Nobody else gets the token or the event: redirects are not followed.
  const answer = await http.send({ ...request, method: 'POST', idempotent: true, redirects: 0, maxBody: 1 << 20 }).catch((error: Error) => {
    if (!isPintleError(error)) throw error
    throw new PintleError('evidence.sink', error.message.replaceAll(request.url, `${origin}/...`), { cause: error })
  })
  if (answer.status < 200 || answer.status > 299) throw new PintleError('evidence.sink', `${origin} answers ${answer.status} ${answer.statusText}`.trimEnd())
}
