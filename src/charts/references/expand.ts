import { Int, formatValue, type Value } from '../../language/go/index.ts'
import { isMap, yamlMap } from './yaml-map.ts'

/** Upstream: DefaultRefRegexp in pkg/expansion/expand_match.go. */
const reference = /(secretref|ref)\+([^+:]*:\/\/[^+\n ]+[^+\n ",])\+?/
const prefix = /(?:secret)?ref\+/g
const maxNesting = 10

/** What a match is replaced by, and which matches are. */
export interface Expansion {
  lookup(reference: string): Promise<Value>
  /** Whether references of this kind are replaced. */
  readonly takes: (kind: 'ref' | 'secretref') => boolean
  /** Told what was put inside another reference: errors name that one. */
  readonly onNested?: (text: string) => void
}

/** Whether a text has anything that could be a reference. */
export const mayHaveReference = (text: string): boolean => text.includes('ref+')

/** Replaces every reference of a text; what they stand for is written as Go prints it. Upstream: InString. */
export async function expandInText(given: string, expansion: Expansion): Promise<string> {
  let rest = await expandNested(given, expansion)
  let out = ''
  for (;;) {
    const match = reference.exec(rest)
    // What follows one that is left alone is left alone, too.
    if (match === null || !expansion.takes(match[1] as 'ref')) return out + rest
    out += rest.slice(0, match.index) + formatValue(await found(match[2]!, expansion))
    rest = rest.slice(match.index + match[0].length)
  }
}

/** A text that is one reference becomes what that stands for, of whatever type. Upstream: InValue. */
export async function expandInValue(given: string, expansion: Expansion): Promise<Value> {
  if (!mayHaveReference(given)) return given
  const text = await expandNested(given, expansion)
  const match = reference.exec(text)
  if (match === null) return text
  if (match.index !== 0 || match[0].length !== text.length) return await expandInText(text, expansion)
  return expansion.takes(match[1] as 'ref') ? await found(match[2]!, expansion) : text
}

/**
 * Every string of a tree. A key that is a reference and has a map below it is replaced by the entries of the document it stands for. Upstream: ModifyStringValues in
 * pkg/expansion/maputil.go.
 */
export async function expandInTree(value: Value, expansion: Expansion): Promise<Value> {
  if (typeof value === 'string') return await expandInValue(value, expansion)
  if (Array.isArray(value)) {
    const out: Value[] = []
    for (const item of value) out.push(await expandInTree(item, expansion))
    return out
  }
  if (!isMap(value)) return value
  const out = new Map<string, Value>()
  const spread = new Map<string, Value>()
  for (const [key, item] of value) {
    if (mayHaveReference(key) && isMap(item)) {
      const text = await expandInValue(key, expansion)
      if (typeof text === 'string' && text !== key) {
        for (const [name, entry] of yamlMap(text)) spread.set(name, entry)
        continue
      }
    }
    out.set(key, await expandInTree(item, expansion))
  }
  for (const [name, entry] of spread) out.set(name, entry)
  return out
}

async function found(match: string, { lookup }: Expansion): Promise<Value> {
  try {
    return await lookup(match)
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new Error(`expand ${match}: ${(error as Error).message}`, { cause: error })
  }
}

/** References inside references, from the inside out. Upstream: resolveInnerRefs. */
async function expandNested(text: string, expansion: Expansion, depth = 0): Promise<string> {
  if (depth >= maxNesting) throw new Error(`maximum nesting depth (${maxNesting}) exceeded`)
  const starts = [...text.matchAll(prefix)]
  for (let i = starts.length - 1; i >= 1; i--) {
    const at = starts[i]!.index
    // Something between them makes them two.
    if (/[ \n\r\t",]/.test(text.slice(starts[i - 1]!.index + starts[i - 1]![0].length, at))) continue
    const match = reference.exec(text.slice(at))
    if (match === null || !expansion.takes(match[1] as 'ref')) continue
    const value = await found(match[2]!, expansion)
    if (value === null) throw new Error(`nested ref ${match[2]} resolved to nil`)
    if (!isScalar(value)) throw new Error(`nested ref ${match[2]} resolved to ${Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'}; nested refs must resolve to scalar values`)
    const start = at + match.index
    const inner = formatValue(value)
    expansion.onNested?.(inner)
    return await expandNested(text.slice(0, start) + inner + text.slice(start + match[0].length), expansion, depth + 1)
  }
  return text
}

/** Upstream: isTerminalValue in vals.go. */
export const isScalar = (value: Value): boolean => typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' || value instanceof Int
