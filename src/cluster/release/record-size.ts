import { PintleError } from '../../errors/index.ts'
import { encodeRecord } from './codec.ts'
import { sourceOf, splitDocuments } from './documents.ts'
import type { OnEvent } from './events.ts'
import type { ChartRecord, FileRecord, ReleaseRecord } from './record.ts'
import { recordKey } from './storage-driver.ts'
import type { StorageDriver } from './storage-driver.ts'

/** Kept free for what is written when the run ends: status, hooks, and the text of a failure. */
const reserve = 4096
/** A record that fills more than this of its object is warned of. */
const warnAbove = 0.8

/** What a part of a record takes of its room, in bytes of the stored text: encoded by itself, so that the parts add up nearly. */
interface Part { readonly group: string; readonly name: string; readonly bytes: number }

/**
 * The record as it is stored, when it fits: asked before anything is changed. Helm finds out from the API server, by then
 * with the chart's CRDs and the namespace created and, with --history-max, old revisions deleted.
 * @param changed what was, to be told in the error
 * @returns undefined for a driver without a limit. Throws release.tooLarge with what takes the room; warns when little is left
 */
export function fittingRecord(record: ReleaseRecord, driver: StorageDriver, onEvent?: OnEvent, changed = 'nothing was changed'): string | undefined {
  if (driver.limit === undefined) return undefined
  const text = encodeRecord(record)
  const { limit } = driver
  if (text.length > limit - reserve) throw tooLarge(record, driver, text.length, changed)
  if (text.length > limit * warnAbove) {
    onEvent?.({ type: 'warning', message: `the record of revision ${record.version} takes ${kib(text.length)} of the ${kib(limit)} a ${driver.name} may hold: ${described(partsOf(record), text.length)}` })
  }
  return text
}

/** The same for a chart of which nothing is rendered yet: its files alone may be too much. Looks closer only at a large one, and first at a glance. */
export function requireFittingChart(chart: ChartRecord, facts: { name: string; namespace: string; version: number }, driver: StorageDriver): void {
  if (driver.limit === undefined) return
  // Base64 in both: what files take in the record's JSON is about what they take of the room when nothing in them can be compressed.
  const most = filesOf(chart).reduce((sum, file) => sum + (file.data?.length ?? 0), 0)
  if (most < driver.limit * warnAbove) return
  const record: ReleaseRecord = { ...facts, chart, manifest: '', hooks: [], info: { status: 'pending-install' } }
  if (encodeRecord(record, 1).length > driver.limit - reserve) fittingRecord(record, driver)
}

function tooLarge(record: ReleaseRecord, driver: StorageDriver, bytes: number, changed: string): PintleError {
  const limit = driver.limit!
  const parts = partsOf(record)
  const key = recordKey(record.name, record.version)
  // The API server's words (ValidateSecret and ValidateConfigMap in pkg/apis/core/validation), which Helm hands on.
  const refusal = driver.name === 'Secret' ? `create: failed to create: Secret "${key}" is invalid: data` : `ConfigMap "${key}" is invalid: []`
  return new PintleError('release.tooLarge', `${refusal}: Too long: may not be more than ${limit} bytes`, {
    hint: `The record of revision ${record.version} takes ${kib(bytes)}, compressed, of the ${kib(limit)} a ${driver.name} may hold (${kib(reserve)} of them are kept for how the run ends); ${changed}. ` +
      `By part: ${described(parts, bytes)}. Leave files that no template reads out with .helmignore, split the chart, or keep records in PostgreSQL with HELM_DRIVER=sql.`,
    details: { bytes, limit, reserve, parts: parts.slice(0, 10) },
  })
}

/** The parts of a record, largest first: its files, and what each template came to, one by one. */
function partsOf({ manifest, config, info, hooks, chart }: ReleaseRecord): Part[] {
  const part = (group: string, name: string, content: Partial<ReleaseRecord>): Part =>
    ({ group, name, bytes: encodeRecord({ name: '', namespace: '', version: 0, manifest: '', hooks: [], info: { status: 'unknown' }, ...content }).length })
  const ofChart = (group: string, name: string, content: Partial<ChartRecord>): Part =>
    part(group, name, { chart: { metadata: null, lock: null, templates: null, values: null, schema: null, files: null, ...content } })
  const bySource = new Map<string, string>()
  for (const document of splitDocuments(manifest)) bySource.set(sourceOf(document) ?? '', `${bySource.get(sourceOf(document) ?? '') ?? ''}${document}`)
  return [
    ...[...bySource].map(([source, text]) => part('the manifest', source === '' ? 'documents of no template' : `what ${source} renders`, { manifest: text })),
    part('the values given', 'the values given', config ? { config } : {}),
    part('the notes', 'the notes', { info }),
    ...hooks.map((hook) => part('hooks', `hook ${hook.path}`, { hooks: [hook] })),
    ofChart('the values of the chart', 'values.yaml', { values: chart?.values ?? null }),
    ofChart('the schema of the chart', 'values.schema.json', { schema: chart?.schema ?? null }),
    ...(chart?.templates ?? []).map((file) => ofChart('templates', file.name, { files: [file] })),
    ...(chart?.files ?? []).map((file) => ofChart('other files of the chart', file.name, { files: [file] })),
  ].sort((a, b) => b.bytes - a.bytes)
}

/** `other files of the chart 700 KiB, the manifest 200 KiB; largest: files/a.bin (650 KiB)`: what matters of each. */
function described(parts: readonly Part[], whole: number): string {
  const groups = new Map<string, number>()
  for (const { group, bytes } of parts) groups.set(group, (groups.get(group) ?? 0) + bytes)
  const matter = [...groups].sort((a, b) => b[1] - a[1]).filter(([, bytes], i) => i === 0 || bytes > whole / 20)
  const largest = parts.filter((p, i) => i === 0 || p.bytes > whole / 20).slice(0, 5)
  return `${matter.map(([group, bytes]) => `${group} ${kib(bytes)}`).join(', ')}; largest: ${largest.map(({ name, bytes }) => `${name} (${kib(bytes)})`).join(', ')}`
}

const filesOf = (chart: ChartRecord): FileRecord[] => [...(chart.templates ?? []), ...(chart.files ?? [])]

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`
