import type { HttpClient } from '../../charts/http/index.ts'
import type { CallOptions, Cluster, KubeObject } from '../../cluster/kube/index.ts'
import { manifestObjects, type ReleaseRecord, type StorageDriver } from '../../cluster/release/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { secretStores } from '../plan/index.ts'
import type { ManifestFacts, TargetFacts } from '../policy/index.ts'
import type { IncidentSettings } from './incidents/settings.ts'
import { openIncidents } from './incidents/open-incidents.ts'
import { operations as allOperations, type NeededRight, type Operation } from './rights/needed-right.ts'
import { isClusterAdmin, reviewRights } from './rights/review-rights.ts'
import { rightsOfRelease } from './rights/rights-of-release.ts'
import { scopeObjects, type ScopedObject } from './rights/scope-objects.ts'
import { gitopsFolders } from './stack/gitops-folders.ts'
import { foldOwners, marksOf } from './stack/gitops-marks.ts'
import { gitopsResources } from './stack/gitops-resources.ts'
import { foreignOwners, liveObjects, objectKey } from './state/live-objects.ts'
import { quotaFit } from './state/quota-fit.ts'
import { releaseState } from './state/release-state.ts'

/** What a chart came to, as far as the target cares. */
export interface PlannedRelease {
  readonly chart: string
  readonly manifest: string
  readonly hooks: readonly { readonly manifest: string; readonly events: readonly string[] }[]
  readonly crds: readonly string[]
}

export interface GatherOptions extends CallOptions {
  readonly cluster: Cluster
  /** Where release records are kept. */
  readonly driver: StorageDriver
  readonly service: string
  readonly release: string
  readonly namespace: string
  readonly context: string
  readonly simulated: boolean
  readonly expected?: { readonly context?: string | undefined; readonly clusterUid?: string | undefined }
  readonly namespaceExplicit: boolean
  /** undefined: no chart could be rendered. What needs one is unknown then. */
  readonly planned?: PlannedRelease | undefined
  readonly operations?: readonly Operation[]
  readonly createNamespace?: boolean
  readonly incidents?: IncidentSettings
  readonly http: HttpClient
  readonly env: NodeJS.ProcessEnv
  /** Root of the repository, whose GitOps folders are looked through. */
  readonly repository?: string | undefined
  readonly otherEnvironments?: readonly string[]
}

export interface Gathered {
  readonly target: TargetFacts
  readonly quota?: ManifestFacts['quota']
  readonly secretStores?: ManifestFacts['secretStores']
  readonly needed: readonly NeededRight[]
  /** Kinds nobody knows: their rights are missing from `needed`. */
  readonly unknownKinds: readonly string[]
  readonly current?: ReleaseRecord
}

/**
 * Facts about where a release goes. Changes nothing. What may not be looked at is told in `target.unread`.
 * @throws PintleError when the server does not answer at all
 */
