import { jsonMarshal, jsonUnmarshal, quote } from '../../../language/go/index.ts'
import { fromPlain, toJsonText, toPlain, treeOf, treeValue } from '../../../language/yaml/index.ts'
import { applyJsonPatch } from '../../../cluster/kube/index.ts'
import type { PatchEntry, Selector } from '../config/types.ts'
import { messageOf, refuse, wrapped } from '../refusal.ts'
import { anno } from '../resource/annotations.ts'
import { readResources } from '../resource/read-resources.ts'
import { idText } from '../resource/res-id.ts'
import type { Resource } from '../resource/resource.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { selectResources, selectorText } from '../resource/select.ts'
import type { Schemas } from '../schema/schema.ts'

/** A patch that was read: a strategic merge of objects, or operations. */
export type Patch =
  | { readonly kind: 'merge'; readonly patches: readonly Resource[]; readonly target: Selector | undefined; readonly source: string }
  | { readonly kind: 'json'; readonly operations: readonly unknown[]; readonly target: Selector | undefined; readonly source: string }

/**
 * Reads a patch, whichever of both kinds it is. Upstream: PatchTransformer's Config.
 */
export function readPatch(entry: PatchEntry, text: string, schemas: Schemas): Patch {
  const source = entry.path ? `[path: ${quote(entry.path)}]` : `[patch: ${quote(text)}]`
  const merge = attempt(() => readResources(text, schemas))
  const json = attempt(() => readOperations(text))
  if (merge !== undefined && merge.length > 0 && json !== undefined && json.length > 0) refuse(`illegally qualifies as both an SM and JSON patch: ${source}`)
  if (merge === undefined && json === undefined) refuse(`unable to parse SM or JSON patch from ${source}`)
  const target = entry.target ?? undefined
  if (merge === undefined) return { kind: 'json', operations: json!, target, source }
  for (const patch of merge) {
    if (entry.options?.allowNameChange === true) patch.enable(anno.allowNameChange)
    if (entry.options?.allowKindChange === true) patch.enable(anno.allowKindChange)
  }
  return { kind: 'merge', patches: merge, target, source }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

/** Operations of a JSON patch in JSON or YAML. @throws an error where it is none */
export function readOperations(text: string): unknown[] {
  if (text === '') refuse('empty json patch operations')
  const value = toPlain(jsonUnmarshal(text.startsWith('[') ? text : toJsonText(text)))
  if (value === null) return []
  if (!Array.isArray(value)) refuse(`json: cannot unmarshal ${typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value} into Go value of type jsonpatch.Patch`)
  for (const operation of value as unknown[]) {
    if (operation === null || (typeof operation === 'object' && !Array.isArray(operation))) continue
    refuse(`json: cannot unmarshal ${Array.isArray(operation) ? 'array' : typeof operation === 'boolean' ? 'bool' : typeof operation} into Go value of type jsonpatch.Operation`)
  }
  return value as unknown[]
}

/** Upstream: PatchTransformer's Transform. */
export function applyPatch(map: ResourceMap, patch: Patch): void {
  const { target, source } = patch
  if (patch.kind === 'json') {
    if (target === undefined) refuse(`must specify a target for JSON patch ${source}`)
    for (const resource of selectResources(map, target)) {
      resource.storeId()
      applyOperations(resource, patch.operations)
    }
  } else if (target !== undefined) {
    if (patch.patches.length > 1) refuse(`Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`)
    if (patch.patches.length === 0) return
    let selected: Resource[]
    try {
      selected = selectResources(map, target)
    } catch (error) {
      throw wrapped(error, `unable to find patch target ${quote(selectorText(target))} in \`resources\``)
    }
    map.applyPatch(selected, patch.patches[0]!)
  } else {
    for (const one of patch.patches) {
      const id = one.originalId
      let resource: Resource
      try {
        resource = map.byId(id)
      } catch (error) {
        throw wrapped(error, `no resource matches strategic merge patch ${quote(idText(id))}`)
      }
      resource.applyPatch(one)
    }
  }
}

/** Upstream: patchjson6902.Filter: the object goes through JSON, and keeps the books of the build. */
export function applyOperations(resource: Resource, operations: readonly unknown[]): void {
  const internal = resource.internalAnnotations
  let result: unknown
  try {
    result = applyJsonPatch(JSON.parse(jsonMarshal(treeValue(resource.node!))), operations)
  } catch (error) {
    refuse(messageOf(error))
  }
  if (Array.isArray(result)) refuse('json: cannot unmarshal array into Go value of type map[string]interface {}')
  resource.node = treeOf(fromPlain(result))
  resource.annotations = new Map([...resource.annotations, ...internal])
}

/** Each patch finds its own target. Upstream: PatchStrategicMergeTransformer. */
export function applyMergePatches(map: ResourceMap, patches: readonly Resource[]): void {
  for (const patch of patches) map.applyPatch([map.byId(patch.originalId)], patch)
}
