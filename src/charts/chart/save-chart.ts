import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { PintleError } from '../../errors/index.ts'
import { encodeUtf8, jsonSyntaxError, pathBase, quote } from '../../language/go/index.ts'
import { marshalPlain } from '../../language/yaml/index.ts'
import { dependencyRecord, metadataRecord } from './chart-record.ts'
import type { Chart } from './chart.ts'
import { goFsError } from './go-fs-error.ts'
import type { Lock } from './metadata.ts'
import { tarOf, type TarEntry } from './tar-writer.ts'
import { validateMetadata } from './validate-metadata.ts'

export interface SaveOptions {
  /** The time of files whose own is not known, in milliseconds. */
  readonly now: number
  /** SOURCE_DATE_EPOCH in milliseconds: the time of all files. */
  readonly epoch?: number
}

/**
 * Writes a chart as an archive `NAME-VERSION.tgz` into a folder, which is made when it is missing. Upstream: Save in pkg/chart/v2/util/save.go.
 * @returns the archive's path
 * @throws PintleError chart.load with Helm's text; nothing is written then
 */
export function saveChart(chart: Chart, folder: string, options: SaveOptions): string {
  try {
    validateMetadata(chart.metadata)
  } catch (error) {
    throw new PintleError('chart.load', `chart validation: ${(error as Error).message}`, { cause: error })
  }
  const { name, bytes } = chartArchive(chart, options)
  let stat
  try {
    stat = statSync(folder)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw new PintleError('chart.load', `stat ${folder}: ${goFsError(error, 'stat', folder).message}`, { cause: error })
    makeFolder(folder)
  }
  if (stat?.isDirectory() === false) throw new PintleError('chart.load', `is not a directory: ${folder}`)
  const file = join(folder, name)
  try {
    writeFileSync(file, bytes)
  } catch (error) {
    throw new PintleError('chart.load', goFsError(error, 'open', file).message, { cause: error })
  }
  return file
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
  } catch (error) {
    throw new PintleError('chart.load', goFsError(error, 'mkdir', (error as { path?: string }).path ?? folder).message, { cause: error })
  }
}

/** A chart as the archive Helm packages, with its name `NAME-VERSION.tgz`. The same chart and times give the same bytes. */
export function chartArchive(chart: Chart, options: SaveOptions): { name: string; bytes: Uint8Array } {
  const { version } = chart.metadata
  return { name: `${chart.name}-${version}.tgz`, bytes: gzip(tarOf([...entriesOf(chart, '', options)])) }
}

function* entriesOf(chart: Chart, folder: string, options: SaveOptions): Generator<TarEntry> {
  const { name, metadata, lock, schema } = chart
  if (name === '' || name !== pathBase(name) || name === '..' || name === '.') throw new PintleError('chart.load', `${quote(name)} is not a valid chart name`)
  const base = `${folder}${name}`
  const { now, epoch } = options
  const at = (modified: number | undefined): number => epoch ?? modified ?? now
  const entry = (path: string, text: string, modified: number | undefined): TarEntry => ({ name: `${base}/${path}`, bytes: encodeUtf8(text), modified: at(modified) })
  yield entry('Chart.yaml', marshalPlain({ ...metadataRecord(metadata), ...(metadata.apiVersion === 'v1' ? { dependencies: undefined } : {}) }), chart.raw.find((f) => f.name === 'Chart.yaml')?.modified)
  if (metadata.apiVersion === 'v2' && lock !== undefined) {
    // The epoch is the lock's own time as well: StampModTimes of pkg/chart/v2/chart.go.
    const stamped = epoch === undefined ? lock : { ...lock, generated: new Date(epoch).toISOString().replace('.000Z', 'Z') }
    const generated = Date.parse(lock.generated)
    yield entry('Chart.lock', lockText(stamped), Number.isNaN(generated) || lock.generated.startsWith('0001-') ? undefined : generated)
  }
  if (schema !== undefined && jsonSyntaxError(schema.text) !== undefined) throw new PintleError('chart.load', 'invalid JSON in values.schema.json')
  const files = [...chart.raw.filter((f) => f.name === 'values.yaml'), ...(schema === undefined ? [] : [schema]), ...chart.templates, ...chart.files]
  for (const file of files) yield { name: `${base}/${file.name}`, bytes: file.bytes, modified: at(file.modified) }
  for (const dependency of chart.dependencies) yield* entriesOf(dependency, `${base}/charts/`, options)
}

/** Chart.lock as text. Upstream: writeLock in pkg/downloader/manager.go. */
export function lockText({ dependencies, digest, generated }: Lock): string {
  return marshalPlain({ dependencies: dependencies.map((d) => d && dependencyRecord(d)), digest, generated: goTime(generated) })
}

/** A time read and written again by Go: no zeros at the end of a fraction, Z for no offset, the year 1 for none. */
function goTime(text: string): string {
  if (text === '') return '0001-01-01T00:00:00Z'
  return text.replace(/(?:(\.\d*?[1-9])0*|\.0*)?(Z|[+-]\d\d:\d\d)$/, (_, fraction: string | undefined, zone: string) => (fraction ?? '') + (/^[+-]00:00$/.test(zone) ? 'Z' : zone))
}

/** What Helm puts into the header of its archives: a field of its own (headerBytes), and a comment. */
const extra = Buffer.from('rr(\0aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=', 'latin1')

/** gzip with the header that Go's writer makes of Helm's fields. The compressed bytes are zlib's and not Go's. */
function gzip(data: Uint8Array): Uint8Array {
  const head = Buffer.from([0x1f, 0x8b, 8, 0x04 | 0x10, 0, 0, 0, 0, 0, 0xff, extra.length & 0xff, extra.length >> 8])
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(crc32(data), 0)
  tail.writeUInt32LE(data.length % 2 ** 32, 4)
  return Buffer.concat([head, extra, Buffer.from('Helm\0', 'latin1'), deflateRawSync(data), tail])
}
