import { pathClean, quote } from '../../language/go/index.ts'
import { ChartFile } from './chart-file.ts'
import { GzipLimitError, gunzip } from './gunzip.ts'
import { readTar } from './tar-reader.ts'

/** Helm's bound for all files of a chart together, in a folder or an archive: 100 MiB. */
export const maxChartSize = 100 * 1024 * 1024

/** Room for headers and padding of a chart of many small files; beyond it an archive is a bomb whatever its headers claim. */
const overhead = 64 * 1024 * 1024

/**
 * The files of a chart archive in order, with Helm's checks of their names (pkg/chart/loader/archive): nothing may be
 * absolute, leave the chart's folder or name a drive. Links and devices come out as empty files, as in Helm.
 * @throws Error with Helm's text
 */
export function readArchive(bytes: Uint8Array, limit = maxChartSize): ChartFile[] {
  const tooLarge = (): Error => new Error(`decompressed chart is larger than the maximum size ${limit}`)
  let tar
  try {
    tar = gunzip(bytes, limit + overhead)
  } catch (error) {
    throw error instanceof GzipLimitError ? tooLarge() : error
  }
  const files: ChartFile[] = []
  let remaining = limit
  for (const entry of readTar(tar.data, tar.endError)) {
    if (entry.isFolder || entry.type === 'g') continue
    const name = nameInChart(entry.name)
    if (entry.size > remaining) throw tooLarge()
    const data = entry.data
    remaining -= data.length
    if (data.length < entry.size || remaining <= 0) throw tooLarge()
    files.push(ChartFile.fromBytes(name, data, entry.modified))
  }
  if (files.length === 0) throw new Error('no files in chart archive')
  return files
}

/** The name of an entry relative to the chart's own folder. */
function nameInChart(entryName: string): string {
  // An archive made on Windows may use backslashes.
  const delimiter = entryName.includes('\\') ? '\\' : '/'
  const first = entryName.indexOf(delimiter)
  let name = first < 0 ? '' : entryName.slice(first + 1)
  if (delimiter === '\\') name = name.replaceAll('\\', '/')
  if (name.startsWith('/')) throw new Error('chart illegally contains absolute paths')
  name = pathClean(name)
  if (name === '.') throw new Error(`chart illegally contains content outside the base directory: ${quote(entryName)}`)
  if (name.startsWith('..')) throw new Error('chart illegally references parent directory')
  if (/^[a-zA-Z]:\//.test(name)) throw new Error('chart contains illegally named files')
  if ((first < 0 ? entryName : entryName.slice(0, first)) === 'Chart.yaml') throw new Error('chart yaml not in base directory')
  return name
}
