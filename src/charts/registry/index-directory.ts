import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { parseUrl, pathClean, urlString } from '../../language/go/index.ts'
import { loadChart, validateMetadata, type Log, type Metadata } from '../chart/index.ts'
import { loadIndexFile } from './cached-index.ts'
import { sha256 } from './content-cache.ts'
import { IndexFile, type ChartVersion } from './index-file.ts'
import { writeIndex } from './write-index.ts'

export interface IndexOptions {
  /** URL before the archives' names; '' for relative ones. */
  readonly url: string
  /** An index to take over what the folder does not have; '' for none. One that is missing is made, empty. */
  readonly merge: string
  readonly format: 'yaml' | 'json'
  readonly signal?: AbortSignal | undefined
  readonly log?: Log
}

/** Writes the index.yaml of a folder of archives, also those one folder below. Upstream: pkg/cmd/repo_index.go. @throws PintleError repo.index */
export async function indexDirectory(folder: string, options: IndexOptions): Promise<void> {
  const index = await scanned(folder, options)
  if (options.merge !== '') {
    if (!existsSync(options.merge)) writeIndex(fresh(), options.merge, options.format)
    else merge(index, mergedFrom(options.merge, options.log), options.log)
  }
  index.sortEntries()
  writeIndex(index, join(folder, 'index.yaml'), options.format)
}

function fresh(): IndexFile {
  const index = new IndexFile()
  index.generated = new Date().toISOString()
  return index
}

function mergedFrom(path: string, log: Log | undefined): IndexFile {
  try {
    return loadIndexFile(path, log)
  } catch (error) {
    throw new PintleError('repo.index', `merge failed: ${(error as Error).message}`, { cause: error })
  }
}

/** Upstream: IndexDirectory in pkg/repo/v1/index.go. */
async function scanned(folder: string, options: IndexOptions): Promise<IndexFile> {
  const index = fresh()
  for (const { parent, name } of archives(folder)) {
    options.signal?.throwIfAborted()
    const path = join(folder, parent, name)
    let metadata: Metadata
    try {
      ({ metadata } = await loadChart(path, { fetchSchemas: false, ...(options.signal === undefined ? {} : { signal: options.signal }), ...(options.log === undefined ? {} : { log: options.log }) }))
    } catch {
      options.signal?.throwIfAborted()
      // Not a chart.
      continue
    }
    if (metadata.apiVersion === '') metadata.apiVersion = 'v1'
    try {
      validateMetadata(metadata)
    } catch (error) {
      throw new PintleError('repo.index', `failed adding to ${name} to index: validate failed for ${name}: ${(error as Error).message}`, { cause: error })
    }
    const base = joined(options.url, parent)
    add(index, { metadata, urls: [base === '' ? name : joined(base, name)], created: new Date().toISOString(), removed: false, digest: sha256(readFileSync(path)), old: {} })
  }
  return index
}

function add(index: IndexFile, version: ChartVersion): void {
  const { name } = version.metadata
  const versions = index.entries.get(name)
  if (versions === undefined) index.entries.set(name, [version])
  else versions.push(version)
}

/** *.tgz, then those of the folders below, each by name. filepath.Glob knows no `**`: it is one folder. */
function archives(folder: string): { parent: string; name: string }[] {
  const list = (parent: string): { parent: string; name: string }[] => {
    let names: string[]
    try {
      names = readdirSync(join(folder, parent))
    } catch {
      return []
    }
    return names.filter((name) => name.endsWith('.tgz')).sort().map((name) => ({ parent, name }))
  }
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name).sort()
  return [...list(''), ...folders.flatMap(list)]
}

/** Upstream: URLJoin in internal/urlutil, and path.Join where the base is no URL. */
function joined(base: string, part: string): string {
  const path = (a: string): string => {
    const parts = [a, part].filter((p) => p !== '')
    return parts.length === 0 ? '' : pathClean(parts.join('/'))
  }
  try {
    const url = parseUrl(base)
    return urlString({ ...url, path: path(url.path), rawPath: '' })
  } catch {
    return path(base)
  }
}

/** Takes over what the index does not have; what it has stays. Upstream: Merge in pkg/repo/v1/index.go. */
function merge(index: IndexFile, other: IndexFile, log: Log | undefined): void {
  for (const versions of other.entries.values()) {
    for (const version of versions) {
      const { name, version: number } = version.metadata
      if (index.entries.get(name)?.some((v) => v.metadata.version === number)) continue
      if (!index.has(name, number, log)) add(index, version)
    }
  }
}
