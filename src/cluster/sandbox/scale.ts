import { isMap } from './json.ts'
import type { JsonMap } from './json.ts'
import type { ResourceType } from './resources.ts'
import { internalError } from './status.ts'

/** The autoscaling/v1 Scale of an object. */
export function scaleOf(type: ResourceType, object: JsonMap): JsonMap {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata as JsonMap
  const metadata = { name, namespace, uid, resourceVersion, creationTimestamp }
  const paths = type.custom?.scale
  const spec = paths === undefined ? object.spec?.replicas as number | undefined : at(object, paths.specReplicasPath) as number | undefined
  const status = paths === undefined ? object.status?.replicas as number | undefined : at(object, paths.statusReplicasPath) as number | undefined
  const selector = paths === undefined ? selectorText(object.spec?.selector as JsonMap | undefined)
    : paths.labelSelectorPath === undefined ? undefined : at(object, paths.labelSelectorPath) as string | undefined
  return {
    kind: 'Scale', apiVersion: 'autoscaling/v1', metadata,
    spec: spec === undefined || spec === 0 ? {} : { replicas: spec },
    status: { replicas: status ?? 0, ...(selector ? { selector } : {}) },
  }
}

/** The object with the number of replicas a Scale asks for. */
export function withScale(type: ResourceType, object: JsonMap, replicas: number): JsonMap {
  const path = (type.custom?.scale?.specReplicasPath ?? '.spec.replicas').split('.').filter((s) => s !== '')
  const set = (value: unknown, i: number): unknown => {
    if (i === path.length) return replicas
    if (value !== undefined && !isMap(value)) throw internalError(`field ${path.slice(0, i).join('.')} is not an object`)
    return { ...value as JsonMap, [path[i]!]: set((value as JsonMap | undefined)?.[path[i]!], i + 1) }
  }
  return set(object, 0) as JsonMap
}

function at(object: JsonMap, path: string): unknown {
  let value: unknown = object
  for (const step of path.split('.').filter((s) => s !== '')) value = isMap(value) ? value[step] : undefined
  return value
}

/** metav1.FormatLabelSelector. */
export function selectorText(selector: JsonMap | undefined): string {
  if (selector === undefined || selector === null) return ''
  const equals = isMap(selector.matchLabels) ? selector.matchLabels as Record<string, string>
    : Array.isArray(selector.matchExpressions) ? {} : selector as Record<string, string>
  const terms = Object.keys(equals).sort().map((k) => `${k}=${equals[k]}`)
  for (const e of (selector.matchExpressions ?? []) as { key: string; operator: string; values?: string[] }[]) {
    const values = [...(e.values ?? [])].sort().join(',')
    terms.push(e.operator === 'Exists' ? e.key : e.operator === 'DoesNotExist' ? `!${e.key}` : `${e.key} ${e.operator.toLowerCase()} (${values})`)
  }
  return terms.join(',')
}
