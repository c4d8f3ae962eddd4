import { PintleError } from '../../errors/index.ts'

/** What kustomize refuses, with its words. */
export function refusal(message: string, hint?: string): PintleError {
  return new PintleError('kustomize.build', message, hint === undefined ? {} : { hint })
}

export function refuse(message: string, hint?: string): never {
  throw refusal(message, hint)
}

/** The error with words in front of its own. Upstream: errors.WrapPrefixf. The class of the error, its hint and place stay. */
export function wrapped(error: unknown, prefix: string): PintleError {
  const text = messageOf(error)
  if (!(error instanceof PintleError)) return new PintleError('kustomize.build', `${prefix}: ${text}`, { cause: error })
  return new PintleError(error.code === 'yaml.parse' ? 'kustomize.build' : error.code, `${prefix}: ${text}`, {
    cause: error.cause ?? error, ...(error.hint === undefined ? {} : { hint: error.hint }), ...(error.place === undefined ? {} : { place: error.place }),
    ...(error.details === undefined ? {} : { details: error.details }),
  })
}

/** Runs something and puts words in front of its errors. */
export function prefixing<T>(prefix: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw wrapped(error, prefix)
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
