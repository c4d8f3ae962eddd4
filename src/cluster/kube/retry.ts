import type { IncomingHttpHeaders } from 'node:http'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Failure } from '../../charts/http/index.ts'
import { statusOf } from './api-error.ts'

/** An answer that is not a success. */
export function judgeAnswer(status: number, headers: IncomingHttpHeaders, error: PintleError): Failure {
  const header = headers['retry-after']
  const wait = header !== undefined && /^\d+$/.test(header) ? { wait: Math.min(Number(header), 60) * 1000 } : {}
  const { message } = error
  const reason = `${status}: ${message.length > 80 ? `${message.slice(0, 79)}…` : message}`
  // Refused at the door, before anything was done.
  if (status === 429) return { mends: 'yes', maybeDone: false, reason, ...wait }
  if (status < 500 || status === 501) return { mends: 'no', maybeDone: false, reason }
  // Admission comes before the store.
  if (/failed calling webhook|denied the request/.test(message)) return { mends: 'no', maybeDone: false, reason }
  if (/mvcc: database space exceeded/.test(message)) return { mends: 'no', maybeDone: false, reason }
  const passing = status === 502 || status === 503 || status === 504 || /etcdserver: |leader changed|code = Unavailable/.test(message)
  return { mends: passing || header !== undefined ? 'yes' : 'brief', maybeDone: true, reason, ...wait }
}

/** The same error, saying that the server may have done what it was asked. */
export function withUnknownOutcome(error: PintleError): PintleError {
  const { code, message, hint, place, details } = error
  return new PintleError(code, message, { cause: error.cause ?? error, details: { ...details, outcome: 'unknown' }, ...(hint === undefined ? {} : { hint }), ...(place === undefined ? {} : { place }) })
}

/** Whether the server may have carried out a write although the call failed: only reading back tells. */
export function outcomeUnknown(error: unknown): boolean {
  return isPintleError(error) && error.details?.outcome === 'unknown'
}

/** Whether a Status, or none, means that the object is there already or has been changed. */
export function isTaken(error: unknown): boolean {
  return statusOf(error)?.code === 409
}
