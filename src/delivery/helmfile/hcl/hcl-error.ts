import { PintleError } from '../../../errors/index.ts'
import type { HclPlace } from './node.ts'

/** A place as hcl.Range prints it. */
export function placeText({ file, line, column, endLine, endColumn }: HclPlace): string {
  return line === endLine ? `${file}:${line},${column}-${endColumn}` : `${file}:${line},${column}-${endLine},${endColumn}`
}

/** A diagnostic of HCL: what is wrong, and why. */
export function hclError(place: HclPlace, summary: string, detail: string, source?: string): PintleError {
  return new PintleError('helmfile.hcl', `${placeText(place)}: ${summary}; ${detail}`, { place: { file: place.file, line: place.line, column: place.column, ...(source === undefined ? {} : { source }) } })
}
