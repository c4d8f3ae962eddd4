import { stableByKind } from '../../charts/render/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { parseDocument, sourceOf, splitDocuments } from '../../cluster/release/index.ts'
import { marshalPlain } from '../../language/yaml/index.ts'

/** What names an object whatever version of its kind is written: group, kind, namespace, name. */
export interface Name { readonly kind: string; readonly group: string; readonly namespace: string; readonly name: string }

interface Document {
  /** As it stands after `---`, its line's end included. */
  readonly text: string
  readonly kind: string
  /** One, or the items of a list. */
  readonly objects: readonly KubeObject[]
  /** A list, which is written anew as a whole when an item of it changes. */
  readonly list?: KubeObject
}

/**
 * The documents of a release's manifest, as Helm stores it. Never changed: each change gives another manifest, in which every document that was not touched has
 * its bytes.
 */
export class Manifest {
  readonly namespace: string
  readonly #documents: readonly Document[]

  private constructor(documents: readonly Document[], namespace: string) {
    this.#documents = documents
    this.namespace = namespace
  }

  /** @param namespace the release's, where an object names none */
  static read(text: string, namespace: string): Manifest {
    return new Manifest(splitDocuments(text).map(document), namespace)
  }

  get objects(): readonly KubeObject[] {
    return this.#documents.flatMap((d) => d.objects)
  }

  nameOf(object: KubeObject): Name {
    return { kind: object.kind, group: groupOf(object.apiVersion), namespace: object.metadata?.namespace || this.namespace, name: object.metadata?.name ?? '' }
  }

  find(name: Name): KubeObject | undefined {
    return this.objects.find((o) => sameName(this.nameOf(o), name))
  }

  ofKind(kind: string, group: string): readonly KubeObject[] {
    return this.objects.filter((o) => o.kind === kind && groupOf(o.apiVersion) === group)
  }

  /** Text that comes before or between objects: the template's name, for what is written anew. */
  #sourceOf(name: Name): string | undefined {
    const found = this.#documents.find((d) => d.objects.some((o) => sameName(this.nameOf(o), name)))
    return found === undefined ? undefined : sourceOf(found.text)
  }

  /**
   * With this object in the place of the one of its name, or added where Helm would install it.
   * @param like an added object came from the template of this one
   */
  with(object: KubeObject, like?: Name): Manifest {
    const name = this.nameOf(object)
    const isIt = (o: KubeObject): boolean => sameName(this.nameOf(o), name)
    const at = this.#documents.findIndex((d) => d.objects.some(isIt))
    if (at < 0) return new Manifest(stableByKind([...this.#documents, written(object, like && this.#sourceOf(like))]), this.namespace)
    const old = this.#documents[at]!
    const list = old.list === undefined ? undefined : { ...old.list, items: (old.list.items as KubeObject[]).map((item) => (isObject(item) && isIt(item) ? object : item)) } as KubeObject
    return new Manifest(this.#documents.with(at, written(list ?? object, sourceOf(old.text))), this.namespace)
  }

  /** With every object that another manifest has and this one has not, bytes and all. */
  plus(other: Manifest, wanted: (object: KubeObject) => boolean): Manifest {
    const has = (o: KubeObject): boolean => this.find(other.nameOf(o)) !== undefined
    const added: Document[] = []
    for (const doc of other.#documents) {
      const fresh = doc.objects.filter((o) => !has(o) && wanted(o))
      if (fresh.length === 0) continue
      if (fresh.length === doc.objects.length) added.push(doc)
      else added.push(...fresh.map((o) => written(o, sourceOf(doc.text))))
    }
    return added.length === 0 ? this : new Manifest(stableByKind([...this.#documents, ...added]), this.namespace)
  }

  toString(): string {
    return this.#documents.map((d) => `---${d.text}`).join('')
  }
}

function document(text: string): Document {
  const value = parseDocument(text)
  if (!isObject(value)) return { text, kind: '', objects: [] }
  if (value.kind.endsWith('List') && Array.isArray(value.items)) return { text, kind: value.kind, objects: (value.items as unknown[]).filter(isObject), list: value }
  return { text, kind: value.kind, objects: [value] }
}

function written(object: KubeObject, source: string | undefined): Document {
  return document(`\n${source === undefined ? '' : `# Source: ${source}\n`}${marshalPlain(object)}`)
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof (value as KubeObject).kind === 'string' && typeof (value as KubeObject).apiVersion === 'string'
}

export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '')

export function sameName(a: Name, b: Name): boolean {
  return a.kind === b.kind && a.group === b.group && a.namespace === b.namespace && a.name === b.name
}
