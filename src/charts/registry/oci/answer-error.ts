import { STATUS_CODES } from 'node:http'
import { PintleError } from '../../../errors/index.ts'
import { formatValue, jsonUnmarshal, quote } from '../../../language/go/index.ts'
import type { Value } from '../../../language/go/index.ts'
import type { HttpAnswer } from '../../http/index.ts'

/** Go's words where Node has others (net/http/status.go). */
const words: Readonly<Record<number, string>> = { 413: 'Request Entity Too Large', 414: 'Request URI Too Long', 416: 'Requested Range Not Satisfiable', 418: "I'm a teapot", 509: '' }
const longestBody = 8 * 1024

/**
 * The error of an answer that is none of those hoped for, with what the registry says about it
 * (registry/remote/errcode/errors.go of oras-go).
 */
export function answerError(method: string, answer: Pick<HttpAnswer, 'status' | 'body' | 'url'>): PintleError {
  const { status, body, url } = answer
  const errors = registryErrors(body)
  const said = errors.length > 0 ? errors.map(errorText).join('; ') : words[status] ?? STATUS_CODES[status] ?? ''
  const code = status === 401 || status === 403 ? 'registry.auth' : status === 404 ? 'registry.notFound' : 'registry.failed'
  return new PintleError(code, `${method} ${quote(url)}: response status code ${status}: ${said}`, {
    details: { status, codes: errors.map((e) => e.code) },
    ...(status === 401 ? { hint: `Log in with \`pintle registry login ${new URL(url).host}\`; the credentials may be missing, wrong or expired.` } : status === 403 ? { hint: 'The account may not do this in that repository.' } : {}),
  })
}

interface RegistryError { readonly code: string; readonly message: string; readonly detail: Value | undefined }

function registryErrors(body: Buffer): RegistryError[] {
  let parsed: Value
  try {
    parsed = jsonUnmarshal(body.subarray(0, longestBody).toString())
  } catch {
    return []
  }
  const list = parsed instanceof Map ? parsed.get('errors') : undefined
  if (!Array.isArray(list)) return []
  const text = (v: Value | undefined): string => (typeof v === 'string' ? v : '')
  return list.flatMap((e) => (e instanceof Map ? [{ code: text(e.get('code')), message: text(e.get('message')), detail: e.get('detail') ?? undefined }] : []))
}

function errorText({ code, message, detail }: RegistryError): string {
  const name = code.replaceAll('_', ' ').toLowerCase()
  if (message === '') return name
  return detail === undefined ? `${name}: ${message}` : `${name}: ${message}: ${formatValue(detail)}`
}

/** The error with words before it. */
export function prefixed(prefix: string, error: unknown): unknown {
  if (!(error instanceof PintleError)) return error
  const { code, message, hint, place, details } = error
  return new PintleError(code, prefix + message, { cause: error, ...(hint === undefined ? {} : { hint }), ...(place === undefined ? {} : { place }), ...(details === undefined ? {} : { details }) })
}

/** What `work` fails with, as oras-go says it of one step of a copy (copyerror.go). */
export async function step<T>(name: string, side: 'source' | 'destination', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw prefixed(`failed to perform "${name}" on ${side}: `, error)
  }
}
