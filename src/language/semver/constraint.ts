import { byteLength, quote } from '../go/index.ts'
import { comparePrerelease, parseVersion, Version } from './version.ts'

const maxConstraintLength = 512
const maxGroups = 32

// Go's \s is ASCII and lacks \v.
const range = (() => {
  const version =
    'v?[0-9|xX*]+(?:\\.[0-9|xX*]+)?(?:\\.[0-9|xX*]+)?' +
    '(?:-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?'
  return new RegExp(`[\\t\\n\\f\\r ]*(${version})[\\t\\n\\f\\r ]+-[\\t\\n\\f\\r ]+(${version})[\\t\\n\\f\\r ]*`, 'g')
})()

const constraintVersion =
  /(v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)/y

type Operator = '' | '=' | '!=' | '>' | '<' | '>=' | '=>' | '<=' | '=<' | '~' | '~>' | '^'
const operators: ReadonlySet<string> = new Set<Operator>(['', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^'])

/** One comparison of a constraint, e.g. `>=1.2`. */
interface Term {
  readonly operator: Operator
  /** The version as written, for messages. */
  readonly text: string
  readonly version: Version
  /** Some number is missing or a wildcard; which one, below (neither for a wildcard major, as upstream). */
  readonly dirty: boolean
  readonly minorDirty: boolean
  readonly patchDirty: boolean
}

interface Group {
  readonly terms: readonly Term[]
  /** A term names a prerelease, so prereleases are let in. */
  readonly prerelease: boolean
}

/** A parsed constraint: groups joined by `||`, each a list of terms that must all hold. */
export class Constraint {
  readonly #groups: readonly Group[]
  constructor(groups: readonly Group[]) {
    this.#groups = groups
  }

  /** Whether `version` satisfies the constraint. With `includePrerelease` every group lets prereleases in. */
  check(version: Version, includePrerelease = false): boolean {
    return this.#groups.some((group) =>
      group.terms.every((term) => failure(version, term, includePrerelease || group.prerelease) === undefined),
    )
  }

  /** The reasons why `version` fails, in upstream's words; empty when it satisfies the constraint. */
  validate(version: Version, includePrerelease = false): string[] {
    const reasons: string[] = []
    let told = false
    for (const group of this.#groups) {
      const prereleases = includePrerelease || group.prerelease
      let good = true
      for (const term of group.terms) {
        if (!prereleases && version.prerelease !== '') {
          if (!told) reasons.push(onlyReleases(version))
          told = true
          good = false
          continue
        }
        const reason = failure(version, term, prereleases)
        if (reason === undefined) continue
        reasons.push(reason)
        good = false
      }
      if (good) return []
    }
    return reasons
  }

  toString(): string {
    return this.#groups.map((group) => group.terms.map((term) => term.operator + term.text).join(' ')).join(' || ')
  }
}

/**
 * Parses a constraint such as `>=1.2 <2 || ^3.0-0` or `1.2 - 1.4` (semver.NewConstraint).
 * @throws with Masterminds' texts, e.g. `improper constraint: "abc"`
 */
export function parseConstraint(text: string): Constraint {
  if (text.length > maxConstraintLength || byteLength(text) > maxConstraintLength) {
    throw new Error(`constraint string is too long (max ${maxConstraintLength} bytes)`)
  }
  const groups = rewriteRanges(text).split('||')
  if (groups.length > maxGroups) throw new Error(`too many constraint groups (max ${maxGroups})`)
  return new Constraint(
    groups.map((group) => {
      const terms = parseGroup(group)
      return { terms, prerelease: terms.some((term) => term.version.prerelease !== '') }
    }),
  )
}

/** `a - b` becomes `>= a, <= b`. Upstream replaces the first place that has the same text, not the place matched. */
function rewriteRanges(text: string): string {
  let out = text
  for (const m of text.matchAll(range)) {
    const at = out.indexOf(m[0])
    if (at < 0) continue
    out = `${out.slice(0, at)}>= ${m[1]}, <= ${m[2]} ${out.slice(at + m[0].length)}`
  }
  return out
}

function parseGroup(text: string): Term[] {
  const improper = (): Error => new Error(`improper constraint: ${quote(text)}`)
  const found: [Operator, RegExpExecArray][] = []
  let i = skipSpace(text, 0)
  for (;;) {
    const start = i
    while (i < text.length && '=!<>~^'.includes(text[i]!)) i++
    const operator = text.slice(start, i)
    if (!operators.has(operator)) throw improper()
    constraintVersion.lastIndex = skipSpace(text, i)
    const m = constraintVersion.exec(text)
    if (m === null) throw improper()
    found.push([operator as Operator, m])
    const end = m.index + m[0].length
    i = skipSpace(text, end)
    if (i === text.length) break
    if (text[i] === ',') i = skipSpace(text, i + 1)
    else if (i === end) throw improper()
  }
  return found.map(([operator, m]) => parseTerm(operator, m))
}

function skipSpace(text: string, i: number): number {
  while (i < text.length && ' \t\n\f\r'.includes(text[i]!)) i++
  return i
}

function parseTerm(operator: Operator, m: RegExpExecArray): Term {
  const [, text, major, minor = '', patch = '', prerelease = ''] = m as unknown as string[]
  let version = text!
  let dirty = false
  let minorDirty = false
  let patchDirty = false
  if (isWildcard(major!)) {
    version = `0.0.0${prerelease}`
    dirty = true
  } else if (minor === '' || isWildcard(minor.slice(1))) {
    version = `${major}.0.0${prerelease}`
    dirty = minorDirty = true
  } else if (patch === '' || isWildcard(patch.slice(1))) {
    version = `${major}${minor}.0${prerelease}`
    dirty = patchDirty = true
  }
  try {
    return { operator, text: text!, version: parseVersion(version), dirty, minorDirty, patchDirty }
  } catch {
    throw new Error('constraint parser error')
  }
}

const isWildcard = (s: string): boolean => s === 'x' || s === 'X' || s === '*'

const onlyReleases = (v: Version): string =>
  `"${v}" is a prerelease version and the constraint is only looking for release versions`

/** Why the version fails the term; undefined when it does not. */
function failure(v: Version, term: Term, prereleases: boolean): string | undefined {
  if (v.prerelease !== '' && !prereleases) return onlyReleases(v)
  switch (term.operator) {
    case '':
    case '=':
      if (term.dirty) return tilde(v, term)
      return v.equal(term.version) ? undefined : `"${v}" is not equal to "${term.text}"`
    case '!=': return notEqual(v, term)
    case '>': return greater(v, term) ? undefined : `"${v}" is less than or equal to "${term.text}"`
    case '<': return v.lessThan(term.version) ? undefined : `"${v}" is greater than or equal to "${term.text}"`
    case '>=':
    case '=>': return v.lessThan(term.version) ? less(v, term) : undefined
    case '<=':
    case '=<': return lessOrEqual(v, term) ? undefined : `"${v}" is greater than "${term.text}"`
    case '~':
    case '~>': return tilde(v, term)
    case '^': return caret(v, term)
  }
}

const less = (v: Version, term: Term): string => `"${v}" is less than "${term.text}"`
const otherMajor = (v: Version, term: Term): string => `"${v}" does not have same major version as "${term.text}"`

function notEqual(v: Version, term: Term): string | undefined {
  const c = term.version
  const equal = `"${v}" is equal to "${term.text}"`
  if (term.dirty) {
    if (c.major !== v.major) return undefined
    if (c.minor !== v.minor && !term.minorDirty) return undefined
    if (term.minorDirty) return equal
    if (c.patch !== v.patch && !term.patchDirty) return undefined
    if (term.patchDirty) {
      const prereleases = v.prerelease !== '' || c.prerelease !== ''
      return prereleases && comparePrerelease(v.prerelease, c.prerelease) !== 0 ? undefined : equal
    }
  }
  return v.equal(c) ? equal : undefined
}

/** `>11` means 12 or later, `>11.1` means 11.2 or later. */
function greater(v: Version, term: Term): boolean {
  const c = term.version
  if (!term.dirty) return v.greaterThan(c)
  if (v.major !== c.major) return v.major > c.major
  if (term.minorDirty) return false
  if (term.patchDirty) return v.minor > c.minor
  return v.greaterThan(c)
}

function lessOrEqual(v: Version, term: Term): boolean {
  const c = term.version
  if (!term.dirty) return v.compare(c) <= 0
  if (v.major > c.major) return false
  return !(v.major === c.major && v.minor > c.minor && !term.minorDirty)
}

function tilde(v: Version, term: Term): string | undefined {
  const c = term.version
  if (v.lessThan(c)) return less(v, term)
  // ~0.0.0 and a wildcard major accept everything from 0.0.0 on.
  if (c.major === 0n && c.minor === 0n && c.patch === 0n && !term.minorDirty && !term.patchDirty) return undefined
  if (v.major !== c.major) return otherMajor(v, term)
  if (v.minor !== c.minor && !term.minorDirty) return `"${v}" does not have same major and minor version as "${term.text}"`
  return undefined
}

function caret(v: Version, term: Term): string | undefined {
  const c = term.version
  if (v.lessThan(c)) return less(v, term)
  if (c.major > 0n || term.minorDirty) return v.major === c.major ? undefined : otherMajor(v, term)
  if (v.major > 0n) return otherMajor(v, term)
  const otherMinor = `"${v}" does not have same minor version as "${term.text}"`
  if (c.minor > 0n || term.patchDirty) {
    if (v.minor === c.minor) return undefined
    return `${otherMinor}. Expected minor versions to match when constraint major version is 0`
  }
  if (v.minor > 0n) return otherMinor
  if (c.patch === v.patch) return undefined
  return `"${v}" does not equal "${term.text}". Expect version and constraint to equal when major and minor versions are 0`
}
