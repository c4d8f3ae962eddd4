import { int64, type Value } from '../../language/go/index.ts'
import { PintleError } from '../../errors/index.ts'
import { mergeValues, type Values } from './values-merge.ts'

/** Lists as long as an index asks for are made at once. */
const maxIndex = 65_536

/**
 * --state-values-set and --state-values-set-string (NewCLIConfigImpl in pkg/config): `a.b=1,c[0]=x`. true, false, null and integers are what they look like in the first, strings in the
 * second; the first wins.
 * @throws PintleError `usage`, where helmfile panics
 */
export function parseStateValues(sets: readonly string[], stringSets: readonly string[]): Values {
  const strings: Values = new Map()
  for (const set of stringSets) {
    for (const [, key, value] of set.matchAll(/(?:,|^)([^\s=]+)=(['"][^'"]*['"]|[^,]+)/g)) setAt(strings, parseKey(key!), value!, set)
  }
  const typed: Values = new Map()
  for (const set of sets) {
    for (const one of set.split(',')) {
      const equals = one.indexOf('=')
      if (equals < 0) throw bad(set, 'each value needs a key: key=value')
      setAt(typed, parseKey(one.slice(0, equals)), typedValue(one.slice(equals + 1)), set)
    }
  }
  return mergeValues(mergeValues(new Map(), strings), typed)
}

/** The steps of a path: dots part them, a backslash takes a dot its meaning. */
export function parseKey(key: string): string[] {
  const steps: string[] = []
  let step = ''
  let escaped = false
  for (const char of key) {
    if (!escaped && char === '\\') {
      escaped = true
      continue
    }
    if (char === '.' && !escaped) {
      steps.push(step)
      step = ''
    } else step += char
    escaped = false
  }
  if (step !== '') steps.push(step)
  return steps
}

function setAt(values: Values, steps: readonly string[], value: Value, set: string): void {
  if (steps.length === 0) throw bad(set, 'a key is empty')
  let at = values
  for (const [i, step] of steps.entries()) {
    const last = i === steps.length - 1
    const { key, index } = cursor(step)
    if (index === undefined) {
      if (last) {
        at.set(key, value)
        return
      }
      if (!at.has(key)) at.set(key, new Map())
      at = mapIn(at.get(key)!, set)
      continue
    }
    if (index > maxIndex) throw bad(set, `index ${index} is too large`)
    const list = at.get(key) ?? []
    if (!Array.isArray(list)) throw bad(set, `${key} is no list`)
    const longer: Value[] = Array.from({ length: Math.max(list.length, index + 1) }, (_, n) => list[n] ?? null)
    if (last) longer[index] = value
    else {
      longer[index] ??= new Map()
      mapIn(longer[index], set)
    }
    // helmfile keeps a list that grew only when it sets an item itself.
    if (last || !at.has(key) || longer.length === list.length) at.set(key, longer)
    if (!last) at = longer[index] as Values
  }
}

function mapIn(value: Value, set: string): Values {
  if (value instanceof Map) return value
  throw bad(set, 'a key below a value that is no map')
}

/** `name[3]`, read as fmt.Sscanf reads "%s %d" once the brackets are spaces. */
function cursor(step: string): { key: string; index?: number } {
  const spaced = step.replaceAll('[', ' ').replaceAll(']', ' ')
  const match = /^\s*(\S+)\s+([+-]?\d+)/.exec(spaced)
  return match === null ? { key: spaced } : { key: match[1]!, index: Number(match[2]) }
}

function typedValue(text: string): Value {
  switch (text.toLowerCase()) {
    case 'true': return true
    case 'false': return false
    case 'null': return null
    case '0': return int64(0)
  }
  if (/^[+-]?\d+$/.test(text) && !text.startsWith('0')) {
    const value = BigInt(text)
    if (BigInt.asIntN(64, value) === value) return int64(value)
  }
  return text
}

function bad(set: string, why: string): PintleError {
  return new PintleError('usage', `failed parsing --state-values-set data: ${why}`, { hint: `In ${JSON.stringify(set.replace(/=[^,]*/g, '=...'))}.` })
}