export async function gatherTarget(options: GatherOptions): Promise<Gathered> {
  const { cluster, driver, namespace, release, planned, signal } = options
  const call: CallOptions = signal === undefined ? {} : { signal }
  const { gitVersion } = await cluster.version(call)
  const serverVersion = typeof gitVersion === 'string' ? gitVersion : ''
  const state = await releaseState(cluster, driver, namespace, release, call)
  const before = state.current?.info.status === 'uninstalled' ? undefined : state.current
  const scope = { namespace, cluster, ...call, definitions: (planned?.crds ?? []).flatMap(manifestObjects) }
  const now = await scopeObjects(before === undefined ? [] : manifestObjects(before.manifest), scope)
  const next = await scopeObjects(planned === undefined ? [] : manifestObjects(planned.manifest), scope)
  const all = distinctObjects([...now.scoped, ...next.scoped])
  const ops = options.operations ?? allOperations
  const { needed, unknown } = await rightsOfRelease({
    cluster, release, namespace, operations: ops, ...call, manifests: [planned?.manifest ?? '', before?.manifest ?? ''], hooks: [...(planned?.hooks ?? []), ...(before?.hooks ?? [])], crds: planned?.crds ?? [],
    createNamespace: options.createNamespace ?? false, records: recordsOf(driver),
  })
  const identity = { release, namespace, chart: planned?.chart ?? before?.chart?.metadata?.name ?? '', objects: all.map(refOf) }
  const [uid, rights, admin, live, resources, incidents, quota, stores] = await Promise.all([
    clusterUid(cluster, call), planned === undefined && before === undefined ? { unread: 'no chart was rendered, so nobody knows what it needs' } : reviewRights(cluster, needed, call), isClusterAdmin(cluster, call),
    liveObjects(cluster, all, call), gitopsResources(cluster, identity, call), openIncidents(options.incidents ?? {}, { service: options.service, http: options.http, env: options.env, signal, cwd: options.repository }),
    planned === undefined ? undefined : quotas(cluster, namespace, now.scoped, next.scoped, call),
    planned === undefined ? undefined : secretStores([planned.manifest, ...planned.hooks.map((h) => h.manifest)].flatMap(manifestObjects), namespace, cluster, call),
  ])
  const folders = options.repository === undefined ? [] : gitopsFolders(options.repository, identity, cluster.server).owners
  const gitops = foldOwners([...resources.owners, ...live.objects.flatMap((o) => marksOf(o, resources.applications)), ...folders])
  const unread = {
    ...(uid.unread !== undefined && { clusterUid: uid.unread }), ...('unread' in rights && { rights: rights.unread }), ...(admin === undefined && { clusterAdmin: 'the server cannot be asked about rights' }),
    ...(state.unread !== undefined && { release: state.unread }), ...(incidents.unread !== undefined && { incidents: incidents.unread }), ...(live.unread !== '' && { foreignOwners: live.unread }),
    ...((resources.unread !== '' || live.unread !== '') && { gitops: [resources.unread, live.unread].filter((t) => t !== '').join('; ') }),
  }
  const own = new Set(now.scoped.map(({ object, namespace: ns }) => objectKey(object, ns)))
  return {
    target: {
      context: options.context, clusterUid: uid.uid, namespace, namespaceExplicit: options.namespaceExplicit, serverVersion, simulated: options.simulated,
      ...(options.expected?.context !== undefined && { expectedContext: options.expected.context }), ...(options.expected?.clusterUid !== undefined && { expectedClusterUid: options.expected.clusterUid }),
      ...('rights' in rights && { rights: rights.rights }), ...(admin !== undefined && { clusterAdmin: admin }), gitops, ...(state.release && { release: state.release }),
      ...(incidents.incidents && { incidents: incidents.incidents }),
      // Where the records may not be read, nobody knows which of the live objects are the release's.
      ...(state.unread === undefined && { foreignOwners: foreignOwners(live.objects, release, namespace, own) }),
      ...(options.otherEnvironments && { otherEnvironments: options.otherEnvironments }), ...(Object.keys(unread).length > 0 && { unread }),
    },
    needed, unknownKinds: unknown, ...(quota && { quota }), ...(stores && { secretStores: stores }), ...(state.current && { current: state.current }),
  }
}

/** Which kind of object holds the records, as rights name it. */
const recordsOf = ({ name }: StorageDriver): 'secrets' | 'configmaps' | 'elsewhere' => (name === 'Secret' ? 'secrets' : name === 'ConfigMap' ? 'configmaps' : 'elsewhere')

async function clusterUid(cluster: Cluster, call: CallOptions): Promise<{ uid: string; unread?: string }> {
  try {
    return { uid: (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, call))?.metadata.uid ?? '' }
  } catch (error) {
    call.signal?.throwIfAborted()
    if (!isPintleError(error)) throw error
    return { uid: '', unread: error.message }
  }
}

async function quotas(cluster: Cluster, namespace: string, now: readonly ScopedObject[], next: readonly ScopedObject[], call: CallOptions): Promise<ManifestFacts['quota']> {
  try {
    const { items } = await cluster.list('v1', 'ResourceQuota', { ...call, namespace })
    const here = (o: ScopedObject): boolean => o.namespace === namespace
    return quotaFit(items, now.filter(here), next.filter(here))
  } catch (error) {
    call.signal?.throwIfAborted()
    if (!isPintleError(error)) throw error
    return undefined
  }
}

const refOf = ({ object, namespace }: ScopedObject) => ({ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata?.name ?? '', ...(namespace !== '' && { namespace }) })
const distinctObjects = (objects: readonly ScopedObject[]): ScopedObject[] => [...new Map(objects.map((o) => [objectKey(o.object as KubeObject, o.namespace), o])).values()]
