import {
  documentEndEvent, documentStartEvent, mappingEndEvent, mappingStartEvent, scalarEvent, sequenceEndEvent, sequenceStartEvent, streamEndEvent,
} from './parser.ts'

/** Where the events of a document come from: the parser, or, for what most documents are made of, a quicker reader of lines. */
export interface Events {
  /** Returns the kind of the next event; the other fields belong to it. */
  next(): number
  readonly value: string
  readonly implicit: boolean
  readonly tag: string
  readonly anchor: string
  /** False when values of scalars need not be made. */
  wantValues: boolean
  /** Where the event stands; all 0 from `lineEvents`, which takes documents only in which nothing can be wrong. */
  readonly line: number
  readonly column: number
  readonly pos: number
  readonly end: number
  readonly style: number
}

const indent = '( *)'
const dashes = '((?:- +)*)'
const quotedText = String.raw`"([^"\\\n]*)"|'([^'\n]*)'`
const key = String.raw`(?:(?:([A-Za-z0-9_][\w./-]*)|${quotedText}):(?=[ \n]|$) *)?`
const plainStart = String.raw`(?:[\w./$()+=~^;<\\\u00a1-\ud7ff]|-(?!\s|$))`
const plain = String.raw`${plainStart}(?: *(?:[^\s:#]|:(?!\s|$)|(?<!\s)#))*`
const item = String.raw`(?:[A-Za-z0-9_./][\w./-]*|"[^"\\\n]*"|'[^'\n]*')`
const flow = String.raw`\{ *\}|\[ *(?:${item}(?: *, *${item})*)? *\]`
const comment = String.raw`(?:(?<![^\s])#[^\n]*)?`

/** A whole line; what does not fit is left to the parser. */
const line = new RegExp(String.raw`${indent}${dashes}${key}(?:(${plain})|${quotedText}|(${flow})|(\|[+-]?))? *${comment}(?:\n|$)`, 'y')
const items = new RegExp(item, 'g')

/** Line breaks other than \n, control characters, halves of surrogate pairs: nothing a quick reader should judge. */
// eslint-disable-next-line no-control-regex
const unusual = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/

const maxLine = 4096
const maxDepth = 1000
const quoted = 16

/**
 * Reads a document line by line, a regular expression a line: block mappings and sequences of scalars that end on their line, literal blocks,
 * short flow sequences. The same events as the parser's come out, in a fraction of its time while V8 still interprets what it runs.
 *
 * @returns undefined for a document that has anything else: anchors, tags, scalars over several lines, escapes, several documents, errors
 */
export function lineEvents(text: string): Events | undefined {
  if (unusual.test(text)) return undefined
  const reader = new LineReader(text)
  return reader.read() ? new LineEvents(reader.kinds, reader.values) : undefined
}

class LineReader {
  /** Kinds of events; `quoted` is added for scalars that are not plain. */
  readonly kinds: number[] = [documentStartEvent]
  /** The texts of the scalars. */
  readonly values: string[] = []
  readonly #text: string
  /** Open collections: the column of each, and whether it is a mapping. */
  readonly #columns: number[] = []
  readonly #mappings: boolean[] = []
  /** The innermost mapping has a key whose value has not come yet. */
  #pending = false

  constructor(text: string) {
    this.#text = text
  }

