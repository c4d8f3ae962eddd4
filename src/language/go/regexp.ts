import { Matcher, RE2JS } from 're2js'
import { translate } from './regexp-native.ts'
import type { NativeRegexp } from './regexp-native.ts'
import { parseRegexp } from './regexp-parse.ts'
import type { ParsedRegexp } from './regexp-parse.ts'
import { re2Source } from './regexp-source.ts'
import { isByteEscape, isValidUtf8, rejoinBytes } from './utf8.ts'
import { canBackquote, quote } from './quote.ts'

/** Where a match and its groups lie, as pairs of UTF-16 indexes; -1 for a group that took no part. */
type Match = readonly number[]

/** Steps of backtracking that JavaScript's engine may need at most; beyond it the linear engine takes over. */
const maxSteps = 5e7
/** Texts so long that the engine's stack of choices might overflow. */
const maxNativeLength = 100_000

/**
 * A compiled regular expression with the methods of Go's regexp.Regexp over our strings. It runs on JavaScript's engine where
 * that is proved to find the same in bounded time (see regexp-native.ts), else on re2js.
 */
export class Regexp {
  readonly source: string
  private readonly parsed: ParsedRegexp
  private readonly native: NativeRegexp | undefined
  private plain: RegExp | undefined
  private indexed: RegExp | undefined
  private linear: RE2JS | undefined

  /** Throws Go's text, ``error parsing regexp: missing closing ): `(` ``. */
  constructor(source: string) {
    this.source = source
    this.parsed = parseRegexp(source)
    this.native = translate(this.parsed.root)
  }

  /** JavaScript's engine for a text; undefined when the linear one must do it. */
  private fast(s: string): RegExp | undefined {
    const { native } = this
    if (native === undefined || s.length > maxNativeLength || native.steps(s.length) > maxSteps) return undefined
    // V8 finds matches of nothing between the halves of a surrogate pair, too.
    if (native.shortest === 0 && /[\ud800-\udbff]/.test(s)) return undefined
    return (this.plain ??= new RegExp(native.source, native.flags))
  }

  /** The same for the whole-text methods of String, which treat matches of nothing unlike Go. */
  private fastWhole(s: string): RegExp | undefined {
    return this.native !== undefined && this.native.shortest > 0 && isValidUtf8(s) ? this.fast(s) : undefined
  }

  private search(s: string, from: number, groups: boolean): Match | undefined {
    const { names } = this.parsed
    const { native } = this
    const withGroups = groups && names.length > 1
    const fast = !withGroups || native?.exactGroups ? this.fast(s) : undefined
    if (fast !== undefined) {
      if (!withGroups) {
        fast.lastIndex = from
        const m = fast.exec(s)
        return m === null ? undefined : [m.index, m.index + m[0].length]
      }
      this.indexed ??= new RegExp(native!.source, native!.flags + 'd')
      this.indexed.lastIndex = from
      return this.indexed.exec(s)?.indices!.flatMap(pair => pair ?? [-1, -1])
    }
    this.linear ??= linearEngine(this.parsed)
    const m = new Matcher(this.linear, s)
    if (!m.find(from)) return undefined
    const out = [m.start(0), m.end(0)]
    if (withGroups) for (let i = 1; i < names.length; i++) out.push(m.start(i), m.end(i))
    return out
  }

  matchString(s: string): boolean {
    const fast = isValidUtf8(s) ? this.fast(s) : undefined
    if (fast !== undefined) {
      fast.lastIndex = 0
      return fast.test(s)
    }
    return this.search(visible(s), 0, false) !== undefined
  }

  /** FindString, but undefined where nothing matches. */
  find(s: string): string | undefined {
    const m = this.search(visible(s), 0, false)
    return m && s.slice(m[0], m[1])
  }

  /** Where FindStringIndex begins; -1 where nothing matches. */
  findIndex(s: string): number {
    return this.search(visible(s), 0, false)?.[0] ?? -1
  }

  /** FindAllString: at most `n` matches, all when negative; undefined (Go's nil) when there is none. */
  findAll(s: string, n: number): string[] | undefined {
    const fast = n < 0 ? this.fastWhole(s) : undefined
    if (fast !== undefined) return s.match(fast) ?? undefined
    const out: string[] = []
    this.eachMatch(s, n, false, m => out.push(s.slice(m[0], m[1])))
    return out.length > 0 ? out : undefined
  }

  /** FindStringSubmatch; undefined for groups that took no part, where Go gives "". */
  findSubmatch(s: string): (string | undefined)[] | undefined {
    const m = this.search(visible(s), 0, true)
    return m && this.groups(s, m)
  }

  private groups(s: string, m: Match): (string | undefined)[] {
    return this.parsed.names.map((_, i) => (m[2 * i] === undefined || m[2 * i]! < 0 ? undefined : s.slice(m[2 * i], m[2 * i + 1])))
  }

  /** ReplaceAllString: `$1`, `$name` and `${name}` in the replacement stand for groups, `$$` for a dollar. */
  replaceAll(s: string, replacement: string): string {
    if (!replacement.includes('$')) return this.replaceAllLiteral(s, replacement)
    const parts = parseReplacement(replacement)
    return this.replace(s, true, m => {
      let out = ''
      for (const part of parts) {
        if (typeof part === 'string') {
          out += part
          continue
        }
        // Of several groups with one name the first that took part counts.
        const group = part.number >= 0 ? part.number
          : this.parsed.names.findIndex((name, i) => name === part.name && (m[2 * i] ?? -1) >= 0)
        const start = group < 0 ? -1 : (m[2 * group] ?? -1)
        if (start >= 0) out += s.slice(start, m[2 * group + 1])
      }
      return out
    })
  }

