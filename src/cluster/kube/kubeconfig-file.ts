import { readFileSync } from 'node:fs'
import { dirname, join, delimiter, isAbsolute } from 'node:path'
import { homedir } from 'node:os'
import { PintleError } from '../../errors/index.ts'
import { goQuote } from './go-text.ts'
import type { ClusterEntry, ContextEntry, KubeconfigFile, UserEntry } from './kubeconfig-types.ts'

export interface KubeconfigSource {
  /** --kubeconfig: read alone; it must exist. */
  path?: string | undefined
  env?: NodeJS.ProcessEnv | undefined
  /** Reads YAML; JSON needs no parser. */
  parseYaml: (text: string) => unknown
}

/**
 * Reads and merges kubeconfig files: the given one, else those `$KUBECONFIG` lists, else `~/.kube/config`. A name the first
 * file sets is not changed by later ones; missing files of the list are skipped (clientcmd loader.go).
 * @throws PintleError `kube.config`
 */
export function loadKubeconfig(source: KubeconfigSource): KubeconfigFile {
  const merged: KubeconfigFile = { clusters: new Map(), contexts: new Map(), users: new Map() }
  const env = source.env ?? process.env
  const explicit = source.path
  const paths = explicit ? [explicit] : kubeconfigPaths(env)
  const failures: string[] = []
  for (const path of paths) {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'ENOENT' && !explicit) continue
      if (code === 'ENOENT') throw new PintleError('kube.config', `stat ${path}: no such file or directory`)
      failures.push(`error loading config file "${path}": ${code === 'EISDIR' ? `read ${path}: is a directory` : `open ${path}: ${code === 'EACCES' ? 'permission denied' : code}`}`)
      continue
    }
    try {
      mergeInto(merged, readKubeconfig(text, dirname(path), source.parseYaml))
    } catch (error) {
      failures.push(`error loading config file "${path}": ${(error as Error).message}`)
    }
  }
  if (failures.length > 0) throw new PintleError('kube.config', failures.length === 1 ? failures[0]! : `[${failures.join(', ')}]`)
  return merged
}

/** The files that make up the kubeconfig when none is named. */
export function kubeconfigPaths(env: NodeJS.ProcessEnv): string[] {
  if (env.KUBECONFIG) return [...new Set(env.KUBECONFIG.split(delimiter).filter(p => p !== ''))]
  return [join(env.HOME || homedir(), '.kube', 'config')]
}

/** Parses one file; relative paths in it are taken from `folder`. */
export function readKubeconfig(text: string, folder: string, parseYaml: (text: string) => unknown): KubeconfigFile {
  const trimmed = text.trimStart()
  const raw: any = trimmed === '' ? {} : (trimmed.startsWith('{') ? tryJson(trimmed) : undefined) ?? parseYaml(text)
  if (raw === null || raw === undefined) return { clusters: new Map(), contexts: new Map(), users: new Map() }
  if (typeof raw !== 'object' || Array.isArray(raw)) {
    const type = Array.isArray(raw) ? 'array' : typeof raw
    throw new Error(`couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`)
  }
  if ((raw.kind ?? 'Config') !== 'Config' || (raw.apiVersion ?? 'v1') !== 'v1') {
    throw new Error(`no kind ${goQuote(String(raw.kind ?? 'Config'))} is registered for version ${goQuote(String(raw.apiVersion ?? 'v1'))} in scheme "pkg/runtime/scheme.go:111"`)
  }
  const file: KubeconfigFile = {
    clusters: named<ClusterEntry>(raw.clusters, 'cluster', 'Cluster'),
    contexts: named<ContextEntry>(raw.contexts, 'context', 'Context'),
    users: named<UserEntry>(raw.users, 'user', 'AuthInfo'),
  }
  const current = raw['current-context']
  if (typeof current === 'string' && current !== '') file['current-context'] = current
  const resolve = (path: string): string => (isAbsolute(path) ? path : join(folder, path))
  for (const cluster of file.clusters.values()) {
    if (cluster['certificate-authority']) cluster['certificate-authority'] = resolve(cluster['certificate-authority'])
  }
  for (const user of file.users.values()) {
    for (const key of ['client-certificate', 'client-key', 'tokenFile'] as const) if (user[key]) user[key] = resolve(user[key])
    // A bare command name is looked up on the PATH; one with a folder in it is taken from the file's folder.
    if (user.exec?.command?.includes('/')) user.exec.command = resolve(user.exec.command)
  }
  return file
}

/** JSON is read without the YAML parser. What is not JSON is left to it: V8's error would quote the text, secrets and all. */
function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function named<T extends object>(list: unknown, field: string, goType: string): Map<string, T> {
  const out = new Map<string, T>()
  if (list === undefined || list === null) return out
  if (!Array.isArray(list)) throw new Error(`json: cannot unmarshal ${typeof list} into Go struct field Config.${field}s of type []v1.Named${goType}`)
  for (const item of list) {
    if (item === null || typeof item !== 'object') continue
    const name = String(item.name ?? '')
    if (out.has(name)) throw new Error(`error converting *[]Named${goType} into *map[string]*api.${goType}: duplicate name ${goQuote(name)} in list`)
    const entry = item[field] ?? {}
    if (typeof entry !== 'object' || Array.isArray(entry)) {
      throw new Error(`json: cannot unmarshal ${Array.isArray(entry) ? 'array' : typeof entry} into Go struct field Named${goType}.${field}s.${field} of type v1.${goType}`)
    }
    for (const [key, value] of Object.entries(entry)) if (key.endsWith('-data') && typeof value === 'string') checkBase64(value)
    out.set(name, { ...entry } as T)
  }
  return out
}

/** encoding/json's reading of a []byte; new lines are let pass. */
function checkBase64(text: string): void {
  const odd = /[^A-Za-z0-9+/\r\n]/.exec(text.replace(/={1,2}[\r\n]*$/, ''))
  const letters = text.replace(/[\r\n]/g, '').length
  if (odd !== null) throw new Error(`illegal base64 data at input byte ${odd.index}`)
  if (letters % 4 !== 0) throw new Error(`illegal base64 data at input byte ${letters - (letters % 4)}`)
}

function mergeInto(target: KubeconfigFile, file: KubeconfigFile): void {
  for (const part of ['clusters', 'contexts', 'users'] as const) {
    const into = target[part] as Map<string, unknown>
    for (const [name, entry] of file[part]) if (!into.has(name)) into.set(name, entry)
  }
  if (target['current-context'] === undefined && file['current-context'] !== undefined) target['current-context'] = file['current-context']
}
