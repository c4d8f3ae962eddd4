import { parseUrl, quote } from '../../../language/go/index.ts'
import type { Documents } from './documents.ts'
import { draftOf, idOf, latestDraft, subschemasOf } from './drafts.ts'
import type { Dialect, Draft } from './drafts.ts'
import type { Json, JsonObject } from './json.ts'
import { joinReference, locationText, splitHash, splitReference, unescapeToken } from './locations.ts'

/** A schema with a URL of its own, within a document. */
export interface Resource {
  readonly pointer: string
  readonly id: string
  dialect: Dialect
  readonly anchors: Map<string, string>
  readonly dynamicAnchors: string[]
}

/** A schema document with the resources found in it. */
export interface Root {
  readonly url: string
  readonly document: Json
  readonly resources: Map<string, Resource>
  readonly processed: Set<string>
}

/** Checks (part of) a document against the metaschema of its dialect. */
export type MetaCheck = (root: Root, value: Json, pointer: string) => void

/** A place in a document. */
export interface Place { readonly url: string; readonly pointer: string }

/** The documents in use and what their ids and anchors stand for (roots.go and root.go of the schema library). */
export class Roots {
  readonly documents: Documents
  readonly #roots = new Map<string, Root>()
  readonly #check: MetaCheck | undefined

  constructor(documents: Documents, check: MetaCheck | undefined) {
    this.documents = documents
    this.#check = check
  }

  get(url: string): Root {
    let root = this.#roots.get(url)
    if (root !== undefined) return root
    root = { url, document: this.documents.load(url), resources: new Map(), processed: new Set() }
    this.#collect(root, root.document, url, '', { draft: latestDraft, vocabularies: undefined })
    if (!/^https?:\/\/json-schema\.org\//.test(url)) this.#check?.(root, root.document, '')
    this.#roots.set(url, root)
    return root
  }

  /** What an absolute reference points to, loading its document. */
  resolve(url: string, fragment: string): Place {
    const root = this.get(url)
    return this.#resolveIn(root, fragment, root.resources.get('')!)
  }

  /** What an absolute reference points to if that is within `root`. */
  resolveLocal(root: Root, url: string, fragment: string): Place | undefined {
    const resource = url === root.url ? root.resources.get('') : resourceById(root, url)
    return resource && this.#resolveIn(root, fragment, resource)
  }

  #resolveIn(root: Root, fragment: string, resource: Resource): Place {
    if (fragment === '' || fragment.startsWith('/')) return { url: root.url, pointer: resource.pointer + fragment }
    const pointer = resource.anchors.get(fragment)
    if (pointer === undefined) {
      throw new Error(`anchor in ${quote(locationText(resource.id, fragment))} not found in schema ${quote(root.url)}`)
    }
    return { url: root.url, pointer }
  }

  /** Makes sure that what stands at a place was read as a schema, also where no keyword expects one. */
  ensureSubschema(place: Place): Root {
    const root = this.get(place.url)
    if (root.processed.has(place.pointer)) return root
    const value = lookup(root.document, place)
    const base = resourceAt(root, place.pointer)
    this.#collect(root, value, base.id, place.pointer, base.dialect)
    if (!root.resources.has(place.pointer)) collectAnchors(root, value, place.pointer, resourceAt(root, place.pointer))
    this.#check?.(root, value, place.pointer)
    return root
  }

  #collect(root: Root, schema: Json, base: string, pointer: string, fallback: Dialect): void {
    if (root.processed.has(pointer)) return
    root.processed.add(pointer)
    if (!(schema instanceof Map)) {
      if (pointer === '') root.resources.set('', newResource('', base, fallback))
      return
    }
    let draft = this.#draftOf({ url: root.url, pointer }, schema, fallback.draft, new Set())
    let hasSchema = typeof schema.get('$schema') === 'string'
    let id = idOf(draft, schema)
    if (id === '' && pointer !== '') {
      draft = fallback.draft
      hasSchema = false
      id = idOf(draft, schema)
    }
    if (id !== '') {
      try {
        base = joinReference(base, id).url
      } catch {
        throw new Error(`error in parsing id at ${quote(locationText(root.url, pointer))}`)
      }
    }
    if (id !== '' || pointer === '') {
      const same = resourceById(root, base)
      if (same === undefined) {
        const dialect = hasSchema ? { draft, vocabularies: this.#vocabulariesOf(schema, draft) } : fallback
        root.resources.set(pointer, newResource(pointer, base, dialect))
      } else if (same.pointer !== pointer) {
        throw new Error(`duplicate id ${quote(base)} in ${quote(root.url)} at ${quote(pointer)} and ${quote(same.pointer)}`)
      }
    }
    const resource = resourceById(root, base)!
    collectAnchors(root, schema, pointer, resource)
    for (const [at, value] of subschemasOf(draft, schema, pointer)) this.#collect(root, value, base, at, resource.dialect)
  }

