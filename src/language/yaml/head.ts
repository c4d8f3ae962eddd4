import { formatFloat, type Shape } from '../go/index.ts'
import { lineEvents, type Events } from './line-events.ts'
import { Parser, mappingEndEvent, mappingStartEvent, scalarEvent, sequenceEndEvent, sequenceStartEvent, documentEndEvent, streamEndEvent } from './parser.ts'
import { Resolver, intTag } from './resolve.ts'
import { unmarshalInto } from './typed.ts'
import { prefixed, unmarshal } from './unmarshal.ts'

/** What Helm reads of every rendered document before it sorts them. */
export interface Head {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace: string
  /** undefined when there are none. */
  readonly annotations: ReadonlyMap<string, string> | undefined
}

/**
 * Reads apiVersion, kind, name and annotations of a manifest, and checks that the whole document is valid YAML.
 * @throws PintleError `yaml.parse` with the text of sigs.k8s.io/yaml
 */
export function readHead(text: string): Head {
  let head: Head | undefined
  try {
    head = new HeadReader(text).read()
  } catch (error) {
    throw prefixed(error, 'error converting YAML to JSON: ')
  }
  return head ?? readTyped(text)
}

/** Helm's SimpleHead (pkg/release/v1/util/manifest.go). */
const headShape: Shape = {
  kind: 'struct', type: 'util.SimpleHead', name: 'SimpleHead',
  fields: [
    { name: 'apiVersion', shape: { kind: 'string' } },
    { name: 'kind', shape: { kind: 'string' } },
    {
      name: 'metadata',
      shape: {
        kind: 'ptr',
        elem: {
          kind: 'struct', type: 'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }', name: '',
          fields: [
            { name: 'name', shape: { kind: 'string' } },
            { name: 'annotations', shape: { kind: 'map', elem: { kind: 'string' } } },
          ],
        },
      },
    },
  ],
}

function readTyped(text: string): Head {
  const head = unmarshalInto(text, headShape)
  const map = head instanceof Map ? head : undefined
  const metadata = map?.get('metadata')
  const inner = metadata instanceof Map ? metadata : undefined
  const annotations = inner?.get('annotations')
  return {
    apiVersion: (map?.get('apiVersion') as string | undefined) ?? '',
    kind: (map?.get('kind') as string | undefined) ?? '',
    name: (inner?.get('name') as string | undefined) ?? '',
    namespace: namespaceOf(text),
    annotations: annotations instanceof Map && annotations.size > 0 ? (annotations as unknown as ReadonlyMap<string, string>) : undefined,
  }
}

/** Helm does not read it, so that nothing is wrong with whatever it is. */
function namespaceOf(text: string): string {
  const root = unmarshal(text)
  const metadata = root instanceof Map ? root.get('metadata') : undefined
  const namespace = metadata instanceof Map ? metadata.get('namespace') : undefined
  return typeof namespace === 'string' ? namespace : ''
}

const nothing = 0
const apiVersionField = 1
const kindField = 2
const metadataField = 3
const nameField = 4
const annotationsField = 5
const namespaceField = 6

/**
 * Walks the events of a document without building values. It gives up on what is rare, where errors other than syntax errors or Go's matching
 * of names come into play: anchors, tags, odd keys, infinities, duplicate fields, fields of the wrong type.
 */
class HeadReader {
  readonly #parser: Events
  readonly #resolver = new Resolver()
  readonly #fields: (string | undefined)[] = [undefined, undefined, undefined, undefined, undefined, undefined, undefined]
  #annotations: Map<string, string> | undefined
  #metadataSeen = false

  constructor(text: string) {
    this.#parser = lineEvents(text) ?? new Parser(text)
  }

