import { isPintleError } from '../../../errors/index.ts'
import type { Finding, Severity } from '../finding.ts'

/** Collects what the rules find, in Helm's order. */
export class Linter {
  readonly findings: Finding[] = []

  /**
   * @param problem a text, an error whose text is told (and its place), or undefined when all is well
   * @returns whether all is well
   */
  run(severity: Severity, rule: string, path: string, problem: string | Error | undefined, prefix = ''): boolean {
    if (problem === undefined) return true
    const text = typeof problem === 'string' ? problem : problem.message
    const place = isPintleError(problem) ? problem.place : undefined
    this.findings.push({
      rule: `helm/${rule}`, severity, path, message: prefix + text,
      ...(place?.line === undefined ? {} : { line: place.line }),
      ...(place?.column === undefined ? {} : { column: place.column }),
    })
    return false
  }
}

/** The text of a finding as Helm prints it: Message.Error of pkg/chart/v2/lint/support/message.go. */
export function findingText({ severity, path, message }: Finding): string {
  return `[${severity.toUpperCase()}] ${path}: ${message}`
}
