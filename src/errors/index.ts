/**
 * Owns the one error class of Pintle, the table of its codes, what is kept out of texts that people see, Go's words for connections that fail, and the guess what a wrong name was meant to be.
 * Refuses to print, to exit, or to know any other room: only the CLI does that.
 */
export { PintleError, isPintleError } from './pintle-error.ts'
export type { Place, PintleErrorOptions } from './pintle-error.ts'
export { errorCodes } from './codes.ts'
export type { ErrorCode } from './codes.ts'
export { codeFrame } from './code-frame.ts'
export { maskedValues } from './masked-values.ts'
export { HiddenTexts } from './hidden-texts.ts'
export { dialErrorText, firstDialError } from './dial-error.ts'
export type { DialError } from './dial-error.ts'
export { meant, nearest } from './nearest.ts'
