import { readFileSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import { positions, type Position } from '../../language/yaml/index.ts'

export type Path = readonly (string | number)[]

/** Makes the error for the value at a path below the section. */
export type Fault = (path: Path, message: string, hint?: string) => PintleError

/**
 * Makes the errors of a room that reads a section of pintle.yaml itself: each with the line of what is wrong.
 * @param file pintle.yaml
 * @param section where the section stands: `['environments', 'prod', 'businessHours']`
 */
export function faultIn(file: string, section: Path): Fault {
  return (path, message, hint) => {
    const at = placeOf(file, [...section, ...path])
    return new PintleError('config.invalid', `${file}: ${message}`, { ...(hint !== undefined && { hint }), ...(at && { place: at }) })
  }
}

/** For a line that may hold a secret: it is named, not shown. */
export function withoutLine(fault: Fault): Fault {
  return (...of) => {
    const { code, message, hint, place } = fault(...of)
    const { source: _shown, ...at } = place ?? { file: '' }
    return new PintleError(code, message, { ...(hint !== undefined && { hint }), ...(place && { place: at }) })
  }
}

/** The nearest that is there: what is missing is reported where it would stand. */
function placeOf(file: string, path: Path): { file: string; line: number; column: number; source: string } | undefined {
  try {
    const source = readFileSync(file, 'utf8')
    let found: Position | undefined
    for (const position of positions(source)) if (position.path.every((key, i) => String(key) === String(path[i])) && position.path.length >= (found?.path.length ?? 0)) found = position
    return found && { file, line: found.line, column: found.column, source }
  } catch {
    return undefined
  }
}
