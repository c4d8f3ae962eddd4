import { readFileSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import { positions } from '../../language/yaml/index.ts'

/** Makes the error for a value of pintle.yaml, with its line. @param below where the section that is read stands: ['evidence'] */
export function projectFault(file: string, below: readonly (string | number)[]): (path: readonly (string | number)[], message: string, hint?: string) => PintleError {
  return (path, message, hint) => {
    const source = readFileSync(file, 'utf8')
    const where = [...below, ...path]
    let best: { line: number; column: number } | undefined
    // Parents come first: the deepest that is on the way is the last one.
    for (const p of positions(source)) if (p.path.length <= where.length && p.path.every((key, i) => String(key) === String(where[i]))) best = { line: p.line, column: p.column }
    return new PintleError('config.invalid', `${file}: ${message}`, { place: { file, ...(best === undefined ? {} : { ...best, source }) }, ...(hint === undefined ? {} : { hint }) })
  }
}
