import type { Value } from '../../language/go/index.ts'
import { decodeUtf8 } from '../../language/go/index.ts'
import { toPlain } from '../../language/yaml/index.ts'
import { Chart } from './chart.ts'
import { ChartFile } from './chart-file.ts'
import { emptyMetadata } from './metadata.ts'
import type { Dependency, Metadata } from './metadata.ts'
import type { Table } from './merge-maps.ts'

/** A chart in the JSON Helm stores with a release: without its subcharts, files in base64, empty metadata left out. */
export interface StoredChart {
  metadata: { [key: string]: any } | null
  lock: { [key: string]: any } | null
  templates: StoredFile[] | null
  values: Table | { [key: string]: any } | null
  schema: string | null
  files: StoredFile[] | null
  [field: string]: unknown
}
interface StoredFile { name: string; data: string | null; modtime?: string }

/** @param chart as it was rendered: with its dependencies processed */
export function chartRecord(chart: Chart): StoredChart {
  const { lock } = chart
  const file = (f: ChartFile): StoredFile => ({ name: f.name, data: base64(f.bytes), modtime: goTime(f) })
  const chartYaml = chart.raw.find((f) => f.name === 'Chart.yaml')
  return {
    metadata: metadataRecord(chart.metadata),
    lock: lock === undefined ? null : { ...lock },
    templates: orNull(chart.templates.map(file)),
    values: chart.values,
    schema: chart.schema === undefined ? null : base64(chart.schema.bytes),
    schemamodtime: goTime(chart.schema),
    files: orNull(chart.files.map(file)),
    ...(chartYaml !== undefined && chartYaml.modified > 0 ? { modtime: goTime(chartYaml) } : {}),
  }
}

/** Metadata in the order of Go's fields; empty ones left out. */
export function metadataRecord(m: Metadata): { [key: string]: unknown } {
  return present({
    ...m,
    annotations: m.annotations === null || m.annotations.size === 0 ? undefined : Object.fromEntries(m.annotations),
    maintainers: m.maintainers.map((x) => (x === null ? null : present({ ...x }))),
    dependencies: m.dependencies?.map((d) => d && dependencyRecord(d)),
  })
}

/** A dependency in the order of Go's fields, which `-o json` shows; empty ones left out. */
export function dependencyRecord(dependency: Dependency): { [key: string]: unknown } {
  const { name, version, repository, condition, tags, enabled, alias, importValues, ...unknown } = dependency
  return {
    name, ...present({ version }), repository, ...present({ condition, tags, enabled }),
    ...(Array.isArray(importValues) && importValues.length > 0 ? { 'import-values': toPlain(importValues as Value) } : {}),
    ...present({ alias, ...unknown }),
  }
}

/** The chart of a stored release, as far as it is stored. */
export function chartFromRecord(stored: Partial<StoredChart> | undefined, values: Table): Chart {
  const metadata = { ...emptyMetadata(), ...stored?.metadata, dependencies: null, annotations: null }
  const chart = new Chart(metadata)
  chart.values = values
  const file = (f: StoredFile) => ChartFile.fromBytes(f.name, f.data === null ? new Uint8Array() : new Uint8Array(Buffer.from(f.data, 'base64')))
  chart.templates = (stored?.templates ?? []).map(file)
  chart.files = (stored?.files ?? []).map(file)
  if (stored?.schema) chart.schema = ChartFile.fromText('values.schema.json', decodeUtf8(Buffer.from(stored.schema, 'base64')))
  return chart
}

/** Go's nil slice is null in JSON. */
const orNull = <T>(items: T[]): T[] | null => (items.length === 0 ? null : items)

/** A file's time as Go's JSON has it: no zeros at the end of the fraction, year 1 for none. */
function goTime(file: ChartFile | undefined): string {
  return file === undefined || file.modified <= 0 ? '0001-01-01T00:00:00Z' : new Date(file.modified).toISOString().replace(/\.?0*Z$/, 'Z')
}

function present(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, v]) => v !== undefined && v !== null && v !== '' && v !== false && !(Array.isArray(v) && v.length === 0)))
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
