import { relative } from 'node:path'
import { findPlaintextSecrets, type ScannedValue } from '../../delivery/secret-scan/index.ts'
import { PintleError } from '../../errors/index.ts'
import { positions } from '../../language/yaml/index.ts'
import type { ValueFile } from './value-files.ts'

/**
 * Refuses values that hold secrets in plain text.
 * @throws PintleError rule.refused with file, line and key of each, never a value
 */
export function refuseSecrets(files: readonly ValueFile[]): void {
  const findings = files.flatMap(({ file, bytes, isScript }) => {
    const found = findPlaintextSecrets(relative(process.cwd(), file), scalars(Buffer.from(bytes).toString()))
    return isScript ? found.map((f) => ({ ...f, line: 1, column: 1 })) : found
  })
  if (findings.length === 0) return
  const first = findings[0]!
  throw new PintleError('rule.refused', `plaintext secrets in values:\n${findings.map((f) => `  ${f.file}:${f.line}:${f.column}: ${f.path}: ${f.reason}`).join('\n')}`, {
    place: { file: first.file, line: first.line, column: first.column },
    hint: 'Keep secrets in an existing Secret, an ExternalSecret, or a file encrypted with SOPS; values hold only their names.',
  })
}

/** The scalars of a values file with where they stand. */
function* scalars(text: string): Generator<ScannedValue> {
  for (const p of positions(text)) if (p.kind === 'scalar') yield { path: p.path, value: p.value, line: p.valueLine, column: p.valueColumn }
}
