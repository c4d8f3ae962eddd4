import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { byteLength, encodeUtf8, pathBase, pathDir, quote } from '../../language/go/index.ts'
import { marshalPlain } from '../../language/yaml/index.ts'
import { ChartFile } from './chart-file.ts'
import { metadataRecord } from './chart-record.ts'
import type { Chart } from './chart.ts'
import { goFsError } from './go-fs-error.ts'
import { loadChart } from './load-chart.ts'
import type { Log } from './log.ts'
import { emptyMetadata } from './metadata.ts'
import { saveChart } from './save-chart.ts'
import { scaffold, scaffoldV3 } from './scaffold/files.ts'

export interface CreateOptions {
  readonly signal?: AbortSignal
  readonly log?: Log
  readonly apiVersion?: 'v2' | 'v3'
  /** Folder or archive of the chart to begin with, instead of Helm's own. */
  readonly starter?: string
  /** Told the path of each file that was there already. */
  readonly overwriting?: (path: string) => void
}

/**
 * Makes a new chart at a path: Helm's files, or those of a starter. Files that are there are overwritten, others left alone.
 * Upstream: Create and CreateFrom in pkg/chart/v2/util/create.go.
 * @throws PintleError chart.create with Helm's text
 */
export async function createChart(path: string, options: CreateOptions = {}): Promise<void> {
  const name = pathBase(path)
  const folder = pathDir(path)
  try {
    if (options.starter === undefined) createFromScaffold(name, folder, options)
    else await createFromStarter(name, folder, options.starter, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw isPintleError(error) ? error : new PintleError('chart.create', (error as Error).message, { cause: error })
  }
}

function createFromScaffold(name: string, folder: string, { apiVersion = 'v2', overwriting }: CreateOptions): void {
  if (name === '' || byteLength(name) > 250) throw new Error('chart name must be between 1 and 250 characters')
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) throw new Error(`chart name must match the regular expression ${quote('^[a-zA-Z0-9._-]+$')}`)
  const parent = resolve(folder)
  let isFolder
  try {
    isFolder = statSync(parent).isDirectory()
  } catch (error) {
    throw goFsError(error, 'stat', parent)
  }
  if (!isFolder) throw new Error(`no such directory ${parent}`)
  const chart = join(parent, name)
  refuseFile(chart)
  for (const [path, text] of scaffold) {
    const file = join(chart, path)
    if (exists(file)) overwriting?.(file)
    let content = text
    if (apiVersion === 'v3') for (const [from, to] of scaffoldV3[path] ?? []) content = content.replace(from, () => to)
    writeBelow(file, encodeUtf8(content.replaceAll('<CHARTNAME>', name)))
  }
  mkdirSync(join(chart, 'charts'), { recursive: true })
}

async function createFromStarter(name: string, folder: string, starter: string, { apiVersion = 'v2', signal, log }: CreateOptions): Promise<void> {
  let chart
  try {
    chart = await loadChart(starter, { ...(signal && { signal }), ...(log && { log }), fetchSchemas: false, format: apiVersion })
  } catch (error) {
    signal?.throwIfAborted()
    throw new Error(`could not load ${starter}: ${(error as Error).message}`, { cause: error })
  }
  chart.metadata = { ...emptyMetadata(), apiVersion, name, description: 'A Helm chart for Kubernetes', type: 'application', version: '0.1.0', appVersion: '0.1.0' }
  const named = (file: ChartFile): ChartFile => ChartFile.fromText(file.name, file.text.replaceAll('<CHARTNAME>', name), file.modified)
  chart.templates = chart.templates.map(named)
  chart.raw = chart.raw.map((file) => (file.name === 'values.yaml' ? named(file) : file))
  saveFolder(chart, folder)
}

/** Writes a chart as a folder, its subcharts as archives. Upstream: SaveDir in pkg/chart/v2/util/save.go. */
function saveFolder(chart: Chart, parent: string): void {
  const folder = join(parent, chart.name)
  refuseFile(folder)
  writeBelow(join(folder, 'Chart.yaml'), encodeUtf8(marshalPlain(metadataRecord(chart.metadata))))
  const values = chart.valuesFile
  for (const file of [...(values === undefined ? [] : [values]), ...(chart.schema === undefined ? [] : [chart.schema]), ...chart.templates, ...chart.files]) {
    writeBelow(join(folder, file.name), file.bytes)
  }
  for (const dependency of chart.dependencies) {
    try {
      saveChart(dependency, join(folder, 'charts'), { now: Date.now() })
    } catch (error) {
      throw new Error(`saving ${dependency.chartFullPath}: ${(error as Error).message}`, { cause: error })
    }
  }
}

function refuseFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) throw new Error(`file ${path} already exists and is not a directory`)
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

function writeBelow(path: string, bytes: Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  } catch (error) {
    throw goFsError(error, 'mkdir', (error as { path?: string }).path ?? dirname(path))
  }
  try {
    writeFileSync(path, bytes, { mode: 0o644 })
  } catch (error) {
    throw goFsError(error, 'open', path)
  }
}
