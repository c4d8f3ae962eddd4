import type { Value } from '../../language/go/index.ts'
import { unmarshal } from '../../language/yaml/index.ts'
import type { KubeObject } from '../kube/index.ts'
import type { JsonObject } from './record.ts'

/**
 * The documents of a manifest: Helm begins each with `---` and a comment that names its template. Their last line always
 * ends, as apimachinery's LineReader sees to: a block scalar would read otherwise without it.
 */
export function splitDocuments(text: string): string[] {
  return text
    .split(/^---[ \t]*/m)
    .filter((doc) => doc.trim() !== '')
    .map((doc) => (doc.endsWith('\n') ? doc : `${doc}\n`))
}

/** The objects of a manifest, those of lists one by one. What is no object is left out. @throws where a document is no YAML */
export function manifestObjects(text: string): KubeObject[] {
  return splitDocuments(text).flatMap((document) => objectsOf(parseDocument(document)))
}

/** The objects of a parsed document, those of lists one by one. */
export function objectsOf(value: unknown): KubeObject[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const object = value as KubeObject
  if (typeof object.kind !== 'string' || typeof object.apiVersion !== 'string') return []
  return object.kind.endsWith('List') && Array.isArray(object.items) ? object.items.flatMap(objectsOf) : [object]
}

/** The template a document came from, by its `# Source:` line. */
export function sourceOf(document: string): string | undefined {
  return /^# Source: (.*)$/m.exec(document)?.[1]
}

/** A document as JSON; null for one of comments only. */
export function parseDocument(text: string): unknown {
  return toJson(unmarshal(text))
}

function toJson(value: Value): unknown {
  if (value instanceof Map) {
    const out: JsonObject = {}
    for (const [key, item] of value) {
      // A plain assignment would set the prototype.
      if (key === '__proto__') Object.defineProperty(out, key, { value: toJson(item), enumerable: true, configurable: true, writable: true })
      else out[key] = toJson(item)
    }
    return out
  }
  return Array.isArray(value) ? value.map(toJson) : value
}
