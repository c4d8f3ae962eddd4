import { PintleError } from '../../errors/index.ts'

/**
 * A document that cannot be read, with goyaml's text. `details.line` and `details.column` count from 1 and say where the reader
 * really stood; the line in the text is goyaml's, which for parser errors is one less (decode.go `fail`).
 */
export function yamlError(message: string, line?: number, column?: number): PintleError {
  return new PintleError('yaml.parse', message, line === undefined ? {} : { details: { line, column } })
}
