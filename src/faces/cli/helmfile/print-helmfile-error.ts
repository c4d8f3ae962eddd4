import { codeFrame, isPintleError } from '../../../errors/index.ts'
import type { Output } from '../output.ts'
import { without } from './without-secrets.ts'

/**
 * Prints an error as helmfile does, its text alone on standard error, and returns the exit code; called as `pintle helmfile` also where it happened and what to try.
 * Upstream: toCLIError in cmd/root.go, HandleExitCoder in pkg/errors.
 */
export function printHelmfileError(error: unknown, out: Output, options: { readonly plain: boolean; readonly debug: boolean; readonly allowNoMatch: boolean; readonly started: boolean; readonly secrets: ReadonlySet<string> }): number {
  const problem = error instanceof Error ? error : new Error(String(error))
  out.note(without(options.secrets, problem.message))
  if (!isPintleError(error)) {
    if (options.debug && problem.stack !== undefined) out.note(problem.stack)
    return options.started ? 1 : 3
  }
  if (!options.plain && process.env.PINTLE_PLAIN_ERRORS !== '1') {
    const { place, hint } = error
    if (place !== undefined) {
      out.note(`\n  at ${[place.file, place.line, place.line === undefined ? undefined : place.column].filter((part) => part !== undefined).join(':')}`)
      const frame = place.source === undefined || place.line === undefined ? '' : without(options.secrets, codeFrame(place.source, place.line, place.column))
      if (frame !== '') out.note(frame)
    }
    if (hint !== undefined) out.note(`\nhint: ${hint}`)
  }
  if (error.code === 'usage' && !options.started) return 3
  if (error.code === 'helmfile.noMatch') return options.allowNoMatch ? 0 : 3
  return typeof error.details?.exitCode === 'number' ? error.details.exitCode : 1
}
