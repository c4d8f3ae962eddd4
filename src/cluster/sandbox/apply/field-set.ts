import { isMap, own } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { goQuote } from '../status.ts'

/**
 * Sets of field paths (sigs.k8s.io/structured-merge-diff fieldpath). A path element is held in its FieldsV1 spelling:
 * `f:name` a field, `k:{...}` a list item by its keys, `v:...` a set member.
 */
export type PathElement = string
export type Path = readonly PathElement[]

export class FieldSet {
  readonly members: Set<PathElement>
  readonly children: Map<PathElement, FieldSet>
  constructor(members: Iterable<PathElement> = [], children: Iterable<[PathElement, FieldSet]> = []) {
    this.members = new Set(members)
    this.children = new Map(children)
  }

  get empty(): boolean {
    if (this.members.size > 0) return false
    for (const child of this.children.values()) if (!child.empty) return false
    return true
  }

  insert(path: Path): void {
    if (path.length === 0) return
    let at: FieldSet = this
    for (let i = 0; i < path.length - 1; i++) at = at.descend(path[i]!)
    at.members.add(path[path.length - 1]!)
  }

  descend(element: PathElement): FieldSet {
    let child = this.children.get(element)
    if (child === undefined) this.children.set(element, child = new FieldSet())
    return child
  }

  has(path: Path): boolean {
    let at: FieldSet | undefined = this
    for (let i = 0; i < path.length - 1; i++) {
      at = at.children.get(path[i]!)
      if (at === undefined) return false
    }
    return at.members.has(path[path.length - 1]!)
  }

  union(other: FieldSet): FieldSet {
    const out = new FieldSet(this.members, this.children)
    for (const m of other.members) out.members.add(m)
    for (const [element, child] of other.children) {
      const mine = out.children.get(element)
      out.children.set(element, mine === undefined ? child : mine.union(child))
    }
    return out
  }

  intersection(other: FieldSet): FieldSet {
    const out = new FieldSet()
    for (const m of this.members) if (other.members.has(m)) out.members.add(m)
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element)
      if (theirs === undefined) continue
      const both = child.intersection(theirs)
      if (!both.empty) out.children.set(element, both)
    }
    return out
  }

  /** Elements of this set that are not in the other; a parent does not stand for its children. */
  difference(other: FieldSet): FieldSet {
    const out = new FieldSet()
    for (const m of this.members) if (!other.members.has(m)) out.members.add(m)
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element)
      const rest = theirs === undefined ? child : child.difference(theirs)
      if (!rest.empty) out.children.set(element, rest)
    }
    return out
  }

  /** As difference, and a member of the other set takes everything below it along. */
  recursiveDifference(other: FieldSet): FieldSet {
    const out = new FieldSet()
    for (const m of this.members) if (!other.members.has(m)) out.members.add(m)
    for (const [element, child] of this.children) {
      if (other.members.has(element)) continue
      const theirs = other.children.get(element)
      const rest = theirs === undefined ? child : child.recursiveDifference(theirs)
      if (!rest.empty) out.children.set(element, rest)
    }
    return out
  }

  equals(other: FieldSet): boolean {
    return this.difference(other).empty && other.difference(this).empty
  }

  /** All members, parents before children, in FieldsV1 order. */
  paths(prefix: Path = []): PathElement[][] {
    const out: PathElement[][] = []
    for (const m of [...this.members].sort(compareElements)) out.push([...prefix, m])
    for (const element of [...this.children.keys()].sort(compareElements)) out.push(...this.children.get(element)!.paths([...prefix, element]))
    return out
  }

  /** The FieldsV1 form: `.` says that the item itself is owned. */
  toJson(): JsonMap {
    return this.#json(false)
  }

  #json(self: boolean): JsonMap {
    const out: JsonMap = {}
    if (self) out['.'] = {}
    const keys = [...new Set([...this.members, ...this.children.keys()])].sort(compareElements)
    for (const key of keys) {
      const child = this.children.get(key)
      const member = this.members.has(key)
      if (child === undefined || child.empty) {
        if (member) out[key] = {}
      } else {
        out[key] = child.#json(member)
      }
    }
    return out
  }

  static fromJson(json: unknown): FieldSet {
    const out = new FieldSet()
    if (!isMap(json)) return out
    for (const key of Object.keys(json)) {
      if (key === '.') continue
      const element = canonicalElement(key)
      const value = own(json, key)
      const inner = FieldSet.fromJson(value)
      if (!isMap(value) || Object.keys(value).length === 0 || Object.hasOwn(value, '.')) out.members.add(element)
      if (!inner.empty) out.children.set(element, inner)
    }
    return out
  }
}

export const fieldElement = (name: string): PathElement => `f:${name}`
export const valueElement = (value: unknown): PathElement => `v:${goJson(value)}`

/** The element of a list item by its keys. */
export function keyElement(keys: JsonMap): PathElement {
  const names = Object.keys(keys).sort()
  return `k:{${names.map((n) => `${goJson(n)}:${goJson(keys[n])}`).join(',')}}`
}

/** encoding/json escapes <, > and &. */
const goJson = (v: unknown): string => JSON.stringify(v).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)

function canonicalElement(element: string): PathElement {
  try {
    if (element.startsWith('k:')) return keyElement(JSON.parse(element.slice(2)) as JsonMap)
    if (element.startsWith('v:')) return valueElement(JSON.parse(element.slice(2)))
  } catch { /* not ours to refuse: it stays as it is and matches nothing */ }
  return element
}

const rank: Record<string, number> = { f: 0, k: 1, v: 2, i: 3 }

function compareElements(a: PathElement, b: PathElement): number {
  const byRank = (rank[a[0]!] ?? 4) - (rank[b[0]!] ?? 4)
  if (byRank !== 0) return byRank
  if (a[0] === 'k') return compareKeys(JSON.parse(a.slice(2)) as JsonMap, JSON.parse(b.slice(2)) as JsonMap)
  if (a[0] === 'v') return compareValues(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)))
  return a < b ? -1 : a > b ? 1 : 0
}

function compareKeys(a: JsonMap, b: JsonMap): number {
  const left = Object.keys(a)
  const right = Object.keys(b)
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! < right[i]! ? -1 : 1
    const c = compareValues(a[left[i]!], b[right[i]!])
    if (c !== 0) return c
  }
  return left.length - right.length
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : typeof b === 'number' ? 1 : typeof a === 'string' ? -1 : 1
  return (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0
}

/** `.spec.containers[name="web"].image`. */
export function pathText(path: Path): string {
  return path.map((element) => {
    const body = element.slice(2)
    if (element[0] === 'f') return `.${body}`
    if (element[0] === 'v') return `[=${showValue(JSON.parse(body))}]`
    if (element[0] === 'i') return `[${body}]`
    const keys = JSON.parse(body) as JsonMap
    return `[${Object.keys(keys).map((k) => `${k}=${showValue(keys[k])}`).join(',')}]`
  }).join('')
}

const showValue = (v: unknown): string => (typeof v === 'string' ? goQuote(v) : String(v))

/** A set of the given dotted paths of plain fields. */
export function fieldPaths(...paths: string[]): FieldSet {
  const out = new FieldSet()
  for (const p of paths) out.insert(p.split('.').map(fieldElement))
  return out
}
