import type { Json, JsonObject } from './json.ts'
import { escapeToken, splitHash } from './locations.ts'

export type DraftVersion = 4 | 6 | 7 | 2019 | 2020

/** A version of the specification. */
export interface Draft {
  readonly version: DraftVersion
  readonly url: string
  /** The keyword that names a schema. */
  readonly id: 'id' | '$id'
  /** Where subschemas stand: `name`, `name/*` for the values of an object, `name/[]` for the items of a list. */
  readonly subschemas: readonly string[]
  readonly vocabularyPrefix: string
  readonly vocabularies: readonly string[]
  readonly defaultVocabularies: readonly string[]
}

const draft4: Draft = {
  version: 4,
  url: 'http://json-schema.org/draft-04/schema',
  id: 'id',
  subschemas: [
    'definitions/*', 'not', 'allOf/[]', 'anyOf/[]', 'oneOf/[]', 'properties/*', 'additionalProperties', 'patternProperties/*', 'items',
    'items/[]', 'additionalItems', 'dependencies/*',
  ],
  vocabularyPrefix: '',
  vocabularies: [],
  defaultVocabularies: [],
}

const draft6: Draft = {
  ...draft4, version: 6, url: 'http://json-schema.org/draft-06/schema', id: '$id', subschemas: [...draft4.subschemas, 'propertyNames', 'contains'],
}

const draft7: Draft = {
  ...draft6, version: 7, url: 'http://json-schema.org/draft-07/schema', subschemas: [...draft6.subschemas, 'if', 'then', 'else'],
}

const draft2019: Draft = {
  version: 2019,
  url: 'https://json-schema.org/draft/2019-09/schema',
  id: '$id',
  subschemas: [...draft7.subschemas, '$defs/*', 'dependentSchemas/*', 'unevaluatedProperties', 'unevaluatedItems', 'contentSchema'],
  vocabularyPrefix: 'https://json-schema.org/draft/2019-09/vocab/',
  vocabularies: ['core', 'applicator', 'validation', 'meta-data', 'format', 'content'],
  defaultVocabularies: ['core', 'applicator', 'validation'],
}

const draft2020: Draft = {
  version: 2020,
  url: 'https://json-schema.org/draft/2020-12/schema',
  id: '$id',
  subschemas: [...draft2019.subschemas, 'prefixItems/[]'],
  vocabularyPrefix: 'https://json-schema.org/draft/2020-12/vocab/',
  vocabularies: ['core', 'applicator', 'unevaluated', 'validation', 'meta-data', 'format-annotation', 'format-assertion', 'content'],
  defaultVocabularies: ['core', 'applicator', 'unevaluated', 'validation'],
}

/** The draft of schemas that name none. */
export const latestDraft = draft2020

const byUrl: ReadonlyMap<string, Draft> = new Map([
  ['json-schema.org/schema', latestDraft],
  ...[draft4, draft6, draft7, draft2019, draft2020].map((draft) => [draft.url.replace(/^https?:\/\//, ''), draft] as const),
])

/** The draft a `$schema` names, by http or https, with an empty fragment at most. */
export function draftOf(url: string): Draft | undefined {
  const [base, fragment] = splitHash(url)
  return fragment === '' ? byUrl.get(base.replace(/^http:\/\//, '').replace(/^https:\/\//, '')) : undefined
}

/** The id of a schema object without its fragment; '' for none. */
export function idOf(draft: Draft, schema: JsonObject): string {
  if (draft.version < 2019 && schema.has('$ref')) return ''
  const id = schema.get(draft.id)
  return typeof id === 'string' ? splitHash(id)[0] : ''
}

/** The subschemas of a schema object, by pointer. */
export function subschemasOf(draft: Draft, schema: JsonObject, pointer: string): Map<string, Json> {
  const out = new Map<string, Json>()
  for (const path of draft.subschemas) {
    const [name, inner] = path.split('/') as [string, string?]
    const value = schema.get(name)
    if (value === undefined) continue
    const at = `${pointer}/${escapeToken(name)}`
    if (inner === undefined) out.set(at, value)
    else if (inner === '*' && value instanceof Map) for (const [key, item] of value) out.set(`${at}/${escapeToken(key)}`, item)
    else if (inner === '[]' && Array.isArray(value)) value.forEach((item, i) => out.set(`${at}/${i}`, item))
  }
  return out
}

/** A draft with the vocabularies in force; undefined means the draft's own. */
export interface Dialect {
  readonly draft: Draft
  readonly vocabularies: readonly string[] | undefined
}

export function hasVocabulary({ draft, vocabularies }: Dialect, name: string): boolean {
  return name === 'core' || draft.version < 2019 || (vocabularies ?? draft.defaultVocabularies).includes(name)
}
