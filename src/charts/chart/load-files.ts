import { PintleError } from '../../errors/index.ts'
import { pathExt } from '../../language/go/index.ts'
import { Chart } from './chart.ts'
import type { ChartFile } from './chart-file.ts'
import { readLock, readMetadata } from './chart-yaml.ts'
import { readArchive } from './archive.ts'
import type { Log } from './log.ts'
import { emptyMetadata } from './metadata.ts'
import type { Metadata } from './metadata.ts'
import { validateMetadata } from './validate-metadata.ts'
import { readValuesText } from './values-yaml.ts'

export type ChartFormat = 'v2' | 'v3'

/**
 * Makes a chart of its files (LoadFiles of pkg/chart/v2/loader and, for apiVersion v3, of internal/chart/v3/loader).
 * @throws PintleError chart.load, chart.archive, yaml.parse with Helm's text
 */
export function loadFiles(files: readonly ChartFile[], format: ChartFormat, log?: Log): Chart {
  let metadata: Metadata | undefined
  for (const file of files) {
    if (file.name !== 'Chart.yaml') continue
    metadata ??= emptyMetadata()
    readMetadata(file, metadata)
    if (metadata.apiVersion === '') metadata.apiVersion = format === 'v3' ? 'v3' : 'v1'
  }
  const chart = new Chart(metadata ?? emptyMetadata())
  chart.format = format
  chart.raw = [...files]
  const subcharts = new Map<string, ChartFile[]>()
  for (const file of files) {
    const { name } = file
    if (name === 'Chart.yaml') continue
    if (name === 'Chart.lock') {
      chart.lock = readLock(file)
    } else if (name === 'values.yaml') {
      chart.values = readValuesText(file.text, name, `cannot load ${name}: `)
    } else if (name === 'values.schema.json') {
      chart.schema = file
    } else if (format === 'v2' && (name === 'requirements.yaml' || name === 'requirements.lock')) {
      // Charts of apiVersion v1 keep their dependencies here.
      metadata ??= chart.metadata
      const isV1 = metadata.apiVersion === 'v1'
      if (name === 'requirements.yaml') {
        if (!isV1) log?.({ level: 'info', message: inChartYaml })
        readMetadata(file, metadata)
      } else {
        chart.lock = readLock(file)
        if (!isV1) log?.({ level: 'info', message: inChartLock })
      }
      if (metadata.apiVersion === 'v1') chart.files.push(file)
    } else if (name.startsWith('templates/')) {
      chart.templates.push(file)
    } else if (!name.startsWith('charts/') || pathExt(name) === '.prov') {
      chart.files.push(file)
    } else {
      const rest = name.slice('charts/'.length)
      const slash = rest.indexOf('/')
      const child = slash < 0 ? rest : rest.slice(0, slash)
      const list = subcharts.get(child)
      if (list === undefined) subcharts.set(child, [file.renamed(rest)])
      else list.push(file.renamed(rest))
    }
  }
  if (metadata === undefined) throw new PintleError('chart.load', 'Chart.yaml file is missing')
  try {
    validateMetadata(metadata)
  } catch (error) {
    throw new PintleError('chart.load', (error as Error).message, { place: { file: 'Chart.yaml' }, cause: error })
  }
  // Helm takes the subcharts in the random order of a Go map; theirs is the order of their names.
  for (const [name, list] of subcharts) {
    if (name.startsWith('_') || name.startsWith('.')) continue
    const child = loadSubchart(name, list, chart, log)
    chart.addDependency(child)
  }
  return chart
}

const inChartYaml = 'Warning: Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating dependencies to Chart.yaml.'
const inChartLock = 'Warning: Dependency locking is handled in Chart.lock since apiVersion "v2". We recommend migrating to Chart.lock.'

function loadSubchart(name: string, files: readonly ChartFile[], parent: Chart, log: Log | undefined): Chart {
  const isArchive = pathExt(name) === '.tgz'
  if (isArchive && files[0]!.name !== name) {
    throw new PintleError('chart.load', `error unpacking subchart tar in ${parent.name}: expected ${name}, got ${files[0]!.name}`)
  }
  try {
    if (isArchive) return loadFiles(readArchive(files[0]!.bytes), parent.format, log)
    const own: ChartFile[] = []
    for (const file of files) {
      const slash = file.name.indexOf('/')
      if (slash >= 0) own.push(file.renamed(file.name.slice(slash + 1)))
    }
    return loadFiles(own, parent.format, log)
  } catch (error) {
    throw withContext(error, `error unpacking subchart ${name} in ${parent.name}: `, `charts/${name}`, isArchive)
  }
}

/** The error with the subchart before it, in its text and in the name of the file. */
function withContext(error: unknown, prefix: string, folder: string, isArchive: boolean): PintleError {
  if (error instanceof PintleError) {
    return new PintleError(error.code, prefix + error.message, {
      cause: error,
      ...(error.place === undefined ? {} : { place: { ...error.place, file: `${folder}/${error.place.file}` } }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
  return new PintleError(isArchive ? 'chart.archive' : 'chart.load', prefix + (error as Error).message, { cause: error, place: { file: folder } })
}
