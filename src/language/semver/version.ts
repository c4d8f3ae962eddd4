import { byteLength, GoObject, int, Int } from '../go/index.ts'
import type { BoundMethod, Value } from '../go/index.ts'

/** Longest version text that is read (Masterminds semver 3.5 limits it so that hostile input stays cheap). */
const maxVersionLength = 256
const maxUint64 = 0xffff_ffff_ffff_ffffn

const looseVersion =
  /^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

/** A semantic version as Masterminds/semver v3 understands it: build metadata does not count in comparisons. */
export class Version {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  readonly prerelease: string
  readonly metadata: string
  /** The text it was read from, with a leading `v` if it had one. */
  readonly original: string

  constructor(major: bigint, minor: bigint, patch: bigint, prerelease = '', metadata = '', original?: string) {
    this.major = major
    this.minor = minor
    this.patch = patch
    this.prerelease = prerelease
    this.metadata = metadata
    this.original = original ?? this.toString()
  }

  /** The canonical text: three numbers, no `v`. */
  toString(): string {
    let s = `${this.major}.${this.minor}.${this.patch}`
    if (this.prerelease !== '') s += `-${this.prerelease}`
    if (this.metadata !== '') s += `+${this.metadata}`
    return s
  }

  /** -1, 0 or 1 by the rules of semver.org; a prerelease comes before its release. */
  compare(other: Version): -1 | 0 | 1 {
    if (this.major !== other.major) return this.major < other.major ? -1 : 1
    if (this.minor !== other.minor) return this.minor < other.minor ? -1 : 1
    if (this.patch !== other.patch) return this.patch < other.patch ? -1 : 1
    if (this.prerelease === other.prerelease) return 0
    if (this.prerelease === '') return 1
    if (other.prerelease === '') return -1
    return comparePrerelease(this.prerelease, other.prerelease)
  }

  equal(other: Version): boolean {
    return this.compare(other) === 0
  }
  lessThan(other: Version): boolean {
    return this.compare(other) < 0
  }
  greaterThan(other: Version): boolean {
    return this.compare(other) > 0
  }

  /** The next patch version; a prerelease only loses its suffix. */
  incPatch(): Version {
    return this.#next(this.major, this.minor, this.prerelease === '' ? increment(this.patch, 'patch') : this.patch)
  }
  incMinor(): Version {
    return this.#next(this.major, increment(this.minor, 'minor'), 0n)
  }
  incMajor(): Version {
    return this.#next(increment(this.major, 'major'), 0n, 0n)
  }
  /** The same version with another prerelease. @throws invalid prerelease */
  withPrerelease(prerelease: string): Version {
    if (prerelease !== '') validatePrerelease(prerelease)
    return this.#next(this.major, this.minor, this.patch, prerelease, this.metadata)
  }
  /** The same version with other build metadata. @throws invalid metadata */
  withMetadata(metadata: string): Version {
    if (metadata !== '') validateMetadata(metadata)
    return this.#next(this.major, this.minor, this.patch, this.prerelease, metadata)
  }

  #next(major: bigint, minor: bigint, patch: bigint, prerelease = '', metadata = ''): Version {
    const next = new Version(major, minor, patch, prerelease, metadata)
    return this.original.startsWith('v') ? new Version(major, minor, patch, prerelease, metadata, `v${next.original}`) : next
  }
}

function increment(n: bigint, part: string): bigint {
  if (n === maxUint64) throw new Error(`${part} version increment would overflow uint64`)
  return n + 1n
}

/** Whether parseVersion reads a text. */
export function isVersion(text: string): boolean {
  try {
    parseVersion(text)
    return true
  } catch {
    return false
  }
}

/**
 * Reads a version, tolerating a leading `v`, missing minor or patch numbers and leading zeros in numbers
 * (semver.NewVersion). @throws with Masterminds' texts
 */
export function parseVersion(text: string): Version {
  if (text.length > maxVersionLength || byteLength(text) > maxVersionLength) throw tooLong()
  const m = looseVersion.exec(text)
  if (m === null) throw new Error('invalid semantic version')
  const major = segment(m[1]!)
  const minor = m[2] === undefined ? 0n : segment(m[2].slice(1))
  const patch = m[3] === undefined ? 0n : segment(m[3].slice(1))
  const prerelease = m[5] ?? ''
  if (prerelease !== '') validatePrerelease(prerelease)
  // The expression lets only valid metadata through.
  return new Version(major, minor, patch, prerelease, m[7] ?? '', text)
}

/** Reads a version that has all three numbers, no `v` and no leading zeros (semver.StrictNewVersion). @throws */
export function parseStrictVersion(text: string): Version {
  if (text === '') throw new Error('version string empty')
  if (text.length > maxVersionLength || byteLength(text) > maxVersionLength) throw tooLong()
  const dot = text.indexOf('.')
  const dot2 = dot < 0 ? -1 : text.indexOf('.', dot + 1)
  if (dot2 < 0) throw new Error('invalid semantic version')
  let patch = text.slice(dot2 + 1)
  let metadata = ''
  let prerelease = ''
  const plus = patch.indexOf('+')
  if (plus >= 0) {
    metadata = patch.slice(plus + 1)
    patch = patch.slice(0, plus)
    validateMetadata(metadata)
  }
  const dash = patch.indexOf('-')
  if (dash >= 0) {
    prerelease = patch.slice(dash + 1)
    patch = patch.slice(0, dash)
    validatePrerelease(prerelease)
  }
  const parts = [text.slice(0, dot), text.slice(dot + 1, dot2), patch]
  for (const part of parts) {
    if (!/^[0-9]*$/.test(part)) throw new Error('invalid characters in version')
    if (part.length > 1 && part.startsWith('0')) throw new Error('version segment starts with 0')
  }
  const [a, b, c] = parts.map(parseUint64) as [bigint, bigint, bigint]
  return new Version(a, b, c, prerelease, metadata, text)
}

