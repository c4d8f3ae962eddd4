import { PintleError } from '../../errors/index.ts'

/**
 * Flags as spf13/pflag reads them, which is what Helm's users rely on: `--name=value`, `--name value`, `-n value`,
 * `-nvalue`, bundled short booleans, a value only after `=` for flags with `noValue` (`--dry-run`, `--wait`), options and arguments
 * in any order, `--` to end options. Error texts are pflag's.
 */
export type FlagType =
  | 'bool' | 'string' | 'int' | 'float' | 'duration'
  /** Each use appends one string, as it is. */
  | 'stringArray'
  /** Each use appends comma-separated (CSV-quoted) strings. */
  | 'strings'
  /** `a=b,c=d`, accumulated. */
  | 'stringToString'

export interface FlagSpec {
  readonly name: string
  readonly short?: string
  readonly type: FlagType
  readonly usage: string
  readonly default?: string | number | boolean
  /** The value meant by the bare flag; the next word then never is its value. Booleans have 'true'. */
  readonly noValue?: string
  /** Shown instead of the type in help. */
  readonly placeholder?: string
  /** Why not to use it any more; printed once as a warning on stderr. */
  readonly deprecated?: string
  readonly hidden?: boolean
  /** Old name of another flag: sets that one. */
  readonly aliasOf?: string
  /** Allowed values; anything else is an error. */
  readonly choices?: readonly string[]
  /** What completion offers as values, a description after a tab; or where they come from. Left out: files. */
  readonly completes?: readonly string[] | 'namespace' | 'context' | 'revision'
  /** Rewrites or refuses a raw value. */
  readonly parse?: (raw: string) => string
}

