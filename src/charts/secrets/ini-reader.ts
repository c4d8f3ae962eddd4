import { PintleError } from '../../errors/index.ts'
import type { SourceFile } from './source-file.ts'
import { Branch, Scalar } from './tree.ts'

/** What Go calls space. */
const space = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leading = new RegExp(`^[${space}]+`)
const trailing = new RegExp(`[${space}]+$`)
const trimLeft = (text: string): string => text.replace(leading, '')
export const trimSpace = (text: string): string => trimLeft(text).replace(trailing, '')

/** The section of what stands before the first one. */
export const defaultSection = 'DEFAULT'

interface Key {
  value: string
  comment: string
}

interface Section {
  readonly name: string
  comment: string
  readonly keys: Map<string, Key>
}

/**
 * Reads INI as the ini.v1 package does with AllowNonUniqueSections: sections may stand twice, keys of a section win over those before, a comment is that of what follows. The
 * comment of a section stands in front of its keys here, that of a key behind it. Upstream: stores/ini/store.go; parser.go of gopkg.in/ini.v1.
 * @throws PintleError secrets.format
 */
export function readIni(text: string): SourceFile {
  const branch = new Branch()
  for (const { name, comment, keys } of new IniReader(text).sections()) {
    const section = new Branch()
    if (comment !== '') section.comment(new Scalar('comment', bare(comment)))
    for (const [key, value] of keys) {
      section.add(key, new Scalar('str', value.value))
      if (value.comment !== '') section.comment(new Scalar('comment', bare(value.comment)))
    }
    branch.add(name, section)
  }
  return { branches: [branch] }
}

/** Only the first line's mark is taken away. */
function bare(comment: string): string {
  if (comment.startsWith(';')) return comment.replace(/^[; ]+/, '')
  return comment.startsWith('#') ? comment.replace(/^[# ]+/, '') : comment
}

class IniReader {
  readonly #lines: string[]
  #at = 0
  #comment = ''

  constructor(text: string) {
    this.#lines = text.replace(/^\ufeff/, '').split(/(?<=\n)/)
  }

  sections(): Section[] {
    let section: Section = { name: defaultSection, comment: '', keys: new Map() }
    const sections = [section]
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const line = trimLeft(next)
      if (line === '') continue
      if (line.startsWith('#') || line.startsWith(';')) {
        this.#comment += line
        continue
      }
      if (line.startsWith('[')) {
        const close = line.lastIndexOf(']')
        if (close < 0) throw this.#wrong('a section is not closed')
        if (close === 1) throw this.#wrong('a section has no name')
        const behind = /[#;].*$/s.exec(line.slice(close + 1))
        section = { name: line.slice(1, close), comment: '', keys: new Map() }
        section.comment = this.#takeComment(behind?.[0] ?? '')
        sections.push(section)
        continue
      }
      const [key, offset] = this.#key(line)
      const value = this.#value(line.slice(offset))
      section.keys.set(key, { value, comment: this.#takeComment('') })
    }
    return sections
  }

  #next(): string | undefined {
    return this.#lines[this.#at++]
  }

  /** The line may hold a secret. */
  #wrong(what: string): PintleError {
    return new PintleError('secrets.format', `line ${Math.min(this.#at, this.#lines.length)}: ${what}`)
  }

  #takeComment(more: string): string {
    const comment = trimSpace(this.#comment + more)
    this.#comment = ''
    return comment
  }

  /** A name, perhaps in quotes, and where its value begins. */
  #key(line: string): [string, number] {
    const quote = line.startsWith('"') ? (line.length > 6 && line.startsWith('"""') ? '"""' : '"') : line.startsWith('`') ? '`' : ''
    const close = quote === '' ? 0 : line.indexOf(quote, quote.length)
    if (close < 0) throw this.#wrong('the quotes around a key do not end')
    const from = quote === '' ? 0 : close + quote.length
    const delimiter = line.slice(from).search(/[=:]/)
    if (delimiter < 0) throw this.#wrong('there is no = behind a key')
    const name = trimSpace(quote === '' ? line.slice(0, delimiter) : line.slice(quote.length, close))
    if (name === '') throw this.#wrong('a key has no name')
    // sops makes a number of it, which reads as a comment.
    if (name === '-') throw this.#wrong('a key has the name -, with which SOPS loses its value')
    return [name, from + delimiter + 1]
  }

  #value(rest: string): string {
    let line = trimLeft(rest)
    if (line === '') return ''
    const quote = line.length > 3 && line.startsWith('"""') ? '"""' : line.startsWith('`') ? '`' : ''
    if (quote !== '') {
      const end = line.slice(quote.length).lastIndexOf(quote)
      return end < 0 ? this.#multiline(line.slice(quote.length), quote) : line.slice(quote.length, quote.length + end)
    }
    line = trimSpace(line)
    if (line.endsWith('\\')) return this.#continued(line.slice(0, -1))
    const hash = line.search(/[#;]/)
    if (hash >= 0) {
      this.#comment += line.slice(hash)
      line = trimSpace(line.slice(0, hash))
    }
    const first = line[0]
    return (first === "'" || first === '"') && line.length >= 2 && line.indexOf(first, 1) === line.length - 1 ? line.slice(1, -1) : line
  }

  /** A value in quotes that goes over several lines. */
  #multiline(first: string, quote: string): string {
    let value = first
    for (;;) {
      const next = this.#next()
      if (next === undefined) throw this.#wrong('the quotes around a value do not end')
      const end = next.lastIndexOf(quote)
      if (end < 0 || trimSpace(next.slice(end + quote.length).replace(/[\r\n]+$/, '')).endsWith('\\')) {
        value += next
        continue
      }
      const behind = /[#;].*$/s.exec(next.slice(end))
      if (behind !== null) this.#comment += trimSpace(behind[0])
      return value + next.slice(0, end)
    }
  }

  /** A value whose lines end in a backslash. */
  #continued(first: string): string {
    let value = first
    for (;;) {
      const next = trimSpace(this.#next() ?? '')
      if (next === '') return value
      value += next
      if (!value.endsWith('\\')) return value
      value = value.slice(0, -1)
    }
  }
}
