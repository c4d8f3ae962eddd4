import { PintleError } from '../../errors/index.ts'
import { compareStrings, jsonMarshal, jsonMarshalIndent, type Value } from '../../language/go/index.ts'
import { unmarshal } from '../../language/yaml/index.ts'
import { keyParts } from './template-report.ts'
import type { ReportEntry, StructuredChange, StructuredEntry } from './report-types.ts'

type Table = Map<string, Value>

/** @throws Error when a side is no object, or lists cannot be compared */
export function structuredEntry(key: string, changeType: string, suppressed: boolean, before: string | undefined, after: string | undefined): StructuredEntry {
  const old = tableOf(before, 'old')
  const now = tableOf(after, 'new')
  const parts = keyParts(key)
  const sides = [old, now].filter((side) => side !== undefined)
  const metadata = sides.map((side) => side.get('metadata')).filter((m) => m instanceof Map) as Table[]
  const first = (tables: readonly Table[], field: string, otherwise: string | undefined): string => {
    for (const table of tables) {
      const value = table.get(field)
      if (typeof value === 'string' && value !== '') return value
    }
    return otherwise ?? ''
  }
  const changes: StructuredChange[] = []
  if (!suppressed && changeType === 'MODIFY' && old !== undefined && now !== undefined) {
    const patch = mergePatch(old, now)
    if (patch.size > 0) walk(changes, [], patch, old, now)
  }
  return {
    apiVersion: first(sides, 'apiVersion', parts?.api), kind: first(sides, 'kind', parts?.kind), namespace: first(metadata, 'namespace', parts?.namespace), name: first(metadata, 'name', parts?.name),
    changeType, oldExists: before !== undefined && before.trim() !== '', newExists: after !== undefined && after.trim() !== '',
    ...(changes.length > 0 && { changes }), ...(suppressed && { changesSuppressed: true }),
  }
}

/** `--output structured`, as encoding/json writes it: fields in the order of Go's structs, empty ones left out. */
export function formatStructured(entries: readonly ReportEntry[]): string {
  if (entries.length === 0) return '[]\n'
  return `[\n${entries.map((entry) => `  ${object(entryFields(entry), '  ')}`).join(',\n')}\n]\n`
}

type Fields = readonly (readonly [string, string] | undefined)[]

function entryFields({ key, change, structured: s }: ReportEntry): Fields {
  const status = (was: boolean, is: boolean): readonly [string, string] => ['resourceStatus', object([['oldExists', String(was)], ['newExists', String(is)]], '    ')]
  if (s === undefined) return [text('name', key), text('changeType', change), status(false, false)]
  return [
    text('apiVersion', s.apiVersion), text('kind', s.kind), text('namespace', s.namespace), text('name', s.name), text('changeType', s.changeType), status(s.oldExists, s.newExists),
    s.changes === undefined ? undefined : ['changes', `[\n${s.changes.map((c) => `      ${object(changeFields(c), '      ')}`).join(',\n')}\n    ]`],
    s.changesSuppressed === true ? ['changesSuppressed', 'true'] : undefined,
  ]
}

function changeFields(c: StructuredChange): Fields {
  const value = (name: string, v: Value | undefined): readonly [string, string] | undefined => (v === undefined || v === null ? undefined : [name, jsonMarshalIndent(v, '        ', '  ')])
  return [text('path', c.path), text('field', c.field), text('change', c.change), value('oldValue', c.oldValue), value('newValue', c.newValue)]
}

const text = (name: string, value: string): readonly [string, string] | undefined => (value === '' ? undefined : [name, jsonMarshal(value)])

const object = (fields: Fields, indent: string): string => `{\n${fields.filter((f) => f !== undefined).map(([name, json]) => `${indent}  "${name}": ${json}`).join(',\n')}\n${indent}}`

