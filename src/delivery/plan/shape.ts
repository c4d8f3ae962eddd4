/** What is wrong with a value, and where. */
export class ShapeFault extends Error {}

/** Checks a value that came from outside; throws ShapeFault. */
export type Shape = (value: unknown, at: string) => void

interface Optional { readonly optional: Shape }
type Fields = Readonly<Record<string, Shape | Optional>>

const fail = (at: string, wanted: string): never => {
  throw new ShapeFault(`${at.length > 200 ? `${at.slice(0, 200)}...` : at} is not ${wanted}`)
}

export const optional = (shape: Shape): Optional => ({ optional: shape })

/** A text without control characters but line breaks and tabs: what is shown must not play with a terminal. */
export const text: Shape = (value, at) => {
  // oxlint-disable-next-line no-control-regex
  if (typeof value !== 'string' || /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(value)) fail(at, 'a plain text')
}

export const matching = (pattern: RegExp, wanted: string): Shape => (value, at) => {
  if (typeof value !== 'string' || !pattern.test(value)) fail(at, wanted)
}

/** Without one pattern for the whole: megabytes would exhaust its stack. */
export const base64: Shape = (value, at) => {
  if (typeof value !== 'string' || value.length % 4 !== 0 || /[^A-Za-z0-9+/=]/.test(value) || /=[^=]|===/.test(value)) fail(at, 'base64')
}

export const oneOf = (...values: readonly string[]): Shape => (value, at) => {
  if (!values.includes(value as string)) fail(at, `one of ${values.join(', ')}`)
}

export const truth: Shape = (value, at) => {
  if (typeof value !== 'boolean') fail(at, 'true or false')
}

export const whole = (least: number, most: number): Shape => (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) fail(at, `a whole number from ${least} to ${most}`)
}

export const real = (least: number, most: number): Shape => (value, at) => {
  if (typeof value !== 'number' || !(value >= least && value <= most)) fail(at, `a number from ${least} to ${most}`)
}

export const list = (item: Shape, most = 100_000): Shape => (value, at) => {
  if (!Array.isArray(value)) return fail(at, 'a list')
  if (value.length > most) fail(at, `a list of at most ${most}`)
  for (const [i, entry] of value.entries()) item(entry, `${at}[${i}]`)
}

/** A map with these keys and no others. */
export const map = (fields: Fields): Shape => (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(at, 'a map')
  for (const key of Object.keys(value)) if (!Object.hasOwn(fields, key)) fail(`${at}.${key}`, 'a field of plans')
  for (const [key, shape] of Object.entries(fields)) {
    const entry = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
    if (typeof shape === 'function') shape(entry, `${at}.${key}`)
    else if (entry !== undefined) shape.optional(entry, `${at}.${key}`)
  }
}

/** Any map: what is in it is data of others. */
export const anyMap: Shape = (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(at, 'a map')
}

export const anything: Shape = () => {}
