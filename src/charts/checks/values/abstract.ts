/** What is known of a value without running the template. */
export type Abstract =
  /** Nothing, or nothing that could hold values of the chart. */
  | { readonly is: 'unknown' }
  /** What every template starts with: `.` */
  | { readonly is: 'root' }
  /** A part of the chart's values; `*` stands for any key or item. */
  | {
    readonly is: 'values'
    readonly path: readonly string[]
    /** Nobody minds when it is missing: it went through `default`, `required` and the like. */
    readonly optional?: boolean
    /** It is a guess that the template is ever called with this. */
    readonly guess?: boolean
  }
  | { readonly is: 'dict'; readonly entries: Map<string, Abstract> }
  | { readonly is: 'list'; readonly items: readonly Abstract[] }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'union'; readonly of: readonly Abstract[] }

export const unknown: Abstract = { is: 'unknown' }
export const root: Abstract = { is: 'root' }

/** One of several. */
export function union(list: readonly Abstract[]): Abstract {
  const flat = list.flatMap((a) => (a.is === 'union' ? a.of : [a])).filter((a) => a.is !== 'unknown')
  if (flat.length === 0) return unknown
  if (flat.length === 1) return flat[0]!
  const seen = new Map(flat.map((a) => [keyOf(a), a]))
  const different = [...seen.values()].slice(0, maxAlternatives)
  return different.length === 1 ? different[0]! : { is: 'union', of: different }
}

const maxAlternatives = 32

/** The same for what cannot be told apart. */
export function keyOf(a: Abstract, depth = 0): string {
  if (depth > 6) return '…'
  switch (a.is) {
    case 'unknown': return '?'
    case 'root': return '.'
    case 'text': return JSON.stringify(a.text)
    case 'values': return `v${a.optional ? 'o' : ''}${a.guess ? 'g' : ''}${JSON.stringify(a.path)}`
    case 'list': return `[${a.items.map((item) => keyOf(item, depth + 1)).join()}]`
    case 'union': return `(${a.of.map((item) => keyOf(item, depth + 1)).join('|')})`
    case 'dict': return `{${[...a.entries].map(([key, item]) => `${JSON.stringify(key)}:${keyOf(item, depth + 1)}`).join()}}`
  }
}

/** A member. */
export function member(a: Abstract, name: string): Abstract {
  switch (a.is) {
    case 'root': return name === 'Values' ? { is: 'values', path: [] } : unknown
    // Somebody hands the root around in a way that is not followed here.
    case 'unknown': return name === 'Values' ? { is: 'values', path: [], guess: true } : unknown
    case 'values': return a.path.length > maxDepth ? a : { ...a, path: [...a.path, name] }
    case 'dict': return a.entries.get(name) ?? (name === 'Values' ? { is: 'values', path: [], guess: true } : unknown)
    case 'union': return union(a.of.map((item) => member(item, name)))
  }
  return unknown
}

const maxDepth = 64

/** What `range` and `index` with an unknown key find. */
export function element(a: Abstract): Abstract {
  switch (a.is) {
    case 'values': return a.path.length > maxDepth ? a : { ...a, path: [...a.path, '*'] }
    case 'dict': return union([...a.entries.values()])
    case 'list': return union(a.items)
    case 'union': return union(a.of.map(element))
  }
  return unknown
}

/** Marks all values in it as not missed by anybody. */
export function optional(a: Abstract): Abstract {
  switch (a.is) {
    case 'values': return { ...a, optional: true }
    case 'union': return union(a.of.map(optional))
    case 'list': return { is: 'list', items: a.items.map(optional) }
  }
  return a
}