  #draftOf(place: Place, schema: Json, fallback: Draft, cycle: Set<string>): Draft {
    const named = schema instanceof Map ? schema.get('$schema') : undefined
    if (typeof named !== 'string') return fallback
    const draft = draftOf(named)
    if (draft !== undefined) return draft
    const url = splitHash(named)[0]
    try {
      parseUrl(url)
    } catch (error) {
      throw new Error(`invalid $schema in ${quote(locationText(place.url, place.pointer))}: ${(error as Error).message}`)
    }
    if (place.pointer === '' && url === place.url) throw new Error(`draft ${quote(url)} is not supported`)
    if (cycle.has(url)) throw new Error(`cycle in resolving $schema in ${quote(url)}`)
    cycle.add(url)
    return this.#draftOf({ url, pointer: '' }, this.documents.load(url), fallback, cycle)
  }

  /** The vocabularies a metaschema of one's own requires; undefined for the drafts' own metaschemas. */
  #vocabulariesOf(schema: JsonObject, draft: Draft): string[] | undefined {
    const named = schema.get('$schema')
    if (typeof named !== 'string' || draftOf(named) !== undefined || draft.version < 2019) return undefined
    const url = splitHash(named)[0]
    const document = this.documents.load(url)
    const vocabulary = document instanceof Map ? document.get('$vocabulary') : undefined
    if (!(vocabulary instanceof Map)) return undefined
    const out: string[] = []
    for (const [name, required] of vocabulary) {
      if (required !== true) continue
      const own = name.startsWith(draft.vocabularyPrefix) ? name.slice(draft.vocabularyPrefix.length) : ''
      if (!draft.vocabularies.includes(own)) throw new Error(`unsupported vocabulary ${quote(name)} in ${quote(url)}`)
      out.push(own)
    }
    if (!out.includes('core')) out.push('core')
    return out
  }
}

function newResource(pointer: string, id: string, dialect: Dialect): Resource {
  return { pointer, id, dialect, anchors: new Map(), dynamicAnchors: [] }
}

function resourceById(root: Root, id: string): Resource | undefined {
  for (const resource of root.resources.values()) if (resource.id === id) return resource
  return undefined
}

/** The resource a place belongs to. */
export function resourceAt(root: Root, pointer: string): Resource {
  for (let at = pointer; ; ) {
    const resource = root.resources.get(at)
    if (resource !== undefined) return resource
    const slash = at.lastIndexOf('/')
    if (slash < 0) return root.resources.get('')!
    at = at.slice(0, slash)
  }
}

function collectAnchors(root: Root, schema: Json, pointer: string, resource: Resource): void {
  if (!(schema instanceof Map)) return
  const { version, id: idKeyword } = resource.dialect.draft
  const add = (anchor: string): void => {
    const known = resource.anchors.get(anchor)
    if (known === pointer) return
    if (known !== undefined) {
      throw new Error(`duplicate anchor ${quote(anchor)} in ${quote(root.url)} at ${quote(known)} and ${quote(pointer)}`)
    }
    resource.anchors.set(anchor, pointer)
  }
  if (version < 2019) {
    if (schema.has('$ref')) return
    const id = schema.get(idKeyword)
    if (typeof id !== 'string') return
    let fragment
    try {
      ;({ fragment } = splitReference(id))
    } catch {
      throw new Error(`error in parsing anchor at ${quote(locationText(root.url, pointer))}`)
    }
    if (fragment !== '' && !fragment.startsWith('/')) add(fragment)
    return
  }
  const anchor = schema.get('$anchor')
  if (typeof anchor === 'string') add(anchor)
  const dynamic = schema.get('$dynamicAnchor')
  if (version >= 2020 && typeof dynamic === 'string') {
    add(dynamic)
    resource.dynamicAnchors.push(dynamic)
  }
}

/** The value at a place of a document. */
export function lookup(document: Json, place: Place): Json {
  let value = document
  for (const escaped of place.pointer.split('/').slice(1)) {
    const token = unescapeToken(escaped)
    const where = (): string => quote(locationText(place.url, place.pointer))
    if (token === undefined) throw new Error(`invalid json-pointer ${where()}`)
    let next: Json | undefined
    if (value instanceof Map) next = value.get(token)
    else if (Array.isArray(value) && /^[+-]?[0-9]+$/.test(token)) next = value[Number(token)]
    if (next === undefined) throw new Error(`json-pointer in ${where()} not found`)
    value = next
  }
  return value
}

