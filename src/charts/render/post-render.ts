import { PintleError } from '../../errors/index.ts'
import { int64, type Value } from '../../language/go/index.ts'
import { marshal, unmarshal } from '../../language/yaml/index.ts'
import { splitManifests } from './manifests.ts'
import { assemble, type Rendered, type RenderOptions } from './render.ts'

/** Where a document's template is noted while a post-renderer has it. Upstream: pkg/action/action.go. */
const noted = 'postrenderer.helm.sh/postrender-filename'

/**
 * Lets `run` change what was rendered, hooks included, as Helm 4 lets its plugins: all documents go as one stream, each with a note of its
 * template, by which they come back into order. Helm writes the documents anew with kyaml both ways; here their text stays as it is.
 */
export async function postRendered(rendered: Rendered, options: Pick<RenderOptions, 'includeCrds' | 'hideSecrets'>, run: (stream: string) => Promise<string>): Promise<Rendered> {
  const files = split(await run(merge(rendered.files)))
  return { ...rendered, ...assemble(files, rendered.chart, options) }
}

function merge(files: ReadonlyMap<string, string>): string {
  const out: string[] = []
  for (const path of [...files.keys()].sort()) {
    if (path.slice(path.lastIndexOf('/') + 1).startsWith('_')) continue
    for (const text of splitManifests(files.get(path)!)) {
      for (const [item, own] of itemsOf(read(text, `error merging manifests: parsing ${path}`), text)) out.push(noteText(own, item, path))
    }
  }
  return out.join('---\n')
}

/** A document as a map; undefined for one that holds nothing but comments. */
function read(text: string, doing: string): Map<string, Value> | undefined {
  let value: Value
  try {
    value = unmarshal(text)
  } catch (error) {
    throw new PintleError('yaml.parse', `${doing}: ${(error as Error).message}`, { cause: error })
  }
  if (value === null) return undefined
  if (value instanceof Map) return value as Map<string, Value>
  throw new PintleError('yaml.parse', `${doing}: a document is no object`, { hint: `It begins with ${JSON.stringify(text.slice(0, 60))}.` })
}

/** A List by itself becomes its items, as kyaml reads it. */
function itemsOf(value: Map<string, Value> | undefined, text: string): [Map<string, Value>, string | undefined][] {
  if (value === undefined) return []
  const items = value.get('kind') === 'List' ? value.get('items') : undefined
  if (!Array.isArray(items)) return [[value, `${text.trimEnd()}\n`]]
  return items.flatMap((item) => (item instanceof Map ? [[item, undefined] as [Map<string, Value>, undefined]] : []))
}

/** The document with the note, in its own words where that can be done by adding a line. */
function noteText(text: string | undefined, value: Map<string, Value>, path: string): string {
  const wanted = written(withNote(value, path))
  const line = `${noted}: '${path.replaceAll("'", "''")}'`
  const candidates = text === undefined ? [] : [
    text.replace(/^(metadata:[^\S\n]*(?:#.*)?\n(?:(?:[^\S\n].*)?\n)*?)( +)(annotations:[^\S\n]*(?:#.*)?\n)(\2 +)/m, (_, before, indent, annotations, deeper) => `${before}${indent}${annotations}${deeper}${line}\n${deeper}`),
    text.replace(/^(metadata:[^\S\n]*(?:#.*)?\n(?:[^\S\n]*(?:#.*)?\n)*)( +)/m, (_, before, indent) => `${before}${indent}annotations:\n${indent}  ${line}\n${indent}`),
  ]
  return candidates.find((candidate) => says(candidate, wanted)) ?? wanted
}

/** The documents by the template they are noted to come from, without the note. */
function split(stream: string): Map<string, string> {
  const files = new Map<string, string[]>()
  let count = 0
  for (const text of splitManifests(stream)) {
    for (const [item, own] of itemsOf(read(text, 'error while parsing post rendered output: error parsing YAML'), text)) {
      const path = noteOf(item) ?? `generated-by-postrender-${count}.yaml`
      count++
      files.set(path, [...(files.get(path) ?? []), withoutNote(own, item)])
    }
  }
  return new Map([...files].map(([path, documents]) => [path, documents.join('---\n')]))
}

function withoutNote(text: string | undefined, value: Map<string, Value>): string {
  if (noteOf(value) === undefined && text !== undefined) return text
  const wanted = written(cleared(value))
  const line = String.raw`[^\S\n]*(["']?)postrenderer\.helm\.sh/postrender-filename\1:.*\n`
  const candidates = text === undefined ? [] : [
    text.replace(new RegExp(`^${line}`, 'm'), ''),
    text.replace(new RegExp(`^[^\\S\\n]*annotations:[^\\S\\n]*\\n${line}`, 'm'), ''),
  ]
  return candidates.find((candidate) => says(candidate, wanted)) ?? wanted
}

/** Whether a text holds exactly this. */
function says(text: string, wanted: string): boolean {
  try {
    return written(unmarshal(text)) === wanted
  } catch {
    return false
  }
}

/** A value as text. What was read is a float64, as in Go, and would be written as 1e+06: API servers take no such integers. */
const written = (value: Value): string => marshal(whole(value))

function whole(value: Value): Value {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? int64(value) : value
  if (Array.isArray(value)) return value.map(whole)
  return value instanceof Map ? new Map([...value].map(([key, item]) => [key, whole(item)])) : value
}

const mapAt = (value: Map<string, Value>, key: string): Map<string, Value> => {
  const found = value.get(key)
  return found instanceof Map ? (found as Map<string, Value>) : new Map()
}
const noteOf = (value: Map<string, Value>): string | undefined => {
  const path = mapAt(mapAt(value, 'metadata'), 'annotations').get(noted)
  return typeof path === 'string' && path !== '' ? path : undefined
}
const withNote = (value: Map<string, Value>, path: string): Map<string, Value> => {
  const metadata = mapAt(value, 'metadata')
  return new Map(value).set('metadata', new Map(metadata).set('annotations', new Map(mapAt(metadata, 'annotations')).set(noted, path)))
}
function cleared(value: Map<string, Value>): Map<string, Value> {
  const metadata = new Map(mapAt(value, 'metadata'))
  const annotations = new Map(mapAt(metadata, 'annotations'))
  annotations.delete(noted)
  if (annotations.size > 0) metadata.set('annotations', annotations)
  else metadata.delete('annotations')
  return new Map(value).set('metadata', metadata)
}
