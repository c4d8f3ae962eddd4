import { applyMergePatch, applyStrategicPatch, mergePatch, patchSchema, threeWayMergePatch, threeWayStrategicPatch } from '../kube/index.ts'
import type { JsonMap, KubeObject } from '../kube/index.ts'
import { wrapped } from './failure.ts'
import type { Resource } from './resources.ts'

/**
 * The patch of a client-side apply: three-way strategic for built-in kinds; for custom resources a JSON merge patch from
 * the last manifest to the new one, blind to live changes unless `threeWayCustom`.
 * Upstream: pkg/kube/client.go, createPatch.
 */
export function clientSidePatch(original: KubeObject, target: Resource, current: KubeObject, threeWayCustom: boolean): { type: 'strategic' | 'merge'; patch: JsonMap } {
  const { apiVersion, kind } = target.object
  const schema = apiVersion === 'apiextensions.k8s.io/v1beta1' ? undefined : patchSchema(apiVersion, kind)
  try {
    if (schema !== undefined) return { type: 'strategic', patch: threeWayStrategicPatch(original, target.object, current, schema) }
    const patch = threeWayCustom ? threeWayMergePatch(original, target.object, current) : mergePatch(original, target.object)
    return { type: 'merge', patch }
  } catch (error) {
    throw wrapped(error, (m) => `failed to create patch: ${m}`, { fallback: 'release.apply', details: { ref: target.ref } })
  }
}

/**
 * What an object would look like after an apply, without asking the server: the patch laid over the live object here. Admission, defaults and conversions are
 * not in it. Undefined where even that cannot be told.
 */
export function mergedHere(original: KubeObject | undefined, target: Resource, current: KubeObject): KubeObject | undefined {
  try {
    const { type, patch } = clientSidePatch(original ?? target.object, target, current, true)
    if (type === 'merge') return applyMergePatch(current, patch) as KubeObject
    return applyStrategicPatch(current, patch, patchSchema(target.object.apiVersion, target.object.kind)!) as KubeObject
  } catch {
    return undefined
  }
}
