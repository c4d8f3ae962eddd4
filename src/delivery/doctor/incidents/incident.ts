import type { HttpClient } from '../../../charts/http/index.ts'
import type { TargetFacts } from '../../policy/index.ts'

export type Incident = NonNullable<TargetFacts['incidents']>[number]

/** What a source of incidents is asked with. */
export interface IncidentQuestion {
  readonly service: string
  readonly http: HttpClient
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal | undefined
  /** Where commands run. */
  readonly cwd?: string | undefined
}

/** Pages of a source that are read at most, bytes of one, and milliseconds for one. */
export const limits = { pages: 20, bytes: 8 << 20, time: 20_000 } as const

/**
 * Asks a REST service for JSON.
 * @returns the parsed body
 * @throws Error whose message names the service and its answer, and nothing that was sent
 */
export async function askJson(source: string, url: string, authorization: string, { http, signal }: IncidentQuestion, headers: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  const answer = await http.send({ url, authorization, headers: { accept: 'application/json', ...headers }, signal, timeout: limits.time, maxBody: limits.bytes, what: `the answer of ${source}` })
  if (answer.status !== 200) throw new Error(`${source} answered ${answer.status}${[401, 403].includes(answer.status) ? ': check its token' : ''}`)
  let body: unknown
  try {
    body = JSON.parse(answer.body.toString('utf8'))
  } catch {
    throw new Error(`${source} did not answer with JSON`)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error(`${source} did not answer with an object`)
  return body as Record<string, unknown>
}

/** The value of the variable that holds a token. @throws Error that names the variable */
export function tokenOf(source: string, name: string, env: NodeJS.ProcessEnv): string {
  const token = env[name]
  if (token === undefined || token === '') throw new Error(`${source}: the environment variable ${name} is not set`)
  return token
}

/** One line of what somebody else wrote, without control characters. */
export const line = (value: unknown, most = 200): string => {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim() : ''
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** An address to show; undefined when it is no web address. */
export function link(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.href.length < 500 ? url.href : undefined
}