  /** ReplaceAllLiteralString. */
  replaceAllLiteral(s: string, replacement: string): string {
    const fast = this.fastWhole(s)
    if (fast !== undefined) return rejoinBytes(s.replace(fast, replacement.replaceAll('$', '$$$$')))
    return this.replace(s, false, () => replacement)
  }

  private replace(s: string, groups: boolean, replacement: (m: Match) => string): string {
    const text = visible(s)
    let out = ''
    let last = 0
    let at = 0
    while (at <= s.length) {
      const m = this.search(text, at, groups)
      if (m === undefined) break
      const [start, end] = m as [number, number]
      out += s.slice(last, start)
      // No replacement for an empty match right after another match.
      if (end > last || start === 0) out += replacement(m)
      last = end
      const next = at + widthAt(text, at)
      at = next > end ? next : at + 1 > end ? at + 1 : end
    }
    return last === 0 && out === '' ? s : rejoinBytes(out + s.slice(last))
  }

  /** Split: at most `n` pieces, all when negative, undefined (Go's nil) when zero. */
  split(s: string, n: number): string[] | undefined {
    if (n === 0) return undefined
    if (this.source !== '' && s === '') return ['']
    const out: string[] = []
    let start = 0
    let end = 0
    this.eachMatch(s, n, false, m => {
      if (n > 0 && out.length >= n - 1) return
      end = m[0]!
      if (m[1] !== 0) out.push(s.slice(start, end))
      start = m[1]!
    })
    if (end !== s.length) out.push(s.slice(start))
    return out
  }

  private eachMatch(s: string, n: number, groups: boolean, deliver: (m: Match) => void): void {
    const text = visible(s)
    const limit = n < 0 ? Infinity : n
    let at = 0
    let previousEnd = -1
    for (let count = 0; count < limit && at <= s.length; ) {
      const m = this.search(text, at, groups)
      if (m === undefined) return
      // An empty match right after another one does not count.
      const accept = m[1] !== at || m[0] !== previousEnd
      at = m[1] === at ? at + widthAt(text, at) : m[1]!
      previousEnd = m[1]!
      if (accept) {
        deliver(m)
        count++
      }
    }
  }
}

/** Go decodes a byte that is not UTF-8 as U+FFFD; its stand-in is as long, so that indexes agree with the original. */
function visible(s: string): string {
  if (isValidUtf8(s)) return s
  let out = ''
  let start = 0
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c >= 0xd800 && c <= 0xdbff) {
      i++
    } else if (isByteEscape(c)) {
      out += s.slice(start, i) + '\ufffd'
      start = i + 1
    }
  }
  return out + s.slice(start)
}

/** Units of the character at `i`; 1 at the end, so that a search always moves on. */
function widthAt(s: string, i: number): number {
  return i < s.length && s.codePointAt(i)! > 0xffff ? 2 : 1
}

function linearEngine(parsed: ParsedRegexp): RE2JS {
  try {
    return RE2JS.compile(re2Source(parsed.root))
  } catch (e) {
    throw new Error((e as Error).message)
  }
}

interface GroupReference {
  readonly name: string
  /** -1 when the name is no number. */
  readonly number: number
}

/** Regexp.Expand's template language. */
function parseReplacement(text: string): (string | GroupReference)[] {
  const out: (string | GroupReference)[] = []
  const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu
  let last = 0
  for (const m of text.matchAll(reference)) {
    if (m.index > last) out.push(text.slice(last, m.index))
    last = m.index + m[0].length
    const name = m[1] ?? m[2]
    out.push(name === undefined ? '$' : { name, number: /^(?:0|[1-9][0-9]{0,8})$/.test(name) ? Number(name) : -1 })
  }
  if (last < text.length) out.push(text.slice(last))
  return out
}

/** regexp.QuoteMeta. */
export function quoteMeta(s: string): string {
  return s.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}

/** A bounded memory of compiled expressions, least recently used out first. */
export class RegexpCache {
  private readonly entries = new Map<string, Regexp>()
  private readonly limit: number
  constructor(limit = 500) {
    this.limit = limit
  }

  /** regexp.Compile. Throws Go's error text. */
  compile(source: string): Regexp {
    let re = this.entries.get(source)
    if (re !== undefined) {
      if (this.entries.size > this.limit / 2) {
        this.entries.delete(source)
        this.entries.set(source, re)
      }
      return re
    }
    re = new Regexp(source)
    if (this.entries.size >= this.limit) this.entries.delete(this.entries.keys().next().value!)
    this.entries.set(source, re)
    return re
  }

  /** regexp.MustCompile: the same with the text of its panic, ``regexp: Compile(`(`): error parsing ...``. */
  mustCompile(source: string): Regexp {
    try {
      return this.compile(source)
    } catch (e) {
      throw new Error(`regexp: Compile(${canBackquote(source) ? '`' + source + '`' : quote(source)}): ${(e as Error).message}`)
    }
  }
}