  /** undefined when the document has to be decoded in full. */
  read(): Head | undefined {
    const parser = this.#parser
    const fields = this.#fields
    parser.wantValues = false
    if (parser.next() === streamEndEvent) return this.#head()
    /** Whether each open collection is a mapping. */
    const open: boolean[] = []
    let inMapping = false
    let atKey = false
    /** The field of the root or of metadata that is being read, and the key of an annotation. */
    let field = nothing
    let key = ''
    /** Depth of metadata and of annotations while inside them. */
    let metadataDepth = 0
    let annotationsDepth = 0
    for (;;) {
      const event = parser.next()
      switch (event) {
        case scalarEvent: {
          if (parser.tag !== '' || parser.anchor !== '') return undefined
          const depth = open.length
          if (atKey) {
            atKey = false
            const text = parser.value
            if (parser.implicit && !this.#keyIsPlain(text)) return undefined
            if (depth === 1) {
              field = rootField(text)
              if (field < 0) return undefined
              parser.wantValues = field !== nothing
            } else if (metadataDepth > 0) {
              if (depth === metadataDepth) {
                field = metadataFieldOf(text)
                if (field < 0) return undefined
              } else if (depth === annotationsDepth) {
                key = parser.implicit ? this.#keyText(text) : text
                if (this.#annotations!.has(key)) return undefined
              }
            }
            continue
          }
          if (depth === 0) return parser.implicit && parser.value === '' ? this.#rest() : undefined
          if (field !== nothing && metadataDepth === 0 ? depth === 1 : field !== nothing && depth === metadataDepth) {
            const text = this.#text()
            if (text === undefined) return undefined
            if (field === metadataField || field === annotationsField) {
              if (text !== null || fields[field] !== undefined || (field === metadataField ? this.#metadataSeen : this.#annotations !== undefined)) return undefined
              fields[field] = ''
            } else {
              if (fields[field] !== undefined) return undefined
              fields[field] = text ?? ''
            }
          } else if (annotationsDepth > 0 && depth === annotationsDepth) {
            const text = this.#text()
            if (text === undefined) return undefined
            this.#annotations!.set(key, text ?? '')
          } else if (parser.implicit && this.#mayBeInfinite(parser.value)) {
            return undefined
          }
          if (inMapping) atKey = true
          continue
        }
        case mappingStartEvent: {
          if (atKey || parser.anchor !== '' || open.length >= 10000) return undefined
          const depth = open.length
          if (field !== nothing) {
            if (depth === 1 && metadataDepth === 0) {
              if (field !== metadataField || this.#metadataSeen || fields[metadataField] !== undefined) return undefined
              this.#metadataSeen = true
              metadataDepth = 2
              field = nothing
            } else if (depth === metadataDepth) {
              if (field !== annotationsField || this.#annotations !== undefined || fields[annotationsField] !== undefined) return undefined
              this.#annotations = new Map()
              annotationsDepth = 3
              field = nothing
            }
          } else if (annotationsDepth > 0 && depth === annotationsDepth) {
            return undefined
          }
          open.push(true)
          inMapping = true
          atKey = true
          continue
        }
        case sequenceStartEvent: {
          const depth = open.length
          if (atKey || parser.anchor !== '' || depth >= 10000 || depth === 0 || field !== nothing || (annotationsDepth > 0 && depth === annotationsDepth)) {
            return undefined
          }
          open.push(false)
          inMapping = false
          continue
        }
        case mappingEndEvent:
        case sequenceEndEvent: {
          open.pop()
          const depth = open.length
          if (depth === 0) {
            inMapping = atKey = false
            continue
          }
          if (depth < annotationsDepth) annotationsDepth = 0
          if (depth < metadataDepth) metadataDepth = 0
          inMapping = atKey = open[depth - 1]!
          continue
        }
        case documentEndEvent:
          return this.#head()
        default:
          return undefined
      }
    }
  }

  /** Reads on after an empty document. */
  #rest(): Head | undefined {
    return this.#parser.next() === documentEndEvent ? this.#head() : undefined
  }

  #head(): Head {
    const fields = this.#fields
    const annotations = this.#annotations
    return {
      apiVersion: fields[apiVersionField] ?? '',
      kind: fields[kindField] ?? '',
      name: fields[nameField] ?? '',
      namespace: fields[namespaceField] ?? '',
      annotations: annotations !== undefined && annotations.size > 0 ? annotations : undefined,
    }
  }

  /** Whether a plain key becomes a string without an error. */
  #keyIsPlain(text: string): boolean {
    const c = text.charCodeAt(0)
    if ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a && text.length > 5) return true
    if (text === '<<') return false
    const value = this.#resolver.resolve(text)
    return value !== null && typeof value !== 'bigint'
  }

  #keyText(text: string): string {
    const value = this.#resolver.resolve(text)
    if (typeof value === 'number') return this.#resolver.tag === intTag || Number.isFinite(value) ? this.#number(value) : text
    return String(value)
  }

  #number(value: number): string {
    return this.#resolver.tag === intTag ? value.toString() : formatFloat(value, 'g', -1, 32)
  }

  /** The scalar as a string field holds it; null for null, undefined when it takes the long way. */
  #text(): string | null | undefined {
    const parser = this.#parser
    if (!parser.implicit) return parser.value
    const value = this.#resolver.resolve(parser.value)
    switch (typeof value) {
      case 'string': return value
      case 'boolean': return value ? 'true' : 'false'
      case 'number': return Number.isFinite(value) ? this.#number(value) : undefined
      case 'bigint': return value.toString()
    }
    return null
  }

  #mayBeInfinite(text: string): boolean {
    if (text.length > 5) return false
    const value = text.charCodeAt(0) <= 0x2e ? this.#resolver.resolve(text) : 0
    return typeof value === 'number' && !Number.isFinite(value)
  }
}

/** The field of SimpleHead a key stands for; -1 when it differs in case only. */
function rootField(key: string): number {
  switch (key) {
    case 'apiVersion': return apiVersionField
    case 'kind': return kindField
    case 'metadata': return metadataField
  }
  return (key.length === 10 || key.length === 4 || key.length === 8) && /^(?:apiversion|[k\u212a]ind|metadata)$/i.test(key.replaceAll('\u017f', 's')) ? -1 : nothing
}

function metadataFieldOf(key: string): number {
  switch (key) {
    case 'name': return nameField
    case 'annotations': return annotationsField
    case 'namespace': return namespaceField
  }
  return (key.length === 4 || key.length === 11) && /^(?:name|annotation[s\u017f])$/i.test(key) ? -1 : nothing
}
