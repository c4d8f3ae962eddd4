import { isPintleError } from '../../errors/index.ts'
import { Int, byteLength, decodeUtf8, type Shape, type Value } from '../../language/go/index.ts'
import { marshal, unmarshalInto } from '../../language/yaml/index.ts'
import { repeatsSecret } from '../diff/index.ts'
import type { ManifestObject } from './manifest-index.ts'

export type SecretView = 'redacted' | 'decoded' | 'shown'

type Pair = [before: ManifestObject | undefined, after: ManifestObject | undefined]

/**
 * Both sides of a Secret with their values taken out (`redacted`: lengths, and whether they are equal) or decoded. Other kinds come back as they are.
 * Annotations that repeat a value, as the one kubectl leaves, are taken out as values are; helm-diff shows them.
 * Upstream: redactSecrets and decodeSecrets in diff/diff.go, which change their arguments, so that with --find-renames they redact what is redacted.
 */
export function viewSecrets([before, after]: Pair, view: SecretView): Pair {
  if (view === 'shown' || (before !== undefined && before.kind !== 'Secret') || (after !== undefined && after.kind !== 'Secret')) return [before, after]
  const was = before && readSecret(before, 'old')
  const is = after && readSecret(after, 'new')
  const secrets = [was, is].flatMap((secret) => [...(secret?.data.values() ?? [])].map((value) => decodeUtf8(value)))
  const one = (object: ManifestObject | undefined, mine: Secret | undefined, other: Secret | undefined, mark: string): ManifestObject | undefined => {
    if (object === undefined || mine === undefined) return object
    if (mine.fault !== undefined) return { ...object, content: mine.fault }
    const values = new Map<string, Value>()
    for (const [key, value] of mine.data) {
      values.set(key, view === 'decoded' ? decodeUtf8(value) : `${other !== undefined && same(value, other.data.get(key) ?? new Uint8Array()) ? 'REDACTED' : mark} # (${value.length} bytes)`)
    }
    const fields = view === 'redacted' ? withoutRepeated(mine.fields, other?.fields, mark, secrets) : mine.fields
    const text = marshal(withoutEmpty(new Map([...fields, ['stringData', values]])) ?? new Map())
    return { ...object, content: firstComment(object.content) + (view === 'redacted' ? text.replace('stringData', 'data') : text).replace('  creationTimestamp: null\n', '') }
  }
  // A value that is missing on the other side equals an empty one there, as Go's bytes.Equal has it.
  return [one(before, was, is && (is.fault === undefined ? is : noData), '--------'), one(after, is, was && (was.fault === undefined ? was : noData), '++++++++')]
}

/** kubectl's copy of all that was applied, short values too. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** The fields with marks in place of annotations that repeat a secret value. */
function withoutRepeated(fields: Fields, others: Fields | undefined, mark: string, secrets: readonly string[]): Fields {
  const annotations = annotationsOf(fields)
  const repeated = [...annotations].filter(([key, value]) => typeof value === 'string' && (key === lastApplied || repeatsSecret(value, secrets)))
  if (repeated.length === 0) return fields
  const marks = repeated.map(([key, value]) => [key, `${annotationsOf(others).get(key) === value ? 'REDACTED' : mark} # (${byteLength(value as string)} bytes)`] as const)
  return new Map([...fields, ['metadata', new Map([...(fields.get('metadata') as Map<string, Value>), ['annotations', new Map([...annotations, ...marks])]])]])
}

type Fields = ReadonlyMap<string, Value>

function annotationsOf(fields: Fields | undefined): Map<string, Value> {
  const metadata = fields?.get('metadata')
  const annotations = metadata instanceof Map ? metadata.get('annotations') : undefined
  return annotations instanceof Map ? annotations : new Map()
}

interface Secret {
  readonly fields: ReadonlyMap<string, Value>
  readonly data: ReadonlyMap<string, Uint8Array>
  /** What stands in place of a Secret that cannot be read. */
  readonly fault?: string
}

const noData: Secret = { fields: new Map(), data: new Map() }

const same = (value: Uint8Array, other: Uint8Array): boolean => value.length === other.length && value.every((byte, i) => byte === other[i])

