import type { TreeKind, TreeNode } from '../../../language/yaml/index.ts'
import type { FieldSpec } from '../config/field-spec.ts'
import { refuse, wrapped } from '../refusal.ts'
import { idText } from '../resource/res-id.ts'
import { groupVersion } from '../resource/gvk.ts'
import { lookup } from '../tree/fields.ts'
import { elementsOf, fieldOf, isMissingOrNull, isNilOrEmpty, textOf } from '../tree/nodes.ts'
import { splitPath } from '../tree/split-path.ts'

export interface FieldSetter {
  /** Called with every node the path leads to. */
  readonly set: (node: TreeNode) => void
  /** What is made where the field is missing, if the spec says so. */
  readonly createKind?: TreeKind
  readonly createTag?: string
}

/** Sets a field of an object that the spec is meant for; other objects stay as they are. Upstream: filters/fieldspec. */
export function applyFieldSpec(object: TreeNode, spec: FieldSpec, setter: FieldSetter): void {
  const { group, version, kind } = spec.gvk
  if (kind !== '' && kind !== textOfTop(object, 'kind')) return
  const own = groupVersion(textOfTop(object, 'apiVersion'))
  if ((group !== '' && group !== own.group) || (version !== '' && version !== own.version)) return
  try {
    walk(object, splitPath(spec.path, '/'), spec.create, setter)
  } catch (error) {
    throw wrapped(error, `considering field '${spec.path}' of object ${objectIdText(object)}`)
  }
}

export function applyFieldSpecs(object: TreeNode, specs: readonly FieldSpec[], setter: FieldSetter): void {
  for (const spec of specs) applyFieldSpec(object, spec, setter)
}

const textOfTop = (object: TreeNode, name: string): string => fieldOf(object, name)?.value ?? ''

function objectIdText(object: TreeNode): string {
  const metadata = fieldOf(object, 'metadata')
  const text = (name: string): string => { const v = fieldOf(metadata, name); return isNilOrEmpty(v) ? '' : textOf(v) }
  return idText({ gvk: { ...groupVersion(textOfTop(object, 'apiVersion')), kind: textOfTop(object, 'kind') }, name: text('name'), namespace: text('namespace') })
}

function walk(node: TreeNode, path: readonly string[], create: boolean, setter: FieldSetter): void {
  if (path.length === 0) return setter.set(node)
  if (isMissingOrNull(node)) return
  switch (node.kind) {
    case 'sequence':
      try {
        for (const element of elementsOf(node)) walk(element, path, create, setter)
      } catch (error) {
        throw wrapped(error, `visit traversal on path: [${path.join(' ')}]`)
      }
      return
    case 'mapping': return walkMapping(node, path, create, setter)
    default: refuse('expected sequence or mapping node')
  }
}

function walkMapping(node: TreeNode, path: readonly string[], create: boolean, setter: FieldSetter): void {
  const isSequence = path[0]!.endsWith('[]')
  const name = isSequence ? path[0]!.slice(0, -2) : path[0]!
  if (name === '') refuse('cannot set or create an empty field name')
  const last = path.length <= 1
  const makes = create && setter.createKind !== undefined && !isSequence
  const kind: TreeKind | undefined = isSequence ? 'sequence' : makes ? (last ? setter.createKind : 'mapping') : undefined
  const tag = makes ? (last ? setter.createTag ?? '' : '!!map') : ''
  let field: TreeNode | undefined
  try {
    field = lookup(node, [name], makes ? kind : undefined)
  } catch (error) {
    throw wrapped(error, `fieldName: ${name}`)
  }
  if (field === undefined) return
  if (field.tag === '!!null' && kind !== undefined) {
    field.kind = kind
    field.tag = tag
  }
  walk(field, path.slice(1), create, setter)
}