/** Parsed flags with typed access. Reading a name that was not declared is a programming error. */
export class Flags {
  readonly #values: Map<string, unknown>
  readonly #specs: Map<string, FlagSpec>
  readonly #changed = new Set<string>()
  readonly #given = new Set<string>()
  constructor(specs: readonly FlagSpec[]) {
    this.#specs = new Map(specs.map((s) => [s.name, s]))
    this.#values = new Map()
  }
  spec(name: string): FlagSpec | undefined {
    return this.#specs.get(name)
  }
  has(name: string): boolean {
    return this.#specs.has(name)
  }
  /** Whether the flag stood on the command line. */
  changed(name: string): boolean {
    return this.#changed.has(name)
  }
  /** Whether the flag stood on the command line under this very name, be it an old one. */
  given(name: string): boolean {
    return this.#given.has(name)
  }
  bool(name: string): boolean {
    return this.#get(name) === true
  }
  string(name: string): string {
    return String(this.#get(name) ?? '')
  }
  number(name: string): number {
    return Number(this.#get(name) ?? 0)
  }
  /** A duration in milliseconds. */
  duration(name: string): number {
    const value = this.#get(name)
    return typeof value === 'string' ? parseDuration(value) : Number(value ?? 0)
  }
  list(name: string): string[] {
    return (this.#get(name) as string[] | undefined) ?? []
  }
  map(name: string): Record<string, string> {
    return (this.#get(name) as Record<string, string> | undefined) ?? {}
  }
  /** For tests and aliases: sets a value as if it stood on the command line. */
  set(name: string, raw: string, shown = `--${name}`): void {
    let spec = this.#specs.get(name)!
    if (spec.aliasOf !== undefined) spec = this.#specs.get(spec.aliasOf)!
    const fail = (why: string): never => {
      throw usage(`invalid argument ${JSON.stringify(raw)} for ${JSON.stringify(shown)} flag: ${why}`)
    }
    let text = raw
    if (spec.parse) {
      try {
        text = spec.parse(raw)
      } catch (error) {
        fail((error as Error).message)
      }
    }
    if (spec.choices && !spec.choices.includes(text)) fail(`must be one of: ${spec.choices.join(', ')}`)
    this.#changed.add(spec.name)
    this.#given.add(name)
    switch (spec.type) {
      case 'bool': {
        const value = goBools.get(text)
        if (value === undefined) fail(`strconv.ParseBool: parsing ${JSON.stringify(raw)}: invalid syntax`)
        this.#values.set(spec.name, value)
        return
      }
      case 'int':
        if (!/^[+-]?\d+$/.test(text)) fail(`strconv.ParseInt: parsing ${JSON.stringify(raw)}: invalid syntax`)
        this.#values.set(spec.name, Number(text))
        return
      case 'float':
        if (text.trim() === '' || Number.isNaN(Number(text))) fail(`strconv.ParseFloat: parsing ${JSON.stringify(raw)}: invalid syntax`)
        this.#values.set(spec.name, Number(text))
        return
      case 'duration':
        try {
          this.#values.set(spec.name, parseDuration(text))
        } catch (error) {
          fail((error as Error).message)
        }
        return
      case 'stringArray':
        this.#append(spec.name, [text])
        return
      case 'strings':
        this.#append(spec.name, orFail(() => splitCsv(text), fail))
        return
      case 'stringToString': {
        const map = { ...(this.#values.get(spec.name) as Record<string, string> | undefined) }
        // One pair is taken as it is, quotes around it aside; several are CSV. Upstream: string_to_string.go of pflag.
        const signs = text.split('=').length - 1
        if (signs === 0) fail(`${text} must be formatted as key=value`)
        for (const pair of signs === 1 ? [text.replace(/^"+|"+$/g, '')] : orFail(() => splitCsv(text), fail)) {
          const eq = pair.indexOf('=')
          if (eq < 0) fail(`${pair} must be formatted as key=value`)
          map[pair.slice(0, eq)] = pair.slice(eq + 1)
        }
        this.#values.set(spec.name, map)
        return
      }
      default:
        this.#values.set(spec.name, text)
    }
  }
  #append(name: string, items: string[]): void {
    this.#values.set(name, [...((this.#values.get(name) as string[] | undefined) ?? []), ...items])
  }
  #get(name: string): unknown {
    const spec = this.#specs.get(name)
    if (!spec) throw new Error(`flag ${name} is not declared`)
    return this.#values.has(name) ? this.#values.get(name) : spec.default
  }
}

export interface Parsed {
  flags: Flags
  args: string[]
  /** --help or -h stood among the options. */
  help: boolean
  /** Deprecation texts to print on stderr. */
  warnings: string[]
}

/**
 * Parses the words after the command name. Throws PintleError('usage') with pflag's text. With `ignoreUnknown`, as ParseErrorsAllowlist.UnknownFlags of
 * pflag: the word after an unknown flag goes with it unless it is a flag itself.
 */
export function parseFlags(words: readonly string[], specs: readonly FlagSpec[], options: { ignoreUnknown?: boolean } = {}): Parsed {
  const flags = new Flags(specs)
  const byShort = new Map(specs.flatMap((s) => (s.short ? [[s.short, s] as const] : [])))
  const out: Parsed = { flags, args: [], help: false, warnings: [] }
  const assign = (spec: FlagSpec, raw: string, shown: string) => {
    if (spec.deprecated !== undefined) out.warnings.push(`Flag --${spec.name} has been deprecated, ${spec.deprecated}`)
    flags.set(spec.name, raw, shown)
  }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') {
      out.args.push(...words.slice(i + 1))
      break
    }
    if (word.startsWith('--')) {
      const eq = word.indexOf('=')
      const name = word.slice(2, eq < 0 ? undefined : eq)
      if (name === '' || name.startsWith('-') || name.startsWith('=')) throw usage(`bad flag syntax: ${word}`)
      const spec = flags.spec(name)
      if (!spec) {
        if (name === 'help') {
          out.help = true
          continue
        }
        if (options.ignoreUnknown === true) {
          if (eq < 0) i = afterUnknown(words, i)
          continue
        }
        throw usage(`unknown flag: --${name}`, suggest(name, specs))
      }
      const shown = spec.short ? `-${spec.short}, --${name}` : `--${name}`
      if (eq >= 0) assign(spec, word.slice(eq + 1), shown)
      else if (bare(spec) !== undefined) assign(spec, bare(spec)!, shown)
      else if (i + 1 < words.length) assign(spec, words[++i]!, shown)
      else throw usage(`flag needs an argument: --${name}`)
      continue
    }
    if (word.startsWith('-') && word.length > 1) {
      let rest = word.slice(1)
      while (rest !== '') {
        const letter = rest[0]!
        const spec = byShort.get(letter)
        if (!spec) {
          if (letter === 'h') {
            out.help = true
            rest = rest.slice(1)
            continue
          }
          if (options.ignoreUnknown === true) {
            const hasValue = rest[1] === '=' && rest.length > 2
            if (!hasValue) i = afterUnknown(words, i)
            rest = hasValue ? '' : rest.slice(1)
            continue
          }
          throw usage(`unknown shorthand flag: '${letter}' in -${rest}`)
        }
        const shown = `-${letter}, --${spec.name}`
        if (rest[1] === '=') {
          assign(spec, rest.slice(2), shown)
          rest = ''
        } else if (bare(spec) !== undefined) {
          assign(spec, bare(spec)!, shown)
          rest = rest.slice(1)
        } else if (rest.length > 1) {
          assign(spec, rest.slice(1), shown)
          rest = ''
        } else if (i + 1 < words.length) {
          assign(spec, words[++i]!, shown)
          rest = ''
        } else throw usage(`flag needs an argument: '${letter}' in -${rest}`)
      }
      continue
    }
    out.args.push(word)
  }
  return out
}

/** pflag's stripUnknownFlagValue. */
const afterUnknown = (words: readonly string[], at: number): number => (words[at + 1] === undefined || words[at + 1]!.startsWith('-') ? at : at + 1)

const bare = (spec: FlagSpec): string | undefined => spec.noValue ?? (spec.type === 'bool' ? 'true' : undefined)

function orFail<T>(work: () => T, fail: (why: string) => never): T {
  try {
    return work()
  } catch (error) {
    return fail((error as Error).message)
  }
}

/** An error of the command line. */
export function usage(message: string, hint?: string): PintleError {
  return new PintleError('usage', message, hint === undefined ? {} : { hint })
}

const goBools = new Map<string, boolean>([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((s) => [s, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((s) => [s, false] as const),
])

const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Go's time.ParseDuration, in milliseconds. Error texts are Go's. */
export function parseDuration(text: string): number {
  const bad = () => new Error(`time: invalid duration ${JSON.stringify(text)}`)
  const match = /^([+-]?)(.*)$/s.exec(text)!
  let rest = match[2]!
  if (rest === '0') return 0
  if (rest === '') throw bad()
  let total = 0
  while (rest !== '') {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)
    if (!number) throw bad()
    rest = rest.slice(number[0].length)
    const unit = /^[^\d.]+/.exec(rest)
    if (!unit) throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`)
    const ms = unitMs[unit[0]]
    if (ms === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit[0])} in duration ${JSON.stringify(text)}`)
    total += Number(number[0]) * ms
    rest = rest.slice(unit[0].length)
  }
  return match[1] === '-' ? -total : total
}

/** One CSV record, as encoding/csv reads it for pflag's string slices. */
export function splitCsv(text: string): string[] {
  if (text === '') return []
  if (!text.includes('"')) return text.split(',')
  const out: string[] = []
  let i = 0
  for (;;) {
    if (text[i] === '"') {
      let item = ''
      i++
      for (;;) {
        const end = text.indexOf('"', i)
        if (end < 0) throw new Error(`parse error on line 1, column ${Buffer.byteLength(text) + 1}: extraneous or missing " in quoted-field`)
        item += text.slice(i, end)
        i = end + 1
        if (text[i] !== '"') break
        item += '"'
        i++
      }
      out.push(item)
    } else {
      const end = text.indexOf(',', i)
      const item = text.slice(i, end < 0 ? undefined : end)
      if (item.includes('"')) throw new Error(`parse error on line 1, column ${i + item.indexOf('"') + 1}: bare " in non-quoted-field`)
      out.push(item)
      i = end < 0 ? text.length : end
    }
    if (i >= text.length) return out
    i++ // the comma
    if (i === text.length) return [...out, '']
  }
}

function suggest(name: string, specs: readonly FlagSpec[]): string | undefined {
  const near = nearest(name, specs.filter((s) => !s.hidden).map((s) => s.name))
  return near === undefined ? undefined : `did you mean --${near}?`
}

/** The candidate within a small edit distance of `word`, if any. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const d = editDistance(word, candidate, bestDistance)
    if (d < bestDistance) {
      best = candidate
      bestDistance = d
    }
  }
  return best
}

/** Levenshtein's distance, or `limit` when it is at least that. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