  read(): boolean {
    const text = this.#text
    for (let pos = 0; pos < text.length;) {
      const end = text.indexOf('\n', pos)
      if ((end < 0 ? text.length : end) - pos > maxLine) return false
      line.lastIndex = pos
      const m = line.exec(text)
      if (m === null) return false
      pos = line.lastIndex
      const name = m[3] ?? m[4] ?? m[5]
      const value = m[6] ?? m[7] ?? m[8] ?? m[9] ?? m[10]
      if (name === undefined && value === undefined) {
        if (m[2] !== '') return false
        continue
      }
      if (!this.#enter(m[1]!.length, m[2]!, name !== undefined)) return false
      if (name !== undefined) {
        if (name.length > 1000) return false
        this.#scalar(name, m[3] !== undefined)
        if (value === undefined) {
          this.#pending = true
          continue
        }
      }
      if (m[9] !== undefined) this.#flow(m[9])
      else if (m[10] === undefined) this.#scalar(value!, m[6] !== undefined)
      else {
        const after = this.#literal(m[10], pos)
        if (after === undefined) return false
        pos = after
      }
    }
    if (this.#columns.length === 0) return false
    this.#close(-1)
    this.kinds.push(documentEndEvent)
    return true
  }

  /** Closes what a line at this column ends, and opens what it begins. False where that is no plain continuation. */
  #enter(column: number, dashes: string, hasKey: boolean): boolean {
    this.#close(column)
    const columns = this.#columns
    const mappings = this.#mappings
    const top = columns.length - 1
    if (dashes !== '') {
      const isNext = top >= 0 && !mappings[top] && columns[top] === column
      if (!isNext && !this.#open(column, false)) return false
      let at = column
      for (let dash = dashes.indexOf('-', 1); dash > 0; dash = dashes.indexOf('-', dash + 1)) {
        at = column + dash
        this.#push(at, false)
      }
      if (hasKey) this.#push(column + dashes.length, true)
      return columns.length < maxDepth
    }
    if (!hasKey) {
      // The value of the key on the line before.
      if (!this.#pending || columns[top]! >= column) return false
      this.#pending = false
      return true
    }
    // A sequence in the column of its own key ends with the next key there.
    if (top > 0 && !mappings[top] && columns[top] === column) this.#pop()
    const now = columns.length - 1
    if (now >= 0 && mappings[now] && columns[now] === column) {
      this.#settle()
      return true
    }
    return this.#open(column, true)
  }

  /** Opens a collection as the value of the pending key, or as the root. */
  #open(column: number, mapping: boolean): boolean {
    const top = this.#columns.length - 1
    if (top < 0 ? this.kinds.length > 1 : !this.#pending || (mapping && this.#columns[top] === column)) return false
    this.#pending = false
    this.#push(column, mapping)
    return true
  }

  #push(column: number, mapping: boolean): void {
    this.#columns.push(column)
    this.#mappings.push(mapping)
    this.kinds.push(mapping ? mappingStartEvent : sequenceStartEvent)
  }

  #pop(): void {
    this.#columns.pop()
    this.kinds.push(this.#mappings.pop() ? mappingEndEvent : sequenceEndEvent)
  }

  #close(column: number): void {
    const columns = this.#columns
    while (columns.length > 0 && columns[columns.length - 1]! > column) {
      this.#settle()
      this.#pop()
    }
  }

  /** A key without a value has null. */
  #settle(): void {
    if (this.#pending) this.#scalar('', true)
    this.#pending = false
  }

  #scalar(text: string, isPlain: boolean): void {
    this.kinds.push(isPlain ? scalarEvent : scalarEvent | quoted)
    this.values.push(text)
  }

  #flow(text: string): void {
    const mapping = text.startsWith('{')
    this.kinds.push(mapping ? mappingStartEvent : sequenceStartEvent)
    for (const [one] of text.matchAll(items)) {
      const isPlain = !/^["']/.test(one)
      this.#scalar(isPlain ? one : one.slice(1, -1), isPlain)
    }
    this.kinds.push(mapping ? mappingEndEvent : sequenceEndEvent)
  }

  /** A literal block that begins at `pos`; returns where it ends. */
  #literal(header: string, pos: number): number | undefined {
    const text = this.#text
    if (!text.endsWith('\n')) return undefined
    let start = pos
    let blank = 0
    let width: number
    for (;;) {
      const end = text.indexOf('\n', start)
      if (end < 0) return undefined
      const found = leadingSpaces(text, start)
      if (start + found < end) {
        width = found
        break
      }
      blank = Math.max(blank, found)
      start = end + 1
    }
    if (width <= this.#columns[this.#columns.length - 1]! || blank > width || text[start + width] === '\t') return undefined
    const margin = ' '.repeat(width)
    const lines: string[] = []
    let at = pos
    while (at < text.length) {
      const end = text.indexOf('\n', at)
      if (text.startsWith(margin, at)) lines.push(text.slice(at + width, end))
      else if (at + leadingSpaces(text, at) === end) lines.push('')
      else break
      at = end + 1
    }
    let count = lines.length
    while (lines[count - 1] === '') count--
    const body = lines.slice(0, count).join('\n')
    this.#scalar(header === '|-' ? body : body + (header === '|' ? '\n' : '\n'.repeat(lines.length - count + 1)), false)
    return at
  }
}

function leadingSpaces(text: string, pos: number): number {
  let at = pos
  while (text.charCodeAt(at) === 0x20) at++
  return at - pos
}

class LineEvents implements Events {
  value = ''
  implicit = false
  readonly tag = ''
  readonly anchor = ''
  wantValues = true
  readonly line = 0
  readonly column = 0
  readonly pos = 0
  readonly end = 0
  readonly style = 0
  readonly #kinds: readonly number[]
  readonly #values: readonly string[]
  #next = 0
  #nextValue = 0

  constructor(kinds: readonly number[], values: readonly string[]) {
    this.#kinds = kinds
    this.#values = values
  }

  next(): number {
    const kind = this.#kinds[this.#next++] ?? streamEndEvent
    if ((kind & ~quoted) !== scalarEvent) return kind
    this.value = this.#values[this.#nextValue++]!
    this.implicit = kind === scalarEvent
    return scalarEvent
  }
}
