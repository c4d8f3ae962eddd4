import { PintleError } from '../../../errors/index.ts'

/** Several errors as one, as helmfile tells them. Source: MultiError in pkg/app/app.go. */
export function severalErrors(errors: readonly Error[]): PintleError {
  const parts = errors.map((error, i) => `Error ${i + 1}:\n\n${error.message.split('\n').map((line) => `  ${line}\n`).join('')}`)
  return new PintleError('helmfile.helm', [`Failed with ${parts.length} errors:`, ...parts].join('\n\n'))
}
