import { readFileSync, statSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import { readScanReport, readTestReport, type ScanReport } from '../../delivery/plan/index.ts'
import { overridesOfFlags, type InputFacts, type Override, type PackName } from '../../delivery/policy/index.ts'
import type { FlagSpec, Flags } from './flags.ts'
import { operator } from './operator.ts'

/** What commands that judge by policy share. */
export const policyFlags: readonly FlagSpec[] = [
  { name: 'pack', type: 'string', usage: 'rule pack instead of the one of the environment: baseline, production', completes: ['baseline', 'production'] },
  { name: 'override', type: 'stringArray', placeholder: 'RULE=REASON', usage: 'let violations of a rule pass, on record; RULE[TEXT]=REASON only those that hold the text' },
  { name: 'override-expires', type: 'duration', default: '24h', usage: 'how long overrides of this command line count' },
  { name: 'scan-report', type: 'stringArray', placeholder: 'file', usage: 'report about images: Trivy JSON, SARIF, OSV JSON' },
  { name: 'test-report', type: 'stringArray', placeholder: 'file', usage: 'JUnit report about the commit' },
]

/** Larger reports are not read. */
const maxReportBytes = 64 * 1024 * 1024

/** The pack asked for. @throws PintleError usage */
export function packOf(flags: Flags): PackName | undefined {
  const pack = flags.string('pack')
  if (pack === '') return undefined
  if (pack !== 'baseline' && pack !== 'production') throw new PintleError('usage', `there is no rule pack ${JSON.stringify(pack)}`, { hint: 'There are baseline and production.' })
  return pack
}

export function overridesOf(flags: Flags, now: Date): Override[] {
  const expires = new Date(now.getTime() + flags.duration('override-expires'))
  return flags.list('override').length === 0 ? [] : overridesOfFlags(flags.list('override'), { by: operator(), expires })
}

/** @throws PintleError config.invalid */
export function reportsOf(flags: Flags): { scans: ScanReport[]; tests: InputFacts['tests'] } {
  const tests = flags.list('test-report').flatMap((file) => readTestReport(file, reportText(file)))
  return { scans: flags.list('scan-report').flatMap((file) => readScanReport(file, reportText(file), statSync(file).mtime.toISOString())), tests: flags.list('test-report').length === 0 ? undefined : tests }
}

function reportText(file: string): string {
  try {
    if (statSync(file).size > maxReportBytes) throw new Error(`it is larger than ${maxReportBytes >> 20} MiB`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new PintleError('config.invalid', `cannot read ${file}: ${(error as Error).message}`, { cause: error })
  }
}
