import { readFileSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import { goFsError, type Log } from '../chart/index.ts'
import { readIndex, type IndexFile } from './index-file.ts'
import { RepositoryIndex } from './repository-index.ts'

/** Opens an index of the cache, to read of it what is asked for. @throws PintleError repo.index, as loadIndexFile */
export function openIndexFile(path: string, log?: Log): RepositoryIndex {
  return read(path, (text) => new RepositoryIndex(text, path, log))
}

/**
 * Reads a whole index. Upstream: LoadIndexFile in pkg/repo/v1/index.go.
 * @throws PintleError repo.index: `open PATH: no such file or directory`, `error loading PATH: ...`
 */
export function loadIndexFile(path: string, log?: Log): IndexFile {
  return read(path, (text) => readIndex(text, path, log))
}

function read<T>(path: string, as: (text: string) => T): T {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new PintleError('repo.index', goFsError(error, 'open', path).message, { cause: error })
  }
  try {
    return as(text)
  } catch (error) {
    throw new PintleError('repo.index', `error loading ${path}: ${(error as Error).message}`, { cause: error })
  }
}
