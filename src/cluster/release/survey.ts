import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import { abandonedResources, unsettledRecords } from './abandoned.ts'
import { readCrdFile } from './crds.ts'
import { readLive } from './live.ts'
import type { CrdFile } from './options.ts'
import { generatesName, markOwned } from './ownership.ts'
import { ownedFields } from './owned-fields.ts'
import type { OwnedFields } from './owned-fields.ts'
import { buildResources, without } from './resources.ts'
import type { Resource } from './resources.ts'
import type { ReleaseHistory } from './storage.ts'

export interface SurveyOptions extends CallOptions {
  cluster: Cluster
  namespace: string
  name: string
  /** The manifest that would be applied. */
  manifest: string
  /** The manifest of the revision to start from; '' for an install. */
  previous: string
  /** The revisions up to now: failed ones may have left objects that go as well. */
  history: ReleaseHistory
  /** The hooks that would run. */
  hooks?: readonly { readonly path: string; readonly manifest: string }[]
  /** The chart's own definitions. */
  crds?: readonly CrdFile[]
}

/** What applying a manifest has to do with one object. */
export interface SurveyedObject {
  readonly role: 'target' | 'removed' | 'hook' | 'crd'
  /** Its `object` is what will be sent. */
  readonly resource: Resource
  /** Live; undefined when there is none. Holds secrets. */
  readonly live?: KubeObject
  /** What the revision before has of it. */
  readonly base?: KubeObject
  /** It could not be read. */
  readonly failure?: unknown
  /** The cluster does not serve its kind, and nothing in the release defines it. */
  readonly unserved?: string
}

/** Looks at every object that applying a manifest would touch, in few requests. Changes nothing. */
export async function survey(options: SurveyOptions): Promise<SurveyedObject[]> {
  const { cluster, namespace, name, history } = options
  const call: CallOptions = options.signal === undefined ? {} : { signal: options.signal }
  const crds = (await Promise.all((options.crds ?? []).map((file) => readCrdFile(cluster, file, namespace, call)))).flat()
  const unserved: SurveyedObject[] = []
  const build = (manifest: string, role: 'target' | 'hook', definitions: readonly KubeObject[]): Promise<Resource[]> => buildResources(cluster, manifest, namespace, {
    ...call, definesKinds: true, definitions,
    unserved: (object, message, source) => unserved.push({ role, resource: unmapped(object, source), unserved: message.split('\n')[0]! }),
  })
  const definitions = crds.map((r) => r.object)
  const targets = await build(options.manifest, 'target', definitions)
  const hooks = (await Promise.all((options.hooks ?? []).map((hook) => build(`# Source: ${hook.path}\n${hook.manifest}`, 'hook', [...definitions, ...targets.map((r) => r.object)])))).flat()
  const originals = options.previous === '' ? [] : await buildResources(cluster, options.previous, namespace, { ...call, anyVersion: true, unserved: () => {} })
  markOwned(targets, name, namespace)
  markOwned(originals, name, namespace)
  const start = history.deployed ?? history.last
  const abandoned = start === undefined ? [] : await abandonedResources(cluster, unsettledRecords(history, start.version), [...originals, ...targets], call)
  const gone = [...without(originals, targets), ...abandoned]
  const { objects: live, failures } = await readLive(cluster, [...crds, ...targets, ...hooks, ...gone].filter((r) => !generatesName(r)), { ...call, tolerant: true })
  const bases = new Map(originals.map((o) => [o.id, o.object]))
  const seen = (role: SurveyedObject['role']) => (resource: Resource): SurveyedObject => {
    const [there, base] = [live.get(resource), bases.get(resource.id)]
    return { role, resource, ...(there && { live: there }), ...(base && { base }), ...(failures.has(resource) && { failure: failures.get(resource) }) }
  }
  return [...crds.map(seen('crd')), ...targets.map(seen('target')), ...unserved, ...hooks.map(seen('hook')), ...gone.map(seen('removed'))]
}

/**
 * The release's part of the live object; undefined when there is none. Holds secrets.
 * @param serverSide the server's books tell what is the release's; else what the last manifest has is, too
 */
export function ownedOf({ live, base, resource, role }: SurveyedObject, serverSide: boolean): OwnedFields | undefined {
  if (live === undefined) return undefined
  return ownedFields(live, [...(role === 'removed' ? [] : [resource.object]), ...(base === undefined || serverSide ? [] : [base])])
}

function unmapped(object: KubeObject, source: string | undefined): Resource {
  const ref = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata?.name ?? '', ...(object.metadata?.namespace !== undefined && { namespace: object.metadata.namespace }) }
  return { object, mapping: { group: '', version: '', kind: object.kind, plural: '', namespaced: false, verbs: [] }, ref, id: `${object.apiVersion}/${object.kind}//${ref.name}`, ...(source !== undefined && { source }) }
}
