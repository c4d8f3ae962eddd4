import { applyMergePatch, applyStrategicPatch, patchSchema } from '../../kube/index.ts'
import { isMap } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { apiVersionOf } from '../resources.ts'
import type { ResourceType } from '../resources.ts'
import { ApiError, badRequest } from '../status.ts'
import { applyJsonPatch } from './json-patch.ts'

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply'

/** The object after a patch, and how an error about it shows the patch. */
export function applyPatch(kind: Exclude<PatchKind, 'apply'>, live: JsonMap, patch: unknown, type: ResourceType | undefined): { object: JsonMap; shown: string } {
  switch (kind) {
    case 'json': {
      const object = applyJsonPatch(live, patch)
      return { object, shown: JSON.stringify(object) }
    }
    case 'merge': {
      if (!isMap(patch)) throw badRequest(`error decoding patch: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch} into Go value of type map[string]interface {}`)
      const object = applyMergePatch(live, patch) as JsonMap
      return { object, shown: JSON.stringify(object) }
    }
    case 'strategic': {
      if (type?.custom !== undefined) {
        throw new ApiError(415, 'UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml')
      }
      if (!isMap(patch)) throw badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}')
      const schema = type === undefined ? undefined : patchSchema(apiVersionOf(type), type.kind)
      try {
        const object = (schema === undefined ? applyMergePatch(live, patch) : applyStrategicPatch(live, patch, schema)) as JsonMap
        return { object, shown: goMapText(patch) }
      } catch (error) {
        throw new ApiError(500, '', (error as Error).message)
      }
    }
  }
}

/** A value as Go's %+v prints decoded JSON. */
export function goMapText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goMapText).join(' ')}]`
  if (isMap(value)) return `map[${Object.keys(value).sort().map((k) => `${k}:${goMapText(value[k])}`).join(' ')}]`
  return String(value)
}
