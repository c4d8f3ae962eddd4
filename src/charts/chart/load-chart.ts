import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { PintleError } from '../../errors/index.ts'
import { readArchive } from './archive.ts'
import type { Chart } from './chart.ts'
import { ChartFile } from './chart-file.ts'
import { apiVersionOf } from './chart-yaml.ts'
import { detectContentType } from './content-type.ts'
import { fetchSchemas } from './fetch-schemas.ts'
import { goFsError } from './go-fs-error.ts'
import { GzipHeaderError } from './gunzip.ts'
import { loadFiles } from './load-files.ts'
import type { ChartFormat } from './load-files.ts'
import type { Log } from './log.ts'
import { readFolder } from './read-folder.ts'

export interface LoadOptions {
  readonly signal?: AbortSignal
  readonly log?: Log
  /** false leaves documents of the network that schemas refer to alone, for when schemas are not applied. Default true. */
  readonly fetchSchemas?: boolean
  /**
   * CRDs and other files of a folder that are no templates are read when they are first used. Saves time and memory where most
   * never are; the folder must not change meanwhile. 'all': templates too, for when nothing is rendered.
   */
  readonly lazyFiles?: boolean | 'all'
  /**
   * Loads whatever apiVersion the chart names as Helm's loader of that format does, which `lint` and `show` use: no look at the apiVersion first, other
   * words for broken archives. Upstream: pkg/chart/v2/loader beside pkg/chart/loader.
   */
  readonly format?: ChartFormat
  /** Only a folder will do: LoadDir of the same. */
  readonly folder?: boolean
}

/**
 * Loads a chart from a folder or an archive, as Helm does (pkg/chart/loader): .helmignore, symbolic links of folders,
 * subcharts of charts/ as folders and archives, limits on size.
 *
 * Files are read synchronously, which is several times faster than a promise for each, in batches between which other
 * work runs and `signal` counts.
 * Schemas that refer to documents on the network get them now, so that validating can be synchronous.
 * @throws PintleError chart.load, chart.archive, yaml.parse with Helm's text; the signal's reason when aborted
 */
export async function loadChart(path: string, options: LoadOptions = {}): Promise<Chart> {
  const { signal } = options
  signal?.throwIfAborted()
  const steps = load(path, options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) {
      await fetchSchemas(step.value, options)
      return step.value
    }
    await setImmediate()
    signal?.throwIfAborted()
  }
}

/** loadChart in one go, without giving way to other work and without the network. */
export function loadChartSync(path: string, options: Omit<LoadOptions, 'signal' | 'fetchSchemas'> = {}): Chart {
  const steps = load(path, options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/**
 * Loads a chart from the bytes of an archive.
 * @throws PintleError chart.load, chart.archive, yaml.parse with the text of Helm's LoadArchive
 */
export function loadArchive(bytes: Uint8Array, options: { readonly log?: Log } = {}): Chart {
  let files
  try {
    files = readArchive(bytes)
  } catch (error) {
    const { message } = error as Error
    throw new PintleError('chart.archive', error instanceof GzipHeaderError
      ? `stream does not appear to be a valid chart file (details: ${message})`
      : `unable to load chart archive: ${message}`, { cause: error })
  }
  return loadArchiveFiles(files, options.log)
}

function* load(path: string, options: LoadOptions): Generator<undefined, Chart, undefined> {
  let isFolder
  try {
    isFolder = options.folder === true || statSync(path).isDirectory()
  } catch (error) {
    throw failure(goFsError(error, 'stat', path))
  }
  const chart = isFolder ? yield* loadFolder(path, options) : loadArchiveFile(path, options)
  chart.path = path
  return chart
}

function* loadFolder(path: string, options: LoadOptions): Generator<undefined, Chart, undefined> {
  const folder = resolve(path)
  const format = options.format ?? formatOfFolder(folder)
  let files
  try {
    files = yield* readFolder(folder, options)
  } catch (error) {
    throw failure(error)
  }
  return loadFiles(files, format, options.log)
}

function formatOfFolder(folder: string): ChartFormat {
  const name = `${folder}/Chart.yaml`
  let bytes
  try {
    bytes = readFileSync(name)
  } catch (error) {
    throw failure(new Error(`unable to detect chart at ${name}: ${goFsError(error, 'open', name).message}`, { cause: error }))
  }
  return formatOf(ChartFile.fromBytes('Chart.yaml', bytes))
}

function loadArchiveFile(path: string, { log, format }: LoadOptions): Chart {
  let bytes
  try {
    ensureArchive(path)
    bytes = readFileSync(path)
  } catch (error) {
    throw error instanceof PintleError ? error : failure(goFsError(error, 'open', path))
  }
  let files
  try {
    files = readArchive(bytes)
  } catch (error) {
    const { message } = error as Error
    // Helm keeps the reason to itself here; the hint gives it.
    throw new PintleError('chart.archive', error instanceof GzipHeaderError
      ? `file '${path}' does not appear to be a valid chart file (details: ${message})`
      : format === undefined ? 'unable to load chart archive' : message, { cause: error, hint: `The archive was refused: ${message}.`, place: { file: path } })
  }
  return format === undefined ? loadArchiveFiles(files, log) : loadFiles(files, format, log)
}

function loadArchiveFiles(files: readonly ChartFile[], log: Log | undefined): Chart {
  const chartYaml = files.find((file) => file.name === 'Chart.yaml')
  if (chartYaml === undefined) throw new PintleError('chart.load', 'unable to detect chart version, no Chart.yaml found')
  return loadFiles(files, formatOf(chartYaml), log)
}

/** Refuses what is not gzip, with a guess what it is instead (EnsureArchive). */
function ensureArchive(path: string): void {
  const head = new Uint8Array(512)
  const fd = openSync(path, 'r')
  try {
    readSync(fd, head, 0, head.length, 0)
  } finally {
    closeSync(fd)
  }
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return
  const type = detectContentType(head)
  if (type === 'application/x-gzip') return
  throw new PintleError('chart.archive', /\.ya?ml$/.test(path)
    ? `file '${path}' seems to be a YAML file, but expected a gzipped archive`
    : `file '${path}' does not appear to be a gzipped archive; got '${type}'`)
}

/** The format the apiVersion of a Chart.yaml asks for. */
function formatOf(file: ChartFile): ChartFormat {
  switch (apiVersionOf(file)) {
    case '':
    case 'v1':
    case 'v2': return 'v2'
    case 'v3': return 'v3'
  }
  throw new PintleError('chart.load', 'unsupported chart version', { place: { file: 'Chart.yaml' } })
}

function failure(error: unknown): PintleError {
  return error instanceof PintleError ? error : new PintleError('chart.load', (error as Error).message, { cause: error })
}
