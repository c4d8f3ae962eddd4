/** Where a piece of output came from. */
export interface Origin {
  /** The file, or `gotpl` for a text given to tpl. */
  readonly template: string
  /** The template that ran: the file or a define in it. */
  readonly executing: string
  /** From 1; the column in UTF-16 units. */
  readonly line: number
  readonly column: number
  /** The data an action read, e.g. `.Values.image.tag`; empty for text and where it is not known. */
  readonly paths: readonly string[]
  /** The action that called the template. */
  readonly caller?: Origin | undefined
}

/** Output between two offsets (UTF-16 units) and its origin. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly origin: Origin
}

/** Where data stands in what the render began with: a path, or a Map of paths for a dict made of several. */
export type DataPath = string | ReadonlyMap<string, DataPath> | undefined

/** What a template that has run wrote. */
export interface Written {
  readonly text: string
  readonly spans: readonly Span[]
}

/** What the templates of one render record together. */
export class Recorder {
  /** Where the data of the template to be run next stands, and the action that runs it. */
  dataPath: DataPath
  caller: Origin | undefined
  /** What templates wrote that the action now running has called. */
  written: Written[] = []
}

/** The record of one running template: the spans of its output, and where its data comes from. */
export class Trail {
  readonly spans: Span[] = []
  readonly recorder: Recorder
  readonly caller: Origin | undefined
  dotPath: DataPath
  /** By variable slot. */
  readonly varPaths: DataPath[]

  constructor(recorder: Recorder) {
    this.recorder = recorder
    this.caller = recorder.caller
    this.dotPath = recorder.dataPath
    this.varPaths = [recorder.dataPath]
    recorder.dataPath = undefined
  }

  /**
   * Attributes text that an action wrote at `start`: to what the templates it called wrote, as far as that can be found in the
   * text again, and to the action otherwise.
   */
  attribute(text: string, start: number, origin: Origin, written: readonly Written[]): void {
    let at = 0
    for (const w of written) {
      const found = w.text === '' ? -1 : text.indexOf(w.text, at)
      if (found < 0) continue
      this.#add(start + at, start + found, origin)
      for (const s of w.spans) this.#add(start + found + s.start, start + found + s.end, s.origin)
      at = found + w.text.length
    }
    const last = written.at(-1)
    if (at === 0 && last && this.#attributeLines(text, start, origin, last)) return
    this.#add(start + at, start + text.length, origin)
  }

  /** What indent, nindent and trim leave recognizable: the same lines but for white space around them. */
  #attributeLines(text: string, start: number, origin: Origin, inner: Written): boolean {
    const lines = text.split('\n')
    const innerLines = inner.text.split('\n')
    const first = lines.findIndex(notBlank)
    const innerFirst = innerLines.findIndex(notBlank)
    if (first < 0 || innerFirst < 0) return false
    for (let i = 0; i < Math.max(lines.length - first, innerLines.length - innerFirst); i++) {
      if ((lines[first + i] ?? '').trim() !== (innerLines[innerFirst + i] ?? '').trim()) return false
    }
    let innerStart = innerLines.slice(0, innerFirst).reduce((n, l) => n + l.length + 1, 0)
    let from = start
    lines.forEach((line, i) => {
      const innerLine = i < first ? undefined : innerLines[innerFirst + i - first]
      const content = line.trim()
      if (innerLine === undefined || content === '') {
        this.#add(from, from + line.length + 1, origin, start + text.length)
      } else {
        const lead = line.indexOf(content)
        this.#add(from, from + lead, origin)
        const begin = innerStart + innerLine.indexOf(content)
        this.#copy(inner.spans, begin, begin + content.length, from + lead - begin)
        this.#add(from + lead + content.length, from + line.length + 1, origin, start + text.length)
      }
      if (innerLine !== undefined) innerStart += innerLine.length + 1
      from += line.length + 1
    })
    return true
  }

  #copy(spans: readonly Span[], begin: number, end: number, shift: number): void {
    for (const s of spans) {
      if (s.end <= begin || s.start >= end) continue
      this.#add(Math.max(s.start, begin) + shift, Math.min(s.end, end) + shift, s.origin)
    }
  }

  #add(start: number, end: number, origin: Origin, limit = end): void {
    const stop = Math.min(end, limit)
    if (stop > start) this.spans.push({ start, end: stop, origin })
  }
}

const notBlank = (line: string): boolean => line.trim() !== ''

/** The path of a field of something. */
export function fieldPath(base: DataPath, names: readonly string[]): DataPath {
  let path = base
  for (const name of names) path = typeof path === 'string' ? `${path}.${name}` : path?.get(name)
  return path
}

/** The path of an element of a list or map; a key that is no name stands in brackets. */
export function elementPath(base: DataPath, key: number | string): DataPath {
  if (typeof base !== 'string') return typeof key === 'string' ? base?.get(key) : undefined
  return typeof key === 'string' && /^[A-Za-z_][\w-]*$/.test(key) ? `${base}.${key}` : `${base}[${JSON.stringify(key)}]`
}
