/**
 * Owns Go's values and what Go's standard library does with them: fmt, strconv, time, regexp, encoding/json.
 * Refuses: Node, templates, YAML, anything of Helm or Kubernetes.
 */
export * from './values.ts'
export type { FuncMap, GoFunction, Host, HostCrypto, Runtime } from './function.ts'
export {
  byteAt, byteLength, byteSlice, compareBytes, compareStrings, decodeUtf8, encodeUtf8, isAscii, isByteEscape, isValidUtf8,
  rejoinBytes, runeCount, runeError, runeToString, runes, runesWithIndex,
} from './utf8.ts'
export {
  NumError, atoi, canBackquote, formatFloat, isPrint, parseBool, parseFloat, parseInt, parseUint, quote, quoteRune, quoteToASCII,
  unquote,
} from './strconv.ts'
export { formatValue, sortedKeys, sprint, sprintf, sprintln } from './fmt.ts'
export { Duration, durationString, nanosecondsOf, parseDuration } from './duration.ts'
export { Location, fixedZone, loadLocation, localLocation, utc } from './location.ts'
export type { Zone } from './location.ts'
export { Month, Time, Weekday, timeNow, timeUnix, zeroTime } from './time.ts'
export { parseTime } from './time-parse.ts'
export { Regexp, RegexpCache, quoteMeta } from './regexp.ts'
export { pathBase, pathClean, pathDir, pathExt, pathIsAbs } from './path.ts'
export { sortAsGo } from './sort.ts'
export { emptyUrl, hostname, parseUrl, queryEscape, urlString, userinfoString } from './url.ts'
export type { Url, Userinfo } from './url.ts'
export { decodeShape, jsonMarshal, jsonMarshalIndent, jsonNumber, jsonString, jsonSyntaxError, jsonUnmarshal, shapeType } from './json.ts'
export type { JsonOptions, Shape, ShapeField, StructShape } from './json.ts'
