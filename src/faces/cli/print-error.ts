import { codeFrame, isPintleError, type PintleError } from '../../errors/index.ts'
import type { Finding } from '../../cluster/release/index.ts'
import type { Output } from './output.ts'
import { printFindings } from './print-findings.ts'

/** Exit codes that are not 1, by error code. Other codes come from commands as values. */
const exitCodes: Partial<Record<PintleError['code'], number>> = { 'rule.refused': 5, 'rollout.state': 5, 'rollout.taken': 5, 'plan.invalid': 5, 'plan.key': 5 }

/**
 * Prints an error on stderr and returns the exit code: Helm's text first, then (not when called as `helm`) where it happened
 * with a code frame, what pods and the cluster said, and what to try.
 */
export async function printError(error: unknown, out: Output, options: { debug: boolean; plain: boolean }): Promise<number> {
  await out.hideNow()
  if (!isPintleError(error)) {
    const problem = error instanceof Error ? error : new Error(String(error))
    out.note(`Error: ${worded(problem.message)}`)
    if (options.debug && !options.plain && problem.stack) out.note(problem.stack)
    return 1
  }
  out.note(`Error: ${worded(error.message)}`)
  if (!options.plain && process.env.PINTLE_PLAIN_ERRORS !== '1') {
    const place = error.place
    if (place) {
      const at = [place.file, place.line, place.line === undefined ? undefined : place.column].filter((x) => x !== undefined).join(':')
      out.note(`\n  at ${at}`)
      if (place.source !== undefined && place.line !== undefined) {
        const frame = codeFrame(place.source, place.line, place.column)
        if (frame !== '') out.note(frame)
      }
    }
    const findings = (error.details?.findings ?? []) as Finding[]
    printFindings(out, findings)
    if (error.details !== undefined && error.code.startsWith('release.')) {
      const { failureReport } = await import('./failure-report.ts')
      for (const part of failureReport(error.details)) out.note(part)
    }
    if (error.hint && !findings.some((f) => f.advice?.includes(error.hint!))) out.note(`\nhint: ${error.hint}`)
  }
  if (options.debug && !options.plain && error.stack) out.note(error.stack)
  return exitCodes[error.code] ?? 1
}

/** V8's words for a recursion without end, in those of a person. */
function worded(message: string): string {
  return message.replace('Maximum call stack size exceeded', 'values, templates or documents are nested too deeply')
}