const tooLong = (): Error => new Error(`version string is too long (max ${maxVersionLength} bytes)`)

function segment(digits: string): bigint {
  try {
    return parseUint64(digits)
  } catch (error) {
    throw new Error(`error parsing version segment: ${(error as Error).message}`)
  }
}

function parseUint64(digits: string): bigint {
  if (digits === '') throw new Error('strconv.ParseUint: parsing "": invalid syntax')
  const n = BigInt(digits)
  if (n > maxUint64) throw new Error(`strconv.ParseUint: parsing "${digits}": value out of range`)
  return n
}

function validatePrerelease(text: string): void {
  for (const part of text.split('.')) {
    if (part === '') throw new Error('invalid prerelease string')
    if (/^[0-9]+$/.test(part)) {
      if (part.length > 1 && part.startsWith('0')) throw new Error('version segment starts with 0')
    } else if (!/^[0-9A-Za-z-]+$/.test(part)) throw new Error('invalid prerelease string')
  }
}

function validateMetadata(text: string): void {
  for (const part of text.split('.')) {
    if (!/^[0-9A-Za-z-]+$/.test(part)) throw new Error('invalid metadata string')
  }
}

/** Order of two prerelease texts, part by part; also used on its own by constraints, where one may be empty. */
export function comparePrerelease(a: string, b: string): -1 | 0 | 1 {
  const as = a.split('.')
  const bs = b.split('.')
  const n = Math.max(as.length, bs.length)
  for (let i = 0; i < n; i++) {
    const d = comparePart(as[i] ?? '', bs[i] ?? '')
    if (d !== 0) return d
  }
  return 0
}

function comparePart(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0
  if (a === '') return -1
  if (b === '') return 1
  const na = numeric(a)
  const nb = numeric(b)
  if (na === undefined && nb === undefined) return a > b ? 1 : -1
  if (nb === undefined) return -1
  if (na === undefined) return 1
  // Equal numbers differ in text only by leading zeros, which Masterminds then calls less.
  return na > nb ? 1 : -1
}

/** A part beyond uint64 fails to parse in Go and so counts as text. */
function numeric(part: string): bigint | undefined {
  if (!/^[0-9]+$/.test(part)) return undefined
  const n = BigInt(part)
  return n > maxUint64 ? undefined : n
}

/** What a template gets from `semver`: a *semver.Version, or the value type that IncMajor and the like return. */
export class VersionObject extends GoObject {
  readonly version: Version
  readonly goType: '*semver.Version' | 'semver.Version'
  readonly goKind: 'ptr' | 'struct'

  constructor(version: Version, pointer = true) {
    super()
    this.version = version
    this.goType = pointer ? '*semver.Version' : 'semver.Version'
    this.goKind = pointer ? 'ptr' : 'struct'
  }
  override text(): string {
    return this.version.toString()
  }
  override toJSONValue(): Value {
    return this.version.toString()
  }
  override method(name: string): BoundMethod | undefined {
    const v = this.version
    const get = (value: () => Value): BoundMethod => ({ params: [], call: value })
    const set = (change: (text: string) => Version): BoundMethod => ({
      params: ['string'],
      call: ([text]) => new VersionObject(change(text as string), false),
    })
    switch (name) {
      case 'Major': return get(() => uint64(v.major))
      case 'Minor': return get(() => uint64(v.minor))
      case 'Patch': return get(() => uint64(v.patch))
      case 'Prerelease': return get(() => v.prerelease)
      case 'Metadata': return get(() => v.metadata)
      case 'String':
      case 'Value': return get(() => v.toString())
      case 'IncMajor': return get(() => new VersionObject(v.incMajor(), false))
      case 'IncMinor': return get(() => new VersionObject(v.incMinor(), false))
      case 'IncPatch': return get(() => new VersionObject(v.incPatch(), false))
      case 'SetPrerelease': return set((text) => v.withPrerelease(text))
      case 'SetMetadata': return set((text) => v.withMetadata(text))
      case 'MarshalText': return get(() => new TextEncoder().encode(v.toString()))
      case 'MarshalJSON': return get(() => new TextEncoder().encode(`"${v.toString()}"`))
    }
    // These have pointer receivers: the value type does not have them in a template.
    return this.goKind === 'ptr' ? pointerMethod(v, name) : undefined
  }
}

function pointerMethod(v: Version, name: string): BoundMethod | undefined {
  if (name === 'Original') return { params: [], call: () => v.original }
  const compare = (result: (order: number) => Value, nil?: Value): BoundMethod => ({
    params: ['*semver.Version'],
    call: ([other]) => {
      if (other instanceof VersionObject) return result(v.compare(other.version))
      if (nil !== undefined) return nil
      throw new Error('runtime error: invalid memory address or nil pointer dereference')
    },
  })
  switch (name) {
    case 'Compare': return compare((order) => int(order))
    case 'Equal': return compare((order) => order === 0, false)
    case 'LessThan': return compare((order) => order < 0)
    case 'LessThanEqual': return compare((order) => order <= 0)
    case 'GreaterThan': return compare((order) => order > 0)
    case 'GreaterThanEqual': return compare((order) => order >= 0)
  }
  return undefined
}

const uint64 = (n: bigint): Int => new Int(n, 'uint64')
