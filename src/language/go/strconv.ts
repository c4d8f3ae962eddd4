/** Go's strconv, gathered. */
export { formatFloat } from './format-float.ts'
export { NumError, atoi, parseBool, parseFloat, parseInt, parseUint } from './parse-number.ts'
export { canBackquote, quote, quoteRune, quoteToASCII, unquote } from './quote.ts'
export { isPrint } from './is-print.ts'
