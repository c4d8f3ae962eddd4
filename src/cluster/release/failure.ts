import { PintleError, isPintleError } from '../../errors/index.ts'
import type { ErrorCode, PintleErrorOptions } from '../../errors/index.ts'

/** The Status object of an API server, as far as this room looks. */
interface ApiStatus { code?: number; reason?: string; message?: string; details?: { causes?: { reason?: string; message?: string; field?: string }[] } }

/** The server's Status behind an error of the cluster room; {} for any other error. */
export function apiStatus(error: unknown): ApiStatus {
  if (!(error instanceof PintleError) || error.details === undefined) return {}
  const status = (error.details.status ?? error.details) as ApiStatus
  return typeof status === 'object' && status !== null ? status : {}
}

export const isNotFound = (error: unknown): boolean => apiStatus(error).reason === 'NotFound'
export const isAlreadyExists = (error: unknown): boolean => apiStatus(error).reason === 'AlreadyExists'
export const isConflict = (error: unknown): boolean => apiStatus(error).reason === 'Conflict'
export const isForbidden = (error: unknown): boolean => ['Forbidden', 'Unauthorized'].includes(apiStatus(error).reason ?? '')

/** Whether nothing is known about what was asked, because the server, the way to it or the credentials failed: no reason to take it for absent. */
export function serverFailed(error: unknown): boolean {
  if (isAbort(error)) return true
  if (!isPintleError(error, 'kube.unreachable', 'kube.timeout', 'kube.server', 'kube.unauthorized')) return false
  const { code = 0 } = apiStatus(error)
  return code < 400 || code === 401 || code === 429 || code >= 500
}

/** The text Go's err.Error() would give; cancelling reads as Go's contexts say it. */
export function messageOf(error: unknown): string {
  if (isAbort(error)) return (error as Error).name === 'TimeoutError' ? 'context deadline exceeded' : 'context canceled'
  return error instanceof Error ? error.message : String(error)
}

/** Whether an operation ended because its signal said so. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

/**
 * An error with more said around it (`fmt.Errorf("...: %w", err)`): the code, hint, place and details of the cause stay
 * unless they are given.
 */
export function wrapped(error: unknown, text: (message: string) => string, options: PintleErrorOptions & { code?: ErrorCode; fallback?: ErrorCode } = {}): PintleError {
  const cause = isPintleError(error) ? error : undefined
  const fallback = isAbort(error) ? 'release.aborted' : (options.fallback ?? 'release.failed')
  const details = { ...cause?.details, ...options.details }
  const place = options.place ?? cause?.place
  const hint = options.hint ?? cause?.hint
  return new PintleError(options.code ?? cause?.code ?? fallback, text(messageOf(error)), {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  })
}

/** As Go's errors.Join and Helm's joinErrors: one error as it is, several with their texts joined and the hint of the first. */
export function joined(errors: readonly unknown[], separator = '\n'): PintleError {
  if (errors.length === 1) return wrapped(errors[0], (message) => message)
  const first = errors[0]
  const hint = isPintleError(first) ? first.hint : undefined
  return new PintleError(isPintleError(first) ? first.code : 'release.failed', errors.map(messageOf).join(separator), {
    cause: new AggregateError(errors),
    ...(hint === undefined ? {} : { hint }),
    details: {
      findings: errors.flatMap((error) => (isPintleError(error) ? ((error.details?.findings ?? []) as unknown[]) : [])),
      errors: errors.map((error) => ({ message: messageOf(error), ...(isPintleError(error) ? { code: error.code, ...error.details } : {}) })),
    },
  })
}
