import { readFileSync } from 'node:fs'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { parseTime } from '../../language/go/index.ts'
import type { Shape, Value } from '../../language/go/index.ts'
import { marshalPlain, unmarshalInto } from '../../language/yaml/index.ts'
import { writeInFolder } from './write-atomic.ts'

/** One repository that was added. Never print it whole: it holds a password. */
export interface RepositoryEntry {
  readonly name: string
  readonly url: string
  readonly username: string
  readonly password: string
  readonly certFile: string
  readonly keyFile: string
  readonly caFile: string
  readonly insecureSkipTlsVerify: boolean
  readonly passCredentials: boolean
}

/** repositories.yaml. */
export interface RepositoriesFile {
  readonly apiVersion: string
  /** RFC 3339. */
  readonly generated: string
  readonly repositories: readonly RepositoryEntry[]
}

const string: Shape = { kind: 'string' }
const bool: Shape = { kind: 'bool' }
const entryShape: Shape = {
  kind: 'struct', type: 'repo.Entry', name: 'Entry',
  fields: [
    ...['name', 'url', 'username', 'password', 'certFile', 'keyFile', 'caFile'].map((name) => ({ name, shape: string })),
    { name: 'insecure_skip_tls_verify', shape: bool }, { name: 'pass_credentials_all', shape: bool },
  ],
}
const fileShape: Shape = {
  kind: 'struct', type: 'repo.File', name: 'File',
  fields: [
    { name: 'apiVersion', shape: string }, { name: 'generated', shape: { kind: 'custom', type: 'time.Time', decode: timestamp } },
    { name: 'repositories', shape: { kind: 'slice', elem: { kind: 'ptr', elem: entryShape } } },
  ],
}

function timestamp(value: Value): Value {
  if (value === null) return '0001-01-01T00:00:00Z'
  if (typeof value !== 'string') throw new Error('Time.UnmarshalJSON: input is not a JSON string')
  parseTime('2006-01-02T15:04:05Z07:00', value)
  return value
}

export const noRepositories: RepositoriesFile = { apiVersion: '', generated: '0001-01-01T00:00:00Z', repositories: [] }

/**
 * Reads repositories.yaml. Upstream: LoadFile in pkg/repo/v1/repo.go.
 * @returns undefined when there is no such file
 * @throws PintleError repo.config, yaml.parse with Helm's text, never with a line of the file: it holds passwords
 */
export function readRepositories(path: string): RepositoriesFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new PintleError('repo.config', `couldn't load repositories file (${path}): open ${path}: ${code === 'EACCES' ? 'permission denied' : code === 'EISDIR' ? 'is a directory' : (error as Error).message}`, { cause: error })
  }
  let value: Map<string, Value> | null
  try {
    value = unmarshalInto(text, fileShape) as Map<string, Value> | null
  } catch (error) {
    if (!isPintleError(error)) throw error
    throw new PintleError('repo.config', error.message, { place: { file: path, ...(typeof error.details?.line === 'number' ? { line: error.details.line } : {}) } })
  }
  const list = (value?.get('repositories') ?? []) as (Map<string, Value> | null)[]
  return {
    apiVersion: (value?.get('apiVersion') as string | undefined) ?? '',
    generated: (value?.get('generated') as string | undefined) ?? noRepositories.generated,
    repositories: Array.from(list).flatMap((entry) => (entry === null ? [] : [entryOf(entry)])),
  }
}

function entryOf(map: Map<string, Value>): RepositoryEntry {
  const text = (key: string): string => (map.get(key) as string | undefined) ?? ''
  return {
    name: text('name'), url: text('url'), username: text('username'), password: text('password'),
    certFile: text('certFile'), keyFile: text('keyFile'), caFile: text('caFile'),
    insecureSkipTlsVerify: map.get('insecure_skip_tls_verify') === true, passCredentials: map.get('pass_credentials_all') === true,
  }
}

/** The file as Helm writes it, readable for its owner alone. Upstream: WriteFile in pkg/repo/v1/repo.go. */
export function writeRepositories(path: string, file: RepositoriesFile): void {
  writeInFolder(path, marshalPlain({
    apiVersion: file.apiVersion,
    generated: file.generated,
    repositories: file.repositories.map((entry) => ({
      name: entry.name, url: entry.url, username: entry.username, password: entry.password, certFile: entry.certFile, keyFile: entry.keyFile, caFile: entry.caFile,
      insecure_skip_tls_verify: entry.insecureSkipTlsVerify, pass_credentials_all: entry.passCredentials,
    })),
  }), 0o600)
}
