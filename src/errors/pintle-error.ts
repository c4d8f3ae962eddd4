import type { ErrorCode } from './codes.ts'

/** A position in a text a user can open. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** The text of the file, when a code frame can be drawn from it. Never set it for secret files. */
  readonly source?: string
}

export interface PintleErrorOptions {
  /** What the user could try next; one sentence. */
  hint?: string
  place?: Place
  /** The error underneath. */
  cause?: unknown
  /** Extra facts for machines (`-o json`). Never secrets. */
  details?: Record<string, unknown>
}

/**
 * The only error class Pintle throws on purpose.
 * `message` is the text the tool being copied (Helm, Go, Kubernetes) would print, without Pintle's additions;
 * the CLI adds place, frame and hint.
 */
export class PintleError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly place: Place | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(code: ErrorCode, message: string, options: PintleErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'PintleError'
    this.code = code
    this.hint = options.hint
    this.place = options.place
    this.details = options.details
  }
}

/** Whether `error` is a PintleError, optionally with one of the given codes. */
export function isPintleError(error: unknown, ...codes: ErrorCode[]): error is PintleError {
  return error instanceof PintleError && (codes.length === 0 || codes.includes(error.code))
}