function tableOf(content: string | undefined, side: 'old' | 'new'): Table | undefined {
  if (content === undefined || content.trim() === '') return undefined
  try {
    const value = unmarshal(content)
    if (value === null) return undefined
    if (value instanceof Map) return value
  } catch (error) {
    throw new PintleError('yaml.parse', `convert ${side} manifest: ${(error as Error).message.replace('error converting YAML to JSON: ', '')}`)
  }
  throw new PintleError('yaml.parse', `convert ${side} manifest: json: cannot unmarshal into Go value of type map[string]interface {}`)
}

const badDocument = (): PintleError => new PintleError('yaml.parse', 'Invalid JSON Document')

/** A JSON merge patch (evanphx/json-patch): what differs in `now`, and null for what it has not. */
function mergePatch(old: Table, now: Table): Table {
  const patch: Table = new Map()
  for (const [key, is] of now) {
    const was = old.get(key)
    if (was instanceof Map && is instanceof Map) {
      const inner = mergePatch(was, is)
      if (inner.size > 0) patch.set(key, inner)
    } else if (!old.has(key) || !equal(was!, is)) patch.set(key, is)
  }
  for (const key of old.keys()) if (!now.has(key)) patch.set(key, null)
  return patch
}

const equal = (a: Value, b: Value): boolean => a === b || (typeof a === 'object' && typeof b === 'object' && jsonMarshal(a) === jsonMarshal(b))

function walk(changes: StructuredChange[], at: readonly string[], patch: Value, old: Value | undefined, now: Value | undefined): void {
  if (patch instanceof Map) {
    for (const key of [...patch.keys()].sort(compareStrings)) walk(changes, [...at, key], patch.get(key)!, member(old, key), member(now, key))
  } else if (Array.isArray(patch)) {
    lists(changes, at, old, now)
  } else if (patch === null) {
    changes.push({ ...place(at), change: 'remove', ...(old !== undefined && { oldValue: old }) })
  } else if (old === undefined || old === null) {
    changes.push({ ...place(at), change: 'add', ...(now !== undefined && { newValue: now }) })
  } else if (now === undefined || !equal(old, now)) {
    changes.push({ ...place(at), change: 'replace', oldValue: old, ...(now !== undefined && { newValue: now }) })
  }
}

const member = (value: Value | undefined, key: string): Value | undefined => (value instanceof Map ? value.get(key) : undefined)

function lists(changes: StructuredChange[], at: readonly string[], old: Value | undefined, now: Value | undefined): void {
  const before = Array.isArray(old) ? old : []
  const after = Array.isArray(now) ? now : []
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const was = before[i] ?? null
    const is = after[i] ?? null
    const here = [...at, String(i)]
    if (was !== null && is !== null) {
      if (equal(was, is)) continue
      if (isScalar(was) && isScalar(is)) changes.push({ ...place(here), change: 'replace', oldValue: was, newValue: is })
      else walk(changes, here, itemPatch(was, is), was, is)
    } else if (was !== null) changes.push({ ...place(here), change: 'remove', oldValue: was })
    else if (is !== null) changes.push({ ...place(here), change: 'add', newValue: is })
  }
}

/** The patch of one item of a list. Lists in lists are compared only when they are equally long and hold objects. */
function itemPatch(was: Value, is: Value): Value {
  if (Array.isArray(was) !== Array.isArray(is)) throw new PintleError('yaml.parse', 'Mismatched JSON Documents')
  if (was instanceof Map && is instanceof Map) return mergePatch(was, is)
  if (Array.isArray(was) && Array.isArray(is) && was.length === is.length && [...was, ...is].every((item) => item instanceof Map || item === null)) return is
  throw badDocument()
}

const isScalar = (value: Value): boolean => value === null || typeof value !== 'object'

function place(at: readonly string[]): { path: string; field: string } {
  const segments: string[] = []
  for (const token of at.slice(0, -1)) {
    if (token === '') continue
    if (!/^\d+$/.test(token)) segments.push(token)
    else if (segments.length === 0) segments.push(`[${token}]`)
    else segments[segments.length - 1] += `[${token}]`
  }
  return { path: segments.join('.'), field: at.at(-1) ?? '' }
}
