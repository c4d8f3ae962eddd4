import { PintleError } from '../../errors/index.ts'
import { formatFloat, jsonString } from '../../language/go/index.ts'
import type { SourceFile } from './source-file.ts'
import { Branch, Scalar, type Tree } from './tree.ts'

const maxDepth = 5000

/**
 * Reads the object of a JSON text as SOPS does: keys keep their order and may stand twice, integers of 64 bits stay integers, what follows the object is no matter.
 * Upstream: treeBranchFromJSON in stores/json/store.go.
 * @throws PintleError secrets.format
 */
export function readJson(text: string): SourceFile {
  const reader = new JsonReader(text)
  return { branches: [reader.root()] }
}

/** A value of JSON, for what is set. @throws PintleError secrets.format */
export function readJsonValue(text: string): Tree {
  return new JsonReader(text).whole()
}

class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  root(): Branch {
    this.#space()
    if (this.#text[this.#at] !== '{') throw this.#wrong('SOPS encrypts JSON files with an object at the top only', 'Wrap it in an object: {"data": [...]}.')
    return this.#object(0)
  }

  whole(): Tree {
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#wrong('something follows the value')
    return value
  }

  #wrong(what: string, hint?: string): PintleError {
    return new PintleError('secrets.format', `line ${this.#text.slice(0, this.#at).split('\n').length}: ${what}`, hint === undefined ? {} : { hint })
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  #take(char: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== char) return false
    this.#at++
    return true
  }

  #value(depth: number): Tree {
    this.#space()
    if (depth > maxDepth) throw this.#wrong('it is nested too deep')
    switch (this.#text[this.#at]) {
      case '{': return this.#object(depth)
      case '[': return this.#array(depth)
      case '"': return new Scalar('str', this.#string())
      case 't': return this.#word('true', new Scalar('bool', 'True'))
      case 'f': return this.#word('false', new Scalar('bool', 'False'))
      case 'n': return this.#word('null', null)
      default: return this.#number()
    }
  }

  #word(word: string, value: Tree): Tree {
    if (!this.#text.startsWith(word, this.#at)) throw this.#wrong('no JSON')
    this.#at += word.length
    return value
  }

  #object(depth: number): Branch {
    const branch = new Branch()
    this.#at++
    if (this.#take('}')) return branch
    do {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#wrong('a key is missing')
      const key = this.#string()
      if (!this.#take(':')) throw this.#wrong('a colon is missing')
      branch.add(key, this.#value(depth + 1))
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#wrong('a comma or } is missing')
    return branch
  }

  #array(depth: number): Tree[] {
    const list: Tree[] = []
    this.#at++
    if (this.#take(']')) return list
    do list.push(this.#value(depth + 1))
    while (this.#take(','))
    if (!this.#take(']')) throw this.#wrong('a comma or ] is missing')
    return list
  }

  /** Halves of surrogate pairs stand for no character. */
  #string(): string {
    const start = this.#at
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end < 0) throw this.#wrong('a string does not end')
    } while (this.#escapes(end))
    try {
      const value = JSON.parse(this.#text.slice(start, end + 1)) as string
      this.#at = end + 1
      return value.toWellFormed()
    } catch {
      // Its words quote the string.
      throw this.#wrong('a string is damaged')
    }
  }

  #escapes(at: number): boolean {
    let from = at
    while (this.#text[from - 1] === '\\') from--
    return (at - from) % 2 === 1
  }

  #number(): Scalar {
    const form = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y
    form.lastIndex = this.#at
    const match = form.exec(this.#text)
    if (match === null) throw this.#wrong('no JSON')
    this.#at += match[0].length
    if (/^-?\d{1,19}$/.test(match[0])) {
      const value = BigInt(match[0])
      if (BigInt.asIntN(64, value) === value) return new Scalar('int', String(value))
    }
    const value = Number(match[0])
    if (!Number.isFinite(value)) throw this.#wrong('a number is too large')
    return new Scalar('float', formatFloat(value, 'f'))
  }
}

/**
 * An object as sops writes it. Upstream: EmitPlainFile in stores/json/store.go, json.Indent.
 * @param indent spaces a level, -1 for a tab; with 0 levels stand below each other
 * @throws PintleError secrets.format for a number that JSON has not
 */
export function emitJson([branch]: readonly Branch[], indent: number): string {
  return `${emitJsonValue(branch!, indent)}\n`
}

/** A value as sops prints what was extracted. */
export function emitJsonValue(value: Tree, indent: number): string {
  return write(value, '\n', indent < 0 ? '\t' : ' '.repeat(indent))
}

function write(value: Tree, line: string, step: string): string {
  if (value === null) return 'null'
  if (value instanceof Scalar) return scalarText(value)
  const inner = line + step
  if (Array.isArray(value)) return block('[', value.filter((item) => !(item instanceof Scalar && item.isComment)).map((item) => write(item, inner, step)), ']', line, inner)
  return block('{', value.entries.filter(({ key }) => key !== undefined).map(({ key, value: item }) => `${jsonString(key!)}: ${write(item, inner, step)}`), '}', line, inner)
}

function block(open: string, items: readonly string[], close: string, line: string, inner: string): string {
  return items.length === 0 ? open + close : `${open}${inner}${items.join(`,${inner}`)}${line}${close}`
}

function scalarText({ type, text }: Scalar): string {
  switch (type) {
    case 'int': return text
    case 'bool': return text === 'True' ? 'true' : 'false'
    case 'float': return jsonFloat(text)
    default: return jsonString(text)
  }
}

/** encoding/json's floats: an exponent outside of 1e-6 to 1e21. */
function jsonFloat(text: string): string {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new PintleError('secrets.format', 'JSON has no infinite numbers, and one of the values is')
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-6 && size < 1e21)) return formatFloat(value, 'f')
  return formatFloat(value, 'e').replace(/e-0(\d)$/, 'e-$1')
}
