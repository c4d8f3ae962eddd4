import { globSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { manifestObjects } from '../../../cluster/release/index.ts'
import type { Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import { PintleError } from '../../../errors/index.ts'

export interface ApplyManifestsOptions {
  /** What relative paths are relative to. */
  readonly cwd: string
  readonly fetch?: (url: string) => Promise<string>
  readonly signal?: AbortSignal
}

/**
 * `kubectl apply -f PATH` as a server-side apply: a file, the YAML and JSON files of a folder, a pattern or a URL.
 * @returns what kubectl prints: `configmap/x created`, one line an object
 * @throws PintleError with the file's or the server's fault; what was applied before it stays
 */
export async function applyManifests(cluster: Cluster, path: string, options: ApplyManifestsOptions): Promise<string> {
  return await applyText(cluster, await manifestText(path, options), options)
}

/** Applies the objects of a text, one after the other as they stand in it. */
export async function applyText(cluster: Cluster, text: string, { signal }: Pick<ApplyManifestsOptions, 'signal'> = {}): Promise<string> {
  const objects = manifestObjects(text)
  if (objects.length === 0) throw new PintleError('helmfile.hook', 'error: no objects passed to apply')
  let said = ''
  for (const object of objects) said += `${shownName(object)} ${await applyOne(cluster, object, signal)}\n`
  return said
}

/** The manager is kubectl's, and takes fields over as its client-side apply does. */
async function applyOne(cluster: Cluster, object: KubeObject, signal?: AbortSignal): Promise<'created' | 'configured' | 'unchanged'> {
  const call = signal === undefined ? {} : { signal }
  const mapping = await cluster.mapping(object.apiVersion, object.kind, call)
  if (mapping === undefined) {
    throw new PintleError('release.build', `resource mapping not found for name: ${JSON.stringify(object.metadata?.name ?? '')}: no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}\nensure CRDs are installed first`)
  }
  const namespace = mapping.namespaced ? object.metadata.namespace ?? cluster.namespace : undefined
  const ref = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name ?? '', ...(namespace !== undefined && { namespace }) }
  const before = await cluster.get(ref, call)
  const after = await cluster.apply({ ...object, metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) } }, { ...call, fieldManager: 'kubectl', force: true })
  if (before === undefined) return 'created'
  return before.metadata.resourceVersion === after.metadata.resourceVersion ? 'unchanged' : 'configured'
}

function shownName({ apiVersion, kind, metadata }: KubeObject): string {
  const slash = apiVersion.lastIndexOf('/')
  return `${kind.toLowerCase()}${slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`}/${metadata.name ?? ''}`
}

const kinds = new Set(['.json', '.yaml', '.yml'])

async function manifestText(path: string, { cwd, fetch }: ApplyManifestsOptions): Promise<string> {
  if (/^https?:\/\//.test(path)) {
    if (fetch === undefined) throw new PintleError('helmfile.hook', `error: unable to read URL ${JSON.stringify(path)}`)
    return await fetch(path)
  }
  const place = resolve(cwd, path)
  const found = statSync(place, { throwIfNoEntry: false })
  if (found === undefined) {
    const matches = globSync(path, { cwd }).sort()
    if (matches.length === 0) throw new PintleError('helmfile.hook', `error: the path ${JSON.stringify(path)} does not exist`)
    return joined(matches.map((one) => resolve(cwd, one)))
  }
  if (!found.isDirectory()) return readFileSync(place, 'utf8')
  const files = readdirSync(place).filter((name) => kinds.has(extname(name))).sort()
  if (files.length === 0) throw new PintleError('helmfile.hook', `error: error reading [${path}]: recognized file extensions are [.json .yaml .yml]`)
  return joined(files.map((name) => join(place, name)))
}

const joined = (files: readonly string[]): string => files.map((file) => readFileSync(file, 'utf8')).join('\n---\n')
