import { marshalPlain } from '../../language/yaml/index.ts'
import { equalJson } from '../kube/index.ts'
import type { KubeObject } from '../kube/index.ts'
import { objectsOf, parseDocument, splitDocuments } from './documents.ts'

interface Document { readonly text: string; readonly head: string; readonly objects: readonly KubeObject[] }

/**
 * A manifest with every object of either: what is stored while a cluster is on its way from one to the other. An object of both is as it comes, with what
 * it was to lose: a three-way merge by whoever goes on from here finds each field that may be there and knows it for the release's.
 * What neither changes keeps its text. Throws where a document is no YAML.
 * @param namespace of objects that name none
 */
export function unionManifest(was: string, comes: string, namespace: string): string {
  if (was === comes) return comes
  const before = documentsOf(was)
  const known = new Map(before.flatMap((document) => document.objects.map((object) => [keyOf(object, namespace), object])))
  const coming = new Set<string>()
  const out: string[] = []
  for (const document of documentsOf(comes)) {
    const merged = document.objects.map((object) => {
      const key = keyOf(object, namespace)
      coming.add(key)
      return known.has(key) ? merge(known.get(key), object) as KubeObject : object
    })
    out.push(written(document, merged))
  }
  for (const document of before) {
    const left = document.objects.filter((object) => !coming.has(keyOf(object, namespace)))
    if (left.length > 0) out.push(written(document, left))
  }
  return out.join('')
}

function documentsOf(manifest: string): Document[] {
  return splitDocuments(manifest).map((text) => ({ text, head: /^\s*# Source: .*\n/.exec(text)?.[0].trimStart() ?? '', objects: objectsOf(parseDocument(text)) }))
}

/** A document of these objects: as it is written when they are its own. */
function written({ text, head, objects }: Document, now: readonly KubeObject[]): string {
  if (now.length === objects.length && now.every((object, i) => equalJson(object, objects[i]))) return `---${text}`
  return now.map((object) => `---\n${head}${marshalPlain(object)}`).join('')
}

/** Versions of one kind are one object. */
function keyOf({ apiVersion, kind, metadata }: KubeObject, namespace: string): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return JSON.stringify([group, kind, metadata?.namespace || namespace, metadata?.name ?? '', metadata?.generateName ?? ''])
}

type Fields = Record<string, unknown>
const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const namesOf = (list: readonly unknown[]): string[] | undefined => {
  const names = list.flatMap((item) => (isMap(item) && typeof item.name === 'string' ? [item.name] : []))
  return names.length === list.length && new Set(names).size === names.length ? names : undefined
}

function merge(was: unknown, comes: unknown): unknown {
  if (isMap(was) && isMap(comes)) {
    return Object.fromEntries([...Object.keys(comes), ...Object.keys(was).filter((key) => !Object.hasOwn(comes, key))].map((key) =>
      [key, !Object.hasOwn(comes, key) ? was[key] : Object.hasOwn(was, key) ? merge(was[key], comes[key]) : comes[key]]))
  }
  if (!Array.isArray(was) || !Array.isArray(comes)) return comes
  // Lists whose items have names are merged by them (containers, their variables, volumes); others are one value.
  const names = namesOf(comes)
  const old = namesOf(was)
  if (names === undefined || old === undefined) return comes
  return [...comes.map((item, i) => (old.includes(names[i]!) ? merge(was[old.indexOf(names[i]!)], item) : item)), ...was.filter((_, i) => !names.includes(old[i]!))]
}