function readSecret(object: ManifestObject, side: 'old' | 'new'): Secret {
  let value: Value
  try {
    // apimachinery's reader ends the last line, as the manifest need not.
    value = unmarshalInto(`${object.content}\n`, secretShape)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const why = isPintleError(error) ? error.message : `error unmarshaling JSON: while decoding JSON: ${error.message}`
    return { ...noData, fault: `Error parsing ${side} secret: ${why}` }
  }
  const fields = value instanceof Map ? new Map(value) : new Map<string, Value>()
  const data = new Map<string, Uint8Array>()
  for (const [key, item] of entries(fields.get('data'))) data.set(key, item as Uint8Array)
  // As the API server does with it.
  for (const [key, item] of entries(fields.get('stringData'))) data.set(key, new TextEncoder().encode(item as string))
  fields.delete('data')
  fields.delete('stringData')
  return { fields, data }
}

const entries = (value: Value | undefined): [string, Value][] => (value instanceof Map ? [...value].sort(([a], [b]) => (a < b ? -1 : 1)) : [])

/** Go's omitempty for the fields of a Secret. */
function withoutEmpty(value: Value): Value | undefined {
  if (value === null || value === '') return undefined
  if (value instanceof Int) return value.value === 0n ? undefined : value
  if (value instanceof Map) {
    const out = new Map<string, Value>()
    for (const [key, item] of value) {
      const kept = tables.has(key) && item instanceof Map ? (item.size > 0 ? item : undefined) : withoutEmpty(item)
      if (kept !== undefined) out.set(key, kept)
    }
    return out
  }
  return Array.isArray(value) && value.length === 0 ? undefined : value
}

/** Maps whose values may well be empty. */
const tables = new Set(['labels', 'annotations', 'stringData'])

/** The first line when it is a comment: `# Source: ...`. */
function firstComment(text: string): string {
  const end = text.indexOf('\n')
  return end < 0 || !text.startsWith('#') ? '' : text.slice(0, end + 1)
}

const string: Shape = { kind: 'string' }
const strings: Shape = { kind: 'map', elem: string }
const any: Shape = { kind: 'any' }

/** encoding/json decodes []byte from base64. */
const bytes: Shape = {
  kind: 'custom', type: '[]uint8',
  decode(value) {
    if (value === null) return new Uint8Array()
    if (typeof value !== 'string') throw new Error(`json: cannot unmarshal ${typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'number' : Array.isArray(value) ? 'array' : 'object'} into Go struct field Secret.data of type []uint8`)
    return fromBase64(value)
  },
}

/** base64.StdEncoding; line breaks in it are passed over. */
function fromBase64(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, '')
  if (clean.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(clean)) return Uint8Array.from(atob(clean), (c) => c.charCodeAt(0))
  throw new Error(`illegal base64 data at input byte ${badByte(text)}`)
}

/** Where encoding/base64 finds fault: at a character that does not belong, or where a group of four is short. */
function badByte(text: string): number {
  let group = 0
  let at = 0
  for (const character of text) {
    if (character !== '\r' && character !== '\n') {
      if (character === '=') {
        if (group < 2) return at
        const rest = text.slice(text.indexOf('=', at))
        const pads = /^=[\r\n]*(=?)/.exec(rest)!
        if (group === 2 && pads[1] === '') return byteLength(text)
        return byteLength(text.slice(0, text.length - rest.length + pads[0].length))
      }
      if (!/^[A-Za-z0-9+/]$/.test(character)) return at
      group = (group + 1) % 4
    }
    at += byteLength(character)
  }
  return byteLength(text) - group
}

const field = (name: string, shape: Shape) => ({ name, shape })

/** v1.Secret, as far as manifests set it. */
const secretShape: Shape = {
  kind: 'struct', type: 'v1.Secret', name: 'Secret',
  fields: [
    field('kind', string), field('apiVersion', string), field('type', string), field('immutable', { kind: 'custom', type: '*bool', decode: (v) => v }),
    field('data', { kind: 'map', elem: bytes }), field('stringData', strings),
    field('metadata', {
      kind: 'struct', type: 'v1.ObjectMeta', name: 'ObjectMeta',
      fields: [
        ...['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp'].map((name) => field(name, string)),
        field('generation', { kind: 'int64' }), field('deletionGracePeriodSeconds', { kind: 'int64' }),
        field('labels', strings), field('annotations', strings), field('finalizers', { kind: 'slice', elem: string }),
        field('ownerReferences', any), field('managedFields', any),
      ],
    }),
  ],
}
