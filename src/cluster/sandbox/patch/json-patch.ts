import { applyJsonPatch as apply } from '../../kube/index.ts'
import { clone } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { ApiError, badRequest } from '../status.ts'

/** A JSON patch as the server applies it; it keeps the reason of a failure to itself, but that stays in the error for whoever debugs the sandbox. */
export function applyJsonPatch(document: JsonMap, patch: unknown): JsonMap {
  if (!Array.isArray(patch)) throw badRequest(`error decoding patch: json: cannot unmarshal ${typeof patch === 'object' ? 'object' : typeof patch} into Go value of type []handlers.jsonPatchOp`)
  if (patch.length > 10_000) throw new ApiError(413, 'RequestEntityTooLarge', `The allowed maximum operations in a JSON patch is 10000, got ${patch.length}`)
  try {
    return apply(clone(document), patch) as JsonMap
  } catch (error) {
    throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {}, (error as Error).message)
  }
}
