import type { KubeObject, ObjectRef } from '../../../cluster/kube/index.ts'
import type { Facts, ManifestFacts, RenderedObject } from '../facts.ts'

/** A pod that an object will make: itself, or from its template. */
export interface Pod {
  readonly rendered: RenderedObject
  readonly object: KubeObject
  readonly ref: ObjectRef
  readonly spec: Record<string, any>
  readonly metadata: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }
}

export interface Container {
  readonly name: string
  readonly list: 'containers' | 'initContainers' | 'ephemeralContainers'
  readonly spec: Record<string, any>
}

/** Where each of Kubernetes' own kinds keeps the pod it makes. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [], PodTemplate: ['template'], Deployment: ['spec', 'template'], StatefulSet: ['spec', 'template'], DaemonSet: ['spec', 'template'], ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'], Job: ['spec', 'template'], CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
}

/** Groups those kinds are of; a `Deployment` of another group is a custom resource. */
const groups = /^(?:v1|apps\/|batch\/|extensions\/)/

/** The pod of an object; undefined when it makes none. */
export function podOf(rendered: RenderedObject): Pod | undefined {
  const { object } = rendered
  const path = Object.hasOwn(templates, object.kind) && groups.test(object.apiVersion) ? templates[object.kind]! : undefined
  if (path === undefined) return undefined
  let at: any = object
  for (const key of path) at = at?.[key]
  if (typeof at?.spec !== 'object' || at.spec === null) return undefined
  return { rendered, object, ref: refOf(object), spec: at.spec, metadata: at.metadata ?? {} }
}

/** Every pod of the manifest; with hooks, theirs after those. */
export function podsOf(manifests: ManifestFacts, options: { readonly hooks?: boolean } = {}): Pod[] {
  return [...manifests.objects, ...(options.hooks === true ? manifests.hooks : [])].flatMap((rendered) => podOf(rendered) ?? [])
}

/** Containers of a pod: init containers first, as they run. */
export function containersOf(pod: Pod, lists: readonly Container['list'][] = ['initContainers', 'containers', 'ephemeralContainers']): Container[] {
  return lists.flatMap((list) => {
    const items: unknown = pod.spec[list]
    return Array.isArray(items) ? items.flatMap((spec): Container[] => (typeof spec === 'object' && spec !== null ? [{ name: String(spec.name ?? '?'), list, spec }] : [])) : []
  })
}

/** An init container that keeps running beside the others: a sidecar. */
export const isSidecar = (container: Container): boolean => container.list === 'initContainers' && container.spec.restartPolicy === 'Always'

export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  const { name, generateName, namespace } = metadata ?? {}
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name: name ?? generateName ?? '' }
}

/** The manifests of the facts, or what is missing, as rules say it. */
export const noManifests = 'the rendered manifests'

/** Runs a check over every pod that is not a hook. */
export function eachPod(facts: Facts, check: (pod: Pod) => readonly string[], options: { readonly hooks?: boolean } = {}): { message: string; object: ObjectRef }[] | string {
  if (facts.manifests === undefined) return noManifests
  return podsOf(facts.manifests, options).flatMap((pod) => check(pod).map((message) => ({ message, object: pod.ref })))
}
