import { Printer, sortedKeys } from './fmt-printer.ts'
import { formatFloat } from './format-float.ts'
import { quote } from './quote.ts'
import { GoObject, Int, kindOf } from './values.ts'
import type { Value } from './values.ts'

export { sortedKeys }

/** fmt.Sprintf, all of it but Formatter and GoStringer. A pointer prints as a fixed address: real ones differ on every run. */
export function sprintf(format: string, args: readonly Value[]): string {
  let out = ''
  let from = 0
  let argNum = 0
  let at = format.indexOf('%')
  for (; at >= 0; at = format.indexOf('%', from)) {
    const verb = format.charCodeAt(at + 1)
    let text: string | undefined
    if (verb === 0x25) {
      text = '%'
    } else if (argNum < args.length) {
      const arg = args[argNum]!
      if (verb === 0x73) {
        if (typeof arg === 'string') text = arg
      } else if (verb === 0x76) {
        text = simpleText(arg) ?? (arg instanceof Map || Array.isArray(arg) ? plainElement(arg) : undefined)
      } else if (verb === 0x64) {
        if (arg instanceof Int) text = arg.value.toString()
      } else if (verb === 0x71) {
        if (typeof arg === 'string') text = quote(arg)
      }
      if (text !== undefined) argNum++
    }
    if (text === undefined) break
    out += format.slice(from, at) + text
    from = at + 2
  }
  if (at < 0 && argNum === args.length) return from === 0 ? format : out + format.slice(from)
  const p = new Printer()
  p.out = out
  p.printf(format, from, args, argNum)
  return p.out
}

/** fmt.Sprint: a space between two operands neither of which is a string. */
export function sprint(args: readonly Value[]): string {
  let out = ''
  let previousString = true
  for (const arg of args) {
    const isString = typeof arg === 'string' || kindOf(arg) === 'string'
    if (!isString && !previousString) out += ' '
    out += formatValue(arg)
    previousString = isString
  }
  return out
}

/** fmt.Sprintln. */
export function sprintln(args: readonly Value[]): string {
  let out = ''
  for (let i = 0; i < args.length; i++) out += (i > 0 ? ' ' : '') + formatValue(args[i]!)
  return out + '\n'
}

/** What `%v` prints. */
export function formatValue(v: Value): string {
  const simple = simpleText(v)
  if (simple !== undefined) return simple
  if (v instanceof GoObject || v instanceof Uint8Array) {
    const p = new Printer()
    p.printArg(v, 'v')
    return p.out
  }
  return plainElement(v)
}

function simpleText(v: Value): string | undefined {
  switch (typeof v) {
    case 'string': return v
    case 'number': return formatFloat(v, 'g')
    case 'boolean': return v ? 'true' : 'false'
  }
  if (v === null || v === undefined) return '<nil>'
  return v instanceof Int ? v.value.toString() : undefined
}

/** `%v` of what stands inside a map or slice, where no flag can be set. */
function plainElement(v: Value): string {
  const simple = simpleText(v)
  if (simple !== undefined) return simple
  if (v instanceof Map) {
    let out = 'map['
    for (const key of sortedKeys(v)) out += (out.length > 4 ? ' ' : '') + key + ':' + plainElement(v.get(key)!)
    return out + ']'
  }
  if (Array.isArray(v)) {
    let out = '['
    for (let i = 0; i < v.length; i++) out += (i > 0 ? ' ' : '') + plainElement(v[i]!)
    return out + ']'
  }
  const p = new Printer()
  p.printValue(v, 'v', 1)
  return p.out
}
