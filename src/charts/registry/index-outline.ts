/** The lines of one chart in an index: a list of versions. */
export interface IndexSection {
  readonly name: string
  /** Where its list begins and ends in the text. */
  readonly start: number
  readonly end: number
}

/** Where the parts of an index are. */
export interface IndexOutline {
  readonly sections: readonly IndexSection[]
  /** The document without the charts. */
  readonly head: string
}

const newline = 10
const space = 32
const hash = 35
const dash = 45

/** Keys that YAML 1.1 reads as something else than a text are left to the parser. */
const sectionKey = /^ {2}(?:(?!(?:true|false|yes|no|on|off|null|y|n):)([A-Za-z_][\w.-]*)|"([^"\\\n]*)"|'([^'\n]*)'): *(\[\])? *$/i

/**
 * Finds the charts of an index that is laid out as Helm writes it: `entries:` at the left, the charts two columns in. It looks at the beginnings of
 * lines alone, so that one chart of ten thousand can be read without the others.
 * @returns undefined for any other layout
 */
export function indexOutline(text: string): IndexOutline | undefined {
  const sections: { name: string; start: number; end: number }[] = []
  const names = new Set<string>()
  let from = -1
  let to = text.length
  let inside = false
  for (let at = 0, next = 0; at < text.length; at = next) {
    const end = text.indexOf('\n', at)
    next = end < 0 ? text.length : end + 1
    const first = text.charCodeAt(at)
    if (first === space) {
      if (!inside) continue
      const third = text.charCodeAt(at + 2)
      if (text.charCodeAt(at + 1) !== space || third === space || third === newline || third === dash || third === hash || Number.isNaN(third)) {
        // What stands before the first chart belongs to nothing.
        if (sections.length === 0 && !/^ *(?:#[^\n]*)?$/.test(text.slice(at, end < 0 ? text.length : end))) return undefined
        continue
      }
      const key = sectionKey.exec(text.slice(at, end < 0 ? text.length : end))
      const name = key?.[1] ?? key?.[2] ?? key?.[3]
      if (key === null || name === undefined || name === '' || names.has(name)) return undefined
      names.add(name)
      if (sections.length > 0) sections.at(-1)!.end = at
      sections.push({ name, start: key[4] === undefined ? next : at + key[0].indexOf('[]'), end: next })
      continue
    }
    if (first === newline || first === hash) continue
    // Something at the left: another key of the index.
    if (inside) to = at
    if (inside && sections.length > 0) sections.at(-1)!.end = at
    inside = false
    if (first === dash || !/^[A-Za-z]+:/.test(text.slice(at, at + 40))) return undefined
    if (text.startsWith('entries:', at)) {
      if (from >= 0 || !/^entries: *\n/.test(text.slice(at, next))) return undefined
      from = at
      inside = true
    }
  }
  if (inside && sections.length > 0) sections.at(-1)!.end = text.length
  if (from < 0) return undefined
  return { sections, head: text.slice(0, from) + (inside ? '' : text.slice(to)) }
}
