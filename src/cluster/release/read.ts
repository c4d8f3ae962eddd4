import { PintleError } from '../../errors/index.ts'
import type { Value } from '../../language/go/index.ts'
import type { KubeObject } from '../kube/index.ts'
import { toValues } from './codec.ts'
import { KubeDriver } from './kube-driver.ts'
import { callOf, storageFor } from './options.ts'
import type { ActionOptions } from './options.ts'
import { isClientSide } from './record.ts'
import type { JsonObject, ReleaseRecord } from './record.ts'
import { requireReleaseName } from './release-name.ts'
import { buildResources } from './resources.ts'
import { readLive } from './live.ts'
import { notFound } from './storage.ts'
import type { StoredIdentity, StoredRelease } from './storage-driver.ts'

export interface ReadOptions extends ActionOptions {
  name: string
  /** 0 or left out for the last revision. */
  version?: number
}

/** A stored revision with its labels and the identity of its storage object (the serial of plans). */
export interface ReadRelease {
  record: ReleaseRecord
  /** The user's labels. */
  labels: Record<string, string>
  /** All labels of the storage object. */
  storageLabels: Readonly<Record<string, string>>
  identity: StoredIdentity
}

/** One revision, for `get all|hooks|manifest|notes` and `status`. Throws release.notFound. */
export async function getRelease(options: ReadOptions): Promise<ReadRelease> {
  requireReleaseName(options.name, 'releaseContent: Release name is invalid')
  const stored = await storageFor(options).get(options.name, options.version ?? 0, callOf(options))
  return shown(stored)
}

const shown = (stored: StoredRelease): ReadRelease =>
  ({ record: stored.record, labels: stored.customLabels, storageLabels: stored.labels, identity: stored.identity })

/** All revisions, oldest first; `max` keeps the newest. Throws release.notFound. */
export async function releaseHistory(options: ReadOptions & { max?: number }): Promise<ReadRelease[]> {
  requireReleaseName(options.name, 'release name is invalid')
  const { revisions } = await storageFor(options).history(options.name, callOf(options))
  const readable = revisions.filter((stored) => stored.readable !== undefined)
  if (readable.length === 0) throw notFound()
  const { max = 0 } = options
  return (max > 0 ? readable.slice(-max) : readable).map(shown)
}

/** What `get metadata` shows (pkg/action/get_metadata.go). */
export interface ReleaseMetadata {
  name: string
  chart: string
  version: string
  appVersion: string
  annotations?: Record<string, string>
  labels: Record<string, string>
  dependencies?: JsonObject[]
  namespace: string
  revision: number
  status: string
  deployedAt: string
  applyMethod: 'ssa' | 'csa'
}

export async function releaseMetadata(options: ReadOptions): Promise<ReleaseMetadata> {
  const { record, labels, storageLabels } = await getRelease(options)
  const { name = '', version = '', appVersion = '', annotations, dependencies } = record.chart?.metadata ?? {}
  return {
    name: record.name, chart: name, version, appVersion,
    ...(annotations && { annotations }),
    // Helm filters its own labels out of a revision asked for by number only, and only objects of Kubernetes carry them (pkg/storage/driver, Get and Query).
    labels: (options.version ?? 0) > 0 || !(storageFor(options).driver instanceof KubeDriver) ? labels : { ...storageLabels },
    ...(Array.isArray(dependencies) && { dependencies }),
    namespace: record.namespace,
    revision: record.version,
    status: record.info.status,
    deployedAt: record.info.last_deployed ?? '',
    applyMethod: isClientSide(record.apply_method) ? 'csa' : 'ssa',
  }
}

/** The user's values of a revision, as the language wing's values; null when it has none (Go's nil map). */
export async function releaseConfig(options: ReadOptions): Promise<{ config: Map<string, Value> | null; record: ReleaseRecord }> {
  const { record } = await getRelease(options)
  return { config: record.config === undefined ? null : toValues(record.config), record }
}

/** Live objects of a revision by `version/Kind`, with the pods behind workloads as lists under `v1/Pod(related)`. */
export interface ReleaseResources { objects: Map<string, KubeObject[]>; failures: string[] }

/** A revision with its live objects, for `status --show-resources`. Upstream: pkg/action/status.go, client.go Get. */
export async function releaseStatus(options: ReadOptions & { resources?: boolean }): Promise<ReadRelease & { resources?: ReleaseResources }> {
  const release = await getRelease(options)
  if (options.resources === false) return release
  return { ...release, resources: await liveResources(options, release.record) }
}

async function liveResources(options: ReadOptions, record: ReleaseRecord): Promise<ReleaseResources> {
  const call = callOf(options)
  const resources = await buildResources(options.cluster, record.manifest, record.namespace, { ...call, unserved: () => {}, anyVersion: true })
  const reading = await readLive(options.cluster, resources, { ...call, tolerant: true })
  const objects = new Map<string, KubeObject[]>()
  const add = (key: string, object: KubeObject): void => { objects.set(key, [...(objects.get(key) ?? []), object]) }
  const failures: string[] = []
  const selectors = new Set<string>()
  for (const resource of resources) {
    const live = reading.objects.get(resource)
    if (live === undefined) {
      failures.push(`Get resource ${resource.ref.name} failed`)
      continue
    }
    add(`${resource.mapping.version}/${resource.mapping.kind}`, live)
    const selector = podSelector(resource.object)
    if (selector === undefined || selectors.has(selector)) continue
    selectors.add(selector)
    const { items, resourceVersion } = await options.cluster.list('v1', 'Pod', { ...call, namespace: resource.ref.namespace ?? options.namespace, labelSelector: selector })
    add('v1/Pod(related)', { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion }, items })
  }
  return { objects, failures }
}

/** The selector of the pods a workload of a manifest will have; what the server adds to one (as for a Job) Helm does not see. */
export function podSelector(object: KubeObject): string | undefined {
  const labels = ['ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(object.kind)
    ? object.spec?.selector?.matchLabels
    : object.kind === 'ReplicationController' ? object.spec?.selector : undefined
  if (typeof labels !== 'object' || labels === null) return undefined
  return Object.entries(labels as Record<string, string>).map(([key, value]) => `${key}=${value}`).sort().join(',')
}

/** Throws when a number given for a revision is none. */
export function parseRevision(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text)
  throw new PintleError('usage', `could not convert revision to a number: strconv.Atoi: parsing "${text}": invalid syntax`)
}
