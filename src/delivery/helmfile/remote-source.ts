import { isAbsolute, posix } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { parseUrl, userinfoString, type Url } from '../../language/go/index.ts'

/** A reference in go-getter's way: `git::https://host/repo.git@path/file.yaml?ref=v1`, or a plain http(s):// or s3:// URL of one file. */
export interface RemoteSource {
  /** The forced getter, '' when there is none, `normal` for a plain URL. */
  readonly getter: string
  readonly scheme: string
  readonly user: string
  readonly host: string
  readonly folder: string
  readonly file: string
  readonly query: string
  /** Whether an @ says where the repository ends. */
  readonly selected: boolean
}

/** What is no reference: a local path. */
export class NotRemote extends Error {}

const plainSchemes = new Set(['s3', 'http', 'https'])

/** Upstream: Parse and ParseNormal in pkg/remote/remote.go. @throws NotRemote, Error */
export function parseRemote(reference: string): RemoteSource {
  let rest = reference
  let getter = ''
  const forced = reference.split('::')
  if (forced.length === 2) [getter, rest] = forced as [string, string]
  else {
    const parts = reference.split('://')
    if (parts.length === 2) {
      if (!plainSchemes.has(parts[0]!.toLowerCase())) throw new Error(`failed to parse URL ${reference}`)
      const url = parseUrl(reference)
      return { getter: 'normal', ...common(url), folder: withoutSlash(posix.dirname(url.path || '.')), file: baseName(url.path), selected: false }
    }
  }
  if (isAbsolute(rest)) throw new NotRemote(`parse url: local absolute path is not a remote URL: ${rest}`)
  let url: Url
  try {
    url = parseUrl(rest)
  } catch (error) {
    throw new NotRemote(`parse url: ${(error as Error).message}`)
  }
  if (url.scheme === '') throw new NotRemote(`parse url: missing scheme - probably this is a local file path? ${rest}`)
  const parts = url.path.split('@')
  const selected = parts.length === 2
  const [folder, file] = selected ? (parts as [string, string]) : [withoutSlash(posix.dirname(url.path || '.')), baseName(url.path)]
  return { getter, ...common(url), folder, file, selected }
}

function common(url: Url): { scheme: string; user: string; host: string; query: string } {
  return { scheme: url.scheme, user: url.user === undefined ? '' : userinfoString(url.user), host: url.host, query: url.rawQuery }
}

const withoutSlash = (folder: string): string => folder.slice(1)
const baseName = (path: string): string => posix.basename(path) || '.'

export function isRemote(reference: string): boolean {
  if (isAbsolute(reference)) return false
  try {
    parseRemote(reference)
    return true
  } catch {
    return false
  }
}

/** Whether the part of a reference after the @ is a pattern. */
export function hasGlobPattern(reference: string): boolean {
  try {
    return /[*?[]/.test(parseRemote(reference).file)
  } catch {
    return false
  }
}

/** Why a pattern can lead to nothing here. */
export function checkWildcards(source: RemoteSource, reference: string): void {
  if (!source.file.includes('*')) return
  if (source.getter === 'normal') throw remoteError(`wildcards are not supported for ${source.scheme}:// sources, which fetch a single file: ${reference} (use a directory-capable getter such as git::)`)
  if (!source.selected) throw remoteError(`wildcards require an explicit "@" selector marking the repository root, e.g. git::https://host/org/repo.git@dir/*.yaml?ref=main: ${reference}`)
}

export function remoteError(message: string, cause?: unknown): PintleError {
  return new PintleError('helmfile.remote', message, cause === undefined ? {} : { cause })
}
