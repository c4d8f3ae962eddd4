import { jsonMarshal, type Value } from '../../language/go/index.ts'
import { marshal } from '../../language/yaml/index.ts'
import type { CommandContext } from './command.ts'

/** Prints `data` as -o json (one line, keys as they stand) or -o yaml (keys sorted), as Helm does. Returns false for tables. */
export function printStructured({ flags, out }: Pick<CommandContext, 'flags' | 'out'>, data: () => unknown): boolean {
  const format = flags.string('output')
  if (format === 'json') out.line(goJson(data()))
  else if (format === 'yaml') out.write(marshal(toValue(data())))
  else return false
  return true
}

/** encoding/json's text of plain data or values: keys of plain objects stay in order, &, < and > are escaped. */
export function goJson(data: unknown): string {
  if (data instanceof Map) return jsonMarshal(data as Value)
  if (Array.isArray(data)) return `[${data.map(goJson).join(',')}]`
  if (typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype) {
    const members = Object.entries(data).filter(([, v]) => v !== undefined)
    return `{${members.map(([k, v]) => `${goJson(k)}:${goJson(v)}`).join(',')}}`
  }
  return jsonMarshal((data ?? null) as Value)
}

/** Plain data as values of the language. */
export function toValue(data: unknown): Value {
  if (data instanceof Map) return data as Value
  if (Array.isArray(data)) return data.map(toValue)
  if (typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype) {
    return new Map(Object.entries(data).filter(([, v]) => v !== undefined).map(([k, v]) => [k, toValue(v)]))
  }
  return (data ?? null) as Value
}
