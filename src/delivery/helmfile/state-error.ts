import { PintleError, isPintleError, type PintleErrorOptions } from '../../errors/index.ts'

/** An error about a state, in helmfile's words. */
export function stateError(message: string, options: PintleErrorOptions = {}): PintleError {
  return new PintleError('helmfile.state', message, options)
}

/** An error with words before it, as fmt.Errorf("%s: %v") and helmfile's appError make them; place, hint and exit code stay. */
export function because(prefix: string, cause: unknown): PintleError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const text = prefix === '' ? message : `${prefix}: ${message}`
  if (!isPintleError(cause)) return stateError(text, { cause })
  const { place, hint, details } = cause
  const code = cause.code.startsWith('helmfile.') ? cause.code : 'helmfile.state'
  return new PintleError(code === 'helmfile.noMatch' ? 'helmfile.state' : code, text, { cause, ...(place === undefined ? {} : { place }), ...(hint === undefined ? {} : { hint }), ...(details === undefined ? {} : { details }) })
}

/** StateLoadError with the cause UndefinedEnvError: the file counts as not there. */
export function undefinedEnvironment(file: string, name: string): PintleError {
  return stateError(`failed to read ${file}: environment "${name}" is not defined`, { details: { undefinedEnvironment: name } })
}

export function isUndefinedEnvironment(error: unknown): boolean {
  return isPintleError(error, 'helmfile.state') && error.details?.undefinedEnvironment !== undefined
}

/** NoMatchingHelmfileError. */
export function noMatch(selectors: readonly string[], environment: string): PintleError {
  return new PintleError('helmfile.noMatch', `err: no releases found that matches specified selector(${selectors.join(', ')}) and environment(${environment}), in any helmfile`, {
    hint: 'Look at what there is with `list`, and at the names of environments; --allow-no-matching-release makes it no error.',
  })
}
