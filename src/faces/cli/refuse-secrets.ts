import { relative } from 'node:path'
import { atLeast, scanRelease } from '../../delivery/secret-scan/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { ValueFile } from './value-files.ts'

/**
 * Refuses values files that hold secrets in plain text. What flags set is in no file, and is sealed into plans; rules judge it.
 * @throws PintleError rule.refused with file, line and key of each, never a value
 */
export function refuseSecrets(files: readonly ValueFile[]): void {
  const scan = scanRelease({ files: files.map(({ file, bytes, isScript }) => ({ path: relative(process.cwd(), file), text: Buffer.from(bytes).toString(), unplaced: isScript })) })
  const findings = scan.findings.filter((f) => f.allowed === undefined && atLeast(f.confidence, 'likely'))
  if (findings.length === 0) return
  const first = findings[0]!
  throw new PintleError('rule.refused', `plaintext secrets in values:\n${findings.map((f) => `  ${f.file}:${f.line}:${f.column ?? 1}: ${f.path}: ${f.reason}`).join('\n')}`, {
    place: { file: first.file, line: first.line, column: first.column ?? 1 },
    hint: 'Keep secrets in an existing Secret, an ExternalSecret, or a file encrypted with SOPS; values hold only their names.',
  })
}
