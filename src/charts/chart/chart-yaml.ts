import { PintleError, isPintleError, maskedValues } from '../../errors/index.ts'
import { anyMap, unmarshalInto } from '../../language/yaml/index.ts'
import { parseTime } from '../../language/go/index.ts'
import type { Shape, StructShape, Value } from '../../language/go/index.ts'
import type { ChartFile } from './chart-file.ts'
import { emptyDependency, emptyMetadata } from './metadata.ts'
import type { Dependency, Lock, Maintainer, Metadata } from './metadata.ts'
import type { Table } from './merge-maps.ts'

const string: Shape = { kind: 'string' }
const bool: Shape = { kind: 'bool' }
const strings: Shape = { kind: 'slice', elem: string }

function struct(name: string, fields: Record<string, Shape>): StructShape {
  return { kind: 'struct', type: `v2.${name}`, name, fields: Object.entries(fields).map(([field, shape]) => ({ name: field, shape })) }
}

const list = (elem: Shape): Shape => ({ kind: 'slice', elem: { kind: 'ptr', elem } })

const dependencyShape = struct('Dependency', {
  name: string, version: string, repository: string, condition: string, tags: strings, enabled: bool,
  'import-values': { kind: 'slice', elem: { kind: 'any' } }, alias: string,
})

export const metadataShape = struct('Metadata', {
  name: string, home: string, sources: strings, version: string, description: string, keywords: strings,
  maintainers: list(struct('Maintainer', { name: string, email: string, url: string })), icon: string, apiVersion: string, condition: string,
  tags: string, appVersion: string, deprecated: bool, annotations: { kind: 'map', elem: string }, kubeVersion: string,
  dependencies: list(dependencyShape), type: string,
})

const lockShape = struct('Lock', {
  generated: { kind: 'custom', type: 'time.Time', decode: timestamp }, digest: string, dependencies: list(dependencyShape),
})

/** What tells the format of a chart: chartBase in pkg/chart/loader. */
const baseShape: Shape = { kind: 'struct', type: 'loader.chartBase', name: 'chartBase', fields: [{ name: 'apiVersion', shape: string }] }

function timestamp(value: Value): Value {
  if (typeof value !== 'string') throw new Error('Time.UnmarshalJSON: input is not a JSON string')
  parseTime('2006-01-02T15:04:05Z07:00', value)
  return value
}

/** The apiVersion of a Chart.yaml, '' when it has none. @throws PintleError yaml.parse with Helm's text */
export function apiVersionOf(file: ChartFile): string {
  const base = read(file.text, file.name, 'cannot load Chart.yaml: ', baseShape) as Table | null
  return (base?.get('apiVersion') as string | undefined) ?? ''
}

/**
 * Reads Chart.yaml or requirements.yaml over what `target` holds: fields that are absent or null keep it, and lists are
 * filled over the elements they have, as encoding/json does.
 * @throws PintleError yaml.parse with Helm's text
 */
export function readMetadata(file: ChartFile, target: Metadata): void {
  fillMetadata(target, read(file.text, file.name, `cannot load ${file.name}: `, metadataShape) as Table | null)
}

/** The same from fields that were decoded by `metadataShape`. */
export function fillMetadata(target: Metadata, fields: Iterable<readonly [string, Value]> | null): void {
  for (const [key, field] of fields ?? []) {
    switch (key) {
      case 'maintainers': target.maintainers = over(target.maintainers, field, emptyMaintainer, assign); break
      case 'dependencies': target.dependencies = field === null ? null : dependencies(target.dependencies ?? [], field); break
      case 'annotations':
        target.annotations = field === null ? null : new Map([...(target.annotations ?? []), ...(field as Map<string, string>)])
        break
      case 'sources':
      case 'keywords': target[key] = plain(field); break
      default: assign(target, key, field)
    }
  }
}

/**
 * Reads the text of a Chart.yaml alone, as `lint` does. @param options.strict refuses unknown and repeated fields
 * @throws PintleError yaml.parse with Helm's text, without a file's name
 */
export function parseMetadata(text: string, options: { readonly strict?: boolean } = {}): Metadata {
  const metadata = emptyMetadata()
  fillMetadata(metadata, unmarshalInto(text, metadataShape, options) as Table | null)
  return metadata
}

/** Reads Chart.lock or requirements.lock; undefined when it is empty. @throws PintleError yaml.parse with Helm's text */
export function readLock(file: ChartFile): Lock | undefined {
  const value = read(file.text, file.name, `cannot load ${file.name}: `, lockShape) as Table | null
  if (value === null) return undefined
  return {
    generated: (value.get('generated') as string | undefined) ?? '',
    digest: (value.get('digest') as string | undefined) ?? '',
    dependencies: dependencies([], value.get('dependencies') ?? null),
  }
}

const emptyMaintainer = (): Maintainer => ({ name: '', email: '', url: '' })

function dependencies(old: (Dependency | null)[], field: Value): (Dependency | null)[] {
  return over(old, field, emptyDependency, (target, key, value) => {
    if (key === 'tags') target.tags = plain(value)
    else if (key === 'import-values') target.importValues = plain(value)
    else assign(target, key, value)
  })
}

function over<T>(old: readonly (T | null)[], field: Value, create: () => T, set: (target: T, key: string, value: Value) => void): (T | null)[] {
  return ((field ?? []) as (Table | null)[]).map((item, i) => {
    if (item === null) return null
    const target = old[i] ?? create()
    for (const [key, value] of item) set(target, key, value)
    return target
  })
}

function assign(target: object, key: string, value: Value): void {
  ;(target as Record<string, Value>)[key] = value
}

/** A list without its Go type; null is an empty one here. */
const plain = <T extends Value>(field: Value): T[] => Array.from((field ?? []) as T[])

/** The fields of a document of type map[string]interface {}; null when it is empty. */
export function readTable(text: string, file: string, prefix: string, options: { line?: number; source?: string } = {}): Table | null {
  return read(text, file, prefix, anyMap, { ...options, hidden: true }) as Table | null
}

/**
 * One YAML document of a file.
 * @param options.line how many lines of the file are before the text; options.source the whole file, for the frame; options.hidden: what it holds may be secret
 */
function read(text: string, file: string, prefix: string, shape: Shape, options: { line?: number; source?: string; hidden?: boolean } = {}): Value {
  try {
    return unmarshalInto(text, shape)
  } catch (error) {
    if (!isPintleError(error)) throw error
    const at = error.details as { line?: number; column?: number } | undefined
    const source = options.source ?? text
    const place = at?.line === undefined
      ? { file }
      : { file, line: at.line + (options.line ?? 0), ...(at.column === undefined ? {} : { column: at.column }), source: options.hidden === true ? maskedValues(source) : source }
    throw new PintleError(error.code, prefix + error.message, { cause: error, place })
  }
}
