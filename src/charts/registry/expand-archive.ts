import { chmodSync, existsSync, lstatSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { unmarshal } from '../../language/yaml/index.ts'
import { readArchive } from '../chart/index.ts'
import { cannotWrite } from './write-atomic.ts'

/**
 * Unpacks a chart below a folder, into one named as the chart. Upstream: pkg/chart/v2/util/expand.go. What would land outside is refused, also through
 * symbolic links that lie there already.
 * @returns the chart's folder
 * @throws PintleError chart.archive, chart.load, file.write
 */
export function expandArchive(archive: Uint8Array, folder: string): string {
  let files
  try {
    files = readArchive(archive)
  } catch (error) {
    throw new PintleError('chart.archive', (error as Error).message, { cause: error })
  }
  const chartYaml = files.find((file) => file.name === 'Chart.yaml')
  const name = chartYaml === undefined ? '' : nameIn(chartYaml.text)
  if (name === '') throw new PintleError('chart.load', 'chart name not specified')
  if (name === '.' || name === '..') throw new PintleError('chart.load', `chart name ${JSON.stringify(name)} is not allowed`)
  if (name !== basename(name)) throw new PintleError('chart.load', `chart name ${JSON.stringify(name)} must not contain path separators`)
  const root = join(folder, name)
  for (const file of files) {
    const path = join(root, file.name)
    if (!resolve(path).startsWith(resolve(root) + sep)) throw outside(file.name)
    try {
      mkdirSync(dirname(path), { recursive: true })
      if (!(realpathSync(dirname(path)) + sep).startsWith(realpathSync(folder) + sep)) throw outside(file.name)
      if (existsSync(path) && lstatSync(path).isSymbolicLink()) throw outside(file.name)
      writeFileSync(path, file.bytes, { mode: 0o644 })
      chmodSync(path, 0o644)
    } catch (error) {
      throw cannotWrite(error, path)
    }
  }
  return root
}

function nameIn(text: string): string {
  let value
  try {
    value = unmarshal(text)
  } catch (error) {
    throw new PintleError('chart.load', `cannot load Chart.yaml: ${(error as Error).message}`, { cause: error })
  }
  const name = value instanceof Map ? value.get('name') : undefined
  return typeof name === 'string' ? name : ''
}

const outside = (name: string): PintleError => new PintleError('chart.archive', `${JSON.stringify(name)} of the archive would be written outside the chart's folder`)
