import { isAbsolute } from 'node:path'
import { compareStrings } from '../../language/go/index.ts'
import type { LoadRun } from './load-run.ts'
import { hasGlobPattern, isRemote } from './remote-source.ts'
import { stateError } from './state-error.ts'
import { joinPath, type WorkingFolder } from './working-folder.ts'

/** Where the paths of one state file lead: Storage of pkg/state/storage.go. */
export interface FileScope {
  readonly folder: WorkingFolder
  readonly basePath: string
  /** The state file, for messages. */
  readonly file: string
}

export interface ResolveOptions {
  /** Error, Warn, Info or Debug; undefined: Error. */
  readonly missingFileHandler: string | undefined
  readonly ignoreMissingGitBranch?: boolean
}

/**
 * The files that a path, a pattern or a URL leads to.
 * @param kind `environment values`, `values`, `secrets`
 * @returns undefined when there is none and that is to be passed over
 */
export async function resolveFiles(run: LoadRun, scope: FileScope, kind: string, path: string, options: ResolveOptions): Promise<string[] | undefined> {
  const files = isRemote(path) ? await remoteFiles(run, scope.folder, path, options.ignoreMissingGitBranch === true) : expandPaths(scope, path)
  if (files.length > 0) return files
  const handler = options.missingFileHandler ?? 'Error'
  const skipped = `skipping missing ${kind} file matching "${path}"`
  switch (handler) {
    case 'Error': throw stateError(`${kind} file matching "${path}" does not exist in "${scope.basePath}"`)
    case 'Warn': run.log('warn', skipped); return undefined
    case 'Info': run.log('info', skipped); return undefined
    case 'Debug': run.log('debug', skipped); return undefined
    default: throw stateError(`invalid missing file handler "${handler}" while processing "${path}" in "${scope.file}": it must be one of [Error Warn Info Debug]`)
  }
}

/** ExpandPaths: what a pattern matches, by name. */
export function expandPaths(scope: FileScope, pattern: string): string[] {
  try {
    return scope.folder.glob(normalizePath(scope.basePath, pattern)).sort(compareStrings)
  } catch (error) {
    throw stateError(`failed processing ${pattern}: ${(error as Error).message}`, { cause: error })
  }
}

/** A path below the state's folder, unless it is absolute, a URL, or there already. */
export function normalizePath(basePath: string, path: string): string {
  if (isAbsolute(path) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) return path
  if (basePath !== '' && basePath !== '.' && path.startsWith(`${basePath}/`)) return path
  return joinPath(basePath, path)
}

async function remoteFiles(run: LoadRun, folder: WorkingFolder, path: string, ignoreMissingBranch: boolean): Promise<string[]> {
  let fetched: string
  try {
    fetched = await run.remote.fetch(folder, path, 'values')
  } catch (error) {
    if (!ignoreMissingBranch || !(error as Error).message.includes("' did not match any file(s) known to git")) throw error
    run.log('debug', `Ignored missing git branch error: ${(error as Error).message}`)
    return []
  }
  if (folder.isFile(fetched)) return [fetched]
  if (!hasGlobPattern(path)) return []
  try {
    return folder.glob(fetched).sort(compareStrings).filter((file) => folder.isFile(file))
  } catch {
    return []
  }
}
