import { lstatSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { pathBase, quote } from '../../language/go/index.ts'
import { readArchive } from './archive.ts'
import { parseMetadata } from './chart-yaml.ts'
import { goFsError } from './go-fs-error.ts'

/**
 * Unpacks a chart archive into a folder named after the chart, below `folder`. Files of the archive stay as they are. Upstream: Expand in
 * pkg/chart/v2/util/expand.go.
 * @returns the chart's folder
 * @throws PintleError chart.archive, chart.load with Helm's text; nothing outside of the chart's folder is ever written
 */
export function expandArchive(folder: string, bytes: Uint8Array): string {
  let files
  let name = ''
  try {
    files = readArchive(bytes)
  } catch (error) {
    throw new PintleError('chart.archive', (error as Error).message, { cause: error })
  }
  for (const file of files) {
    if (file.name !== 'Chart.yaml') continue
    try {
      ;({ name } = parseMetadata(file.text))
    } catch (error) {
      throw new PintleError('chart.load', `cannot load Chart.yaml: ${(error as Error).message}`, { cause: error })
    }
  }
  if (name === '') throw new PintleError('chart.load', 'chart name not specified')
  if (name === '.' || name === '..') throw new PintleError('chart.load', `chart name ${quote(name)} is not allowed`)
  if (name !== pathBase(name)) throw new PintleError('chart.load', `chart name ${quote(name)} must not contain path separators`)
  const root = resolve(folder)
  const chart = insideOf(root, name)
  for (const file of files) {
    const path = insideOf(chart, file.name)
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, file.bytes, { mode: 0o644 })
    } catch (error) {
      throw new PintleError('chart.archive', goFsError(error, 'open', path).message, { cause: error })
    }
  }
  return chart
}

/** The path of a name below a folder, with symbolic links that are there taken as if the folder were the root: filepath-securejoin. */
function insideOf(root: string, name: string): string {
  const rest = name.split('/').reverse()
  const at: string[] = []
  for (let links = 0; rest.length > 0; ) {
    const part = rest.pop()!
    if (part === '' || part === '.') continue
    if (part === '..') {
      at.pop()
      continue
    }
    const path = join(root, ...at, part)
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) {
      at.push(part)
      continue
    }
    if (++links > 255) throw new PintleError('chart.archive', `SecureJoin ${path}: too many levels of symbolic links`)
    const target = readlinkSync(path)
    if (target.startsWith('/')) at.length = 0
    rest.push(...target.split('/').reverse())
  }
  return join(root, ...at)
}
