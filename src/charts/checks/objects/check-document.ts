import { isPintleError } from '../../../errors/index.ts'
import type { Shape } from '../../../language/go/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { anyMap, unmarshal, unmarshalInto } from '../../../language/yaml/index.ts'
import type { CustomSchemas } from './custom-schemas.ts'
import type { ObjectSchemas } from './object-schemas.ts'
import { validateObject, type Violation } from './validate-object.ts'

/** What became of one object. */
export interface ObjectVerdict {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** `skipped`: there is no schema of its kind; `error`: it cannot be read; `empty`: there is nothing. */
  readonly status: 'valid' | 'invalid' | 'skipped' | 'error' | 'empty'
  /** What is wrong, for `invalid`. */
  readonly violations: readonly Violation[]
  /** Why it cannot be read, for `error`. */
  readonly message?: string
  /** Where in the document the object stands, when it is an item of a List. */
  readonly prefix: readonly (string | number)[]
}

export interface ObjectSources {
  readonly schemas: ObjectSchemas
  /** Schemas of custom resources. */
  readonly custom?: CustomSchemas
}

/**
 * Validates one document of a manifest; a List gives a verdict for each of its items. Agrees with `kubeconform -strict -ignore-missing-schemas`.
 * @throws nothing: what cannot be read is a verdict, too
 */
export function checkDocument(text: string, sources: ObjectSources): ObjectVerdict[] {
  if (text === '') return [{ ...nobody, status: 'empty' }]
  let object: Value
  try {
    // Duplicate keys are errors.
    object = unmarshalInto(text, anyMap, { strict: true })
  } catch (error) {
    const signature = signatureOf(text)
    if (signature.kind?.toLowerCase() === 'list' && signature.problem === undefined) return checkItems(text, sources)
    return [{ ...nobody, ...signature.head, status: 'error', message: messageOf(error) }]
  }
  if (object === null) return [{ ...nobody, status: 'empty' }]
  const map = object as ReadonlyMap<string, Value>
  const head = plainHead(map) ?? signatureOf(text)
  if (head.kind?.toLowerCase() === 'list' && head.problem === undefined) return checkItems(text, sources)
  return [verdict(map, head, sources, [])]
}

interface Signature {
  readonly kind?: string
  readonly head: { readonly apiVersion: string; readonly kind: string; readonly name: string }
  readonly problem?: string
}

const nobody = { apiVersion: '', kind: '', name: '', violations: [], prefix: [] } as const

function verdict(object: ReadonlyMap<string, Value>, { head, problem }: Signature, { schemas, custom }: ObjectSources, prefix: readonly (string | number)[]): ObjectVerdict {
  const base = { ...head, violations: [], prefix }
  if (problem !== undefined) return { ...base, status: 'error', message: problem }
  const own = custom?.validate(object, head.apiVersion, head.kind)
  if (own !== undefined) return { ...base, status: own.length === 0 ? 'valid' : 'invalid', violations: own }
  const definition = schemas.ofKind(head.apiVersion, head.kind)
  if (definition === undefined) return { ...base, status: 'skipped' }
  const violations = validateObject(object, definition, schemas)
  return { ...base, status: violations.length === 0 ? 'valid' : 'invalid', violations }
}

/** The items of a List, which kubeconform reads leniently and writes anew (pkg/resource/resource.go): duplicate keys pass. */
function checkItems(text: string, sources: ObjectSources): ObjectVerdict[] {
  let list: Value
  try {
    list = unmarshal(text)
  } catch (error) {
    return [{ ...nobody, status: 'error', message: messageOf(error) }]
  }
  const key = list instanceof Map ? (list.has('items') ? 'items' : [...list.keys()].find((k) => /^items$/i.test(k as string))) : undefined
  const items = key === undefined ? undefined : (list as Map<string, Value>).get(key as string)
  if (!Array.isArray(items)) return []
  return (items as Value[]).map((item, i) => {
    const prefix = [key as string, i]
    if (item === null) return { ...nobody, prefix, status: 'empty' }
    if (!(item instanceof Map)) return { ...nobody, prefix, status: 'error', message: 'not an object' }
    return verdict(item as Map<string, Value>, headOfItem(item as Map<string, Value>), sources, prefix)
  })
}

/** The common case: all that names the object is a string. undefined when it has to be read as kubeconform does. */
function plainHead(object: ReadonlyMap<string, Value>): Signature | undefined {
  const apiVersion = object.get('apiVersion')
  const kind = object.get('kind')
  const metadata = object.get('metadata')
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '' || !(metadata instanceof Map)) return undefined
  const name = metadata.get('name')
  const namespace = metadata.get('namespace')
  if (typeof name !== 'string' || !(typeof namespace === 'string' || namespace === undefined) || metadata.has('generateName')) return undefined
  for (const key of object.keys()) if (/^(?:apiversion|kind|metadata)$/iu.test(key) && key !== 'apiVersion' && key !== 'kind' && key !== 'metadata') return undefined
  for (const key of metadata.keys()) if (/^(?:name|namespace|generatename)$/iu.test(key as string) && key !== 'name' && key !== 'namespace') return undefined
  return { kind, head: { apiVersion, kind, name } }
}

/** Resource.Signature: read into a struct, in which the case of names does not count and numbers become strings. */
function signatureOf(text: string): Signature {
  let read: Value
  try {
    read = unmarshalInto(text, signatureShape)
  } catch (error) {
    return { head: nobodyHead, problem: messageOf(error) }
  }
  const map = (read ?? new Map()) as Map<string, Value>
  const metadata = (map.get('Metadata') ?? new Map()) as Map<string, Value>
  const apiVersion = (map.get('APIVersion') ?? '') as string
  const kind = (map.get('Kind') ?? '') as string
  const generated = (metadata.get('GenerateName') ?? '') as string
  const head = { apiVersion, kind, name: generated === '' ? ((metadata.get('Name') ?? '') as string) : `${generated}{{ generateName }}` }
  if (kind === '') return { head, problem: "missing 'kind' key" }
  if (apiVersion === '') return { head, kind, problem: "missing 'apiVersion' key" }
  return { head, kind }
}

/** Resource.SignatureFromMap. */
function headOfItem(object: ReadonlyMap<string, Value>): Signature {
  const kind = object.get('kind')
  const apiVersion = object.get('apiVersion')
  if (typeof kind !== 'string') return { head: nobodyHead, problem: "missing 'kind' key" }
  if (typeof apiVersion !== 'string') return { head: nobodyHead, problem: "missing 'apiVersion' key" }
  const metadata = object.get('metadata')
  const name = metadata instanceof Map ? metadata.get('name') : ''
  return { kind, head: { apiVersion, kind, name: typeof name === 'string' ? name : '' } }
}

const nobodyHead = { apiVersion: '', kind: '', name: '' } as const
const text: Shape = { kind: 'string' }
const signatureShape: Shape = {
  kind: 'struct', type: 'struct', name: '',
  fields: [
    { name: 'APIVersion', shape: text },
    { name: 'Kind', shape: text },
    {
      name: 'Metadata',
      shape: { kind: 'struct', type: 'struct', name: '', fields: [{ name: 'Name', shape: text }, { name: 'Namespace', shape: text }, { name: 'GenerateName', shape: text }] },
    },
  ],
}

function messageOf(error: unknown): string {
  if (isPintleError(error)) return error.message
  throw error
}
