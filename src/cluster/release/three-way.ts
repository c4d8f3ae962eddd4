import { marshalPlain } from '../../language/yaml/index.ts'
import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import { clientSidePatch } from './client-side.ts'
import { wrapped } from './failure.ts'
import { readLive } from './live.ts'
import { releaseNameAnnotation, releaseNamespaceAnnotation } from './ownership.ts'
import { mapParallel } from './parallel.ts'
import { buildResources, type Resource } from './resources.ts'

export interface ThreeWayOptions extends CallOptions {
  readonly cluster: Cluster
  readonly namespace: string
  /** The manifest of the last revision, and the new one. */
  readonly before: string
  readonly after: string
}

/**
 * Manifests of the live objects and of what the server would make of them with a client-side apply, which it is asked in a dry run: both without what the
 * server writes for itself. Objects that leave the release are as they were rendered. Needs the right to patch.
 * Upstream: Generate in helm-diff's manifest/generate.go.
 * @throws PintleError release.*, kube.*
 */
export async function threeWayManifests({ cluster, namespace, before, after, ...call }: ThreeWayOptions): Promise<{ before: string; after: string }> {
  const build = (manifest: string, which: string) => buildResources(cluster, manifest, namespace, call).catch((error: unknown) => {
    throw wrapped(error, (m) => `unable to build kubernetes objects from ${which} release manifest: ${m}`)
  })
  const original = await build(before, 'original')
  const target = await build(after, 'new')
  const wanted = new Set(target.map(objectKey))
  const had = new Set(original.map(objectKey))
  const { objects } = await readLive(cluster, target, call)
  // What is there already though the release did not have it counts as its own, as it would be written.
  const known = new Map(target.filter((r) => !had.has(objectKey(r)) && objects.get(r) !== undefined).map((r) => [r.id, r] as const))
  for (const resource of original) known.set(resource.id, resource)
  const pairs = await mapParallel(target, async (resource) => {
    const live = objects.get(resource)
    if (live === undefined) return { after: documentOf(resource.object) }
    const base = known.get(resource.id)
    if (base === undefined) throw new Error(`could not find ${JSON.stringify(resource.ref.name)}`)
    const { type, patch } = clientSidePatch(base.object, resource, live, false)
    const made = await cluster.patch(resource.ref, type, patch, { ...call, dryRun: true }).catch((error: unknown) => {
      throw wrapped(error, (m) => `cannot patch ${JSON.stringify(resource.ref.name)} with kind ${resource.mapping.kind}: ${m}`)
    })
    return { before: documentOf(withoutServerFields(live)), after: documentOf(withoutServerFields(made)) }
  })
  return {
    before: [...original.filter((r) => !wanted.has(objectKey(r))).map((r) => documentOf(r.object)), ...pairs.flatMap((pair) => pair.before ?? [])].join(''),
    after: pairs.map((pair) => pair.after).join(''),
  }
}

export interface LiveOwner { readonly object: KubeObject; /** `namespace/release` by Helm's annotations; '' for nobody's. */ readonly owner: string }

/** The live objects of a manifest and whose they are. Upstream: checkOwnership in helm-diff's cmd/upgrade.go. */
export async function liveOwners({ cluster, namespace, manifest, ...call }: CallOptions & { cluster: Cluster; namespace: string; manifest: string }): Promise<LiveOwner[]> {
  const { objects } = await readLive(cluster, await buildResources(cluster, manifest, namespace, call), call)
  return [...objects.values()].filter((object) => object !== undefined).map((object) => {
    const { [releaseNamespaceAnnotation]: ns, [releaseNameAnnotation]: release } = object.metadata.annotations ?? {}
    return { object: withoutServerFields(object), owner: `${ns === undefined ? '' : `${ns}/`}${release ?? ''}` }
  })
}

/** Kind and version as the manifest has them: another version of a kind is another object here. */
const objectKey = ({ object, ref }: Resource): string => `${object.apiVersion}/${object.kind}/${ref.namespace ?? ''}/${ref.name}`

const documentOf = (object: KubeObject): string => `\n---\n${marshalPlain(object)}`

/** deleteStatusAndTidyMetadata of helm-diff's manifest/util.go. */
function withoutServerFields({ status: _status, ...object }: KubeObject): KubeObject {
  const { managedFields: _m, generation: _g, creationTimestamp: _c, resourceVersion: _r, uid: _u, annotations, ...metadata } = object.metadata
  if (annotations === undefined || annotations === null) return { ...object, metadata } as KubeObject
  const { [releaseNameAnnotation]: _n, [releaseNamespaceAnnotation]: _s, 'deployment.kubernetes.io/revision': _d, ...kept } = annotations
  return { ...object, metadata: { ...metadata, ...(Object.keys(kept).length > 0 && { annotations: kept }) } } as KubeObject
}
