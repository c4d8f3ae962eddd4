import { basic } from '../../../charts/http/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { parseDocument } from '../../../language/yaml/index.ts'
import { isMap } from '../../settings/index.ts'
import type { MetricProvider, MetricQuery } from '../types.ts'
import { ask, failed, measured, refusalWords } from './ask.ts'
import { httpMethods, type HttpJsonSettings } from './http-json-settings.ts'
import { numberAt } from './json-number.ts'
import type { OpenProviderOptions, ProviderSettings } from './provider-kind.ts'
import { oneLine, rawAnswer } from './words.ts'

interface HttpQuery { readonly url: string; readonly path: string; readonly method: 'GET' | 'POST'; readonly body?: string }

/**
 * One number out of the JSON of an HTTP endpoint. A query is `URL`, `URL {.path}`, `{.path}`, or a map in YAML: `url`, `path`, `method`, `body`; what it leaves out the settings say. `$from`, `$to`
 * and `$window` stand for seconds: since 1970, and of the window.
 * @throws PintleError for a variable or reference that leads nowhere
 */
export async function openHttpJson(settings: ProviderSettings, { http, fill, hide }: OpenProviderOptions): Promise<MetricProvider> {
  const { url: named, headers: written, method, body, path, timeout } = settings as HttpJsonSettings
  const { base, authorization: user } = serverOf(await fill(named))
  const headers: Record<string, string> = { accept: 'application/json' }
  for (const [name, value] of Object.entries(written)) headers[name.toLowerCase()] = await fill(value)
  const { authorization = user, ...others } = headers
  const usual = { method, ...(body !== undefined && { body: await fill(body) }), ...(path !== undefined && { path }) }
  const endpoint = hide(endpointOf(base))
  return {
    name: 'http', endpoint, simulated: false,
    measure: (query, { at, signal }) => measured({ query: query.text, endpoint, at, signal, hide }, async () => {
      const asked = readQuery(query, base, usual, at)
      const json: Record<string, string> = asked.body === undefined || 'content-type' in others ? {} : { 'content-type': 'application/json' }
      const answer = await ask(http, {
        who: 'the endpoint', method: asked.method, url: asked.url, headers: { ...others, ...json }, timeout, signal, ...(authorization !== undefined && { authorization }), ...(asked.body !== undefined && { body: asked.body }),
      })
      const raw = rawAnswer({ query: [asked.method, asked.url, asked.body, asked.path].filter((part) => part !== undefined).join(' '), endpoint: hide(endpointOf(asked.url)), at, body: answer.text }, hide)
      if (answer.status < 200 || answer.status > 299) return failed(hide(refusalWords(answer, 'the endpoint')), raw)
      const type = answer.headers['content-type']
      if (type !== undefined && !/^[^;]*\bjson\b/i.test(type)) return failed(`the endpoint did not answer with JSON but ${oneLine(type, 60)}`, raw)
      const found = numberAt(asked.path, answer.text, raw)
      return found.kind === 'error' ? { ...found, message: hide(found.message) } : found
    }),
  }
}

/** Credentials of a URL become a header: it is shown. */
function serverOf(text: string): { base: string; authorization: string | undefined } {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new PintleError('config.invalid', 'url of an http source of metrics is no http or https URL')
  const authorization = url.username === '' && url.password === '' ? undefined : basic(decodeURIComponent(url.username), decodeURIComponent(url.password))
  url.username = url.password = ''
  return { base: url.href.replace(/\/+$/, ''), authorization }
}

function readQuery({ text, window }: MetricQuery, base: string, usual: Partial<HttpQuery>, at: number): HttpQuery {
  const written = /^\s*(?:\{\s*["']?\w+["']?\s*:|\w+:\s)/.test(text) ? mapOf(text) : lineOf(text)
  const named = written.url ?? base
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `${base}${/^[/?]/.test(named) ? '' : '/'}${named}`)
  // Headers of the settings hold secrets: they are for one server.
  if (url === null || url.origin !== URL.parse(base)?.origin || url.username !== '' || url.password !== '') throw new Error('the query asks another server than url of the settings')
  const path = written.path ?? usual.path
  if (path === undefined) throw new Error('there is no path to the number: {.data.value}')
  const times: Readonly<Record<string, number>> = { from: Math.floor((at - window) / 1000), to: Math.floor(at / 1000), window: Math.round(window / 1000) }
  const timed = (words: string): string => words.replaceAll(/\$(from|to|window)\b/g, (_, name: string) => String(times[name]))
  const body = written.body ?? usual.body
  return { url: timed(url.href), path, method: written.method ?? (written.body === undefined ? usual.method! : 'POST'), ...(body !== undefined && { body: timed(body) }) }
}

function lineOf(text: string): Partial<HttpQuery> {
  const [, url = '', path = ''] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(text) ?? []
  // A path alone is asked of the URL of the settings.
  if (url.startsWith('{')) return { path: text.trim() }
  return { ...(url !== '' && { url }), ...(path !== '' && { path }) }
}

function mapOf(text: string): Partial<HttpQuery> {
  const map = parseDocument(text)
  if (!isMap(map)) throw new Error('the query is no map')
  for (const [key, value] of Object.entries(map)) {
    if (!['url', 'path', 'method', 'body'].includes(key)) throw new Error(`the query has an unknown key ${oneLine(key, 60)}: there are url, path, method, body`)
    if (typeof value !== 'string') throw new Error(`${key} of the query must be a text`)
  }
  if (map.method !== undefined && !(httpMethods as readonly unknown[]).includes(map.method)) throw new Error('method of the query must be GET or POST')
  return map
}

/** Without what may be a secret: the query. */
const endpointOf = (url: string): string => url.replace(/[?#][\s\S]*$/, '')
