import { jsonMarshal, jsonMarshalIndent } from '../../../language/go/index.ts'
import { readTree, treeValue, writeTree, type TreeKind, type TreeNode } from '../../../language/yaml/index.ts'
import type { FieldOptions, Replacement, ReplacementSource, ReplacementTarget } from '../config/types.ts'
import { isPintleError } from '../../../errors/index.ts'
import { prefixing, refuse, wrapped } from '../refusal.ts'
import { idText, isIdSelectedBy, type ResId } from '../resource/res-id.ts'
import type { Resource } from '../resource/resource.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { SelectorRegex, labelsMatch } from '../resource/select.ts'
import { lookup } from '../tree/fields.ts'
import { matchPath } from '../tree/match-path.ts'
import { isNilOrEmpty, scalar, textOf, type Node } from '../tree/nodes.ts'
import { splitSmart } from '../tree/split-path.ts'

/** Copies values from fields of one object to those of others. Upstream: filters/replacement. */
export function applyReplacements(map: ResourceMap, replacements: readonly Replacement[]): void {
  for (const replacement of replacements) {
    const { source, sourceValue, targets } = replacement
    if ((isNone(source) && isNone(sourceValue)) || isNone(targets)) refuse('replacements must specify a source and at least one target')
    const value = valueOf(map, replacement)
    for (const target of targets!) if (target !== null) applyTo(map, value, target)
  }
  map.dropEmpty()
}

const isNone = (v: unknown): v is null | undefined => v === undefined || v === null

function valueOf(map: ResourceMap, { source, sourceValue }: Replacement): TreeNode {
  if (!isNone(sourceValue) && !isNone(source)) refuse('value and resource selectors are mutually exclusive')
  if (!isNone(sourceValue)) return scalar(sourceValue)
  const from = source!
  const resource = selectSource(map, from)
  const fieldPath = from.fieldPath || 'metadata.name'
  let node: Node
  try {
    node = lookup(resource.node, splitSmart(fieldPath, '.'))
  } catch (error) {
    throw wrapped(error, 'error looking up replacement source')
  }
  if (isNilOrEmpty(node)) refuse(`fieldPath \`${fieldPath}\` is missing for replacement source ${sourceIdText(from)}`)
  return part(from.options, node!)
}

const selectorId = ({ group = '', version = '', kind = '', name = '', namespace = '' }: ReplacementSource): ResId =>
  ({ gvk: { group, version, kind }, name, namespace, clusterScoped: false })
const sourceIdText = (source: ReplacementSource): string => idText(selectorId(source))

function sourceText(source: ReplacementSource): string {
  const options = source.options
  const shown = isNone(options) || (!options.delimiter && options.create !== true) ? '' : `${options.delimiter ?? ''}(${options.index ?? 0}), create=${options.create === true}`
  return [sourceIdText(source), ...(source.fieldPath ? [source.fieldPath] : []), ...(shown === '' ? [] : [shown])].join(':')
}

function selectSource(map: ResourceMap, source: ReplacementSource): Resource {
  const selector = selectorId(source)
  const matches = map.list.filter((resource) => idsOf(resource).some((id) => isIdSelectedBy(id, selector)))
  if (matches.length > 1) refuse(`multiple matches for selector ${sourceText(source)}`)
  return matches[0] ?? refuse(`nothing selected by ${sourceText(source)}`)
}

/** The present id, whose kind is not looked up: it never counts as one without namespaces. */
const idsOf = (resource: Resource): ResId[] => [{ ...resource.id, clusterScoped: false }, ...resource.previousIds.map((id) => ({ ...id, clusterScoped: false }))]

function part(options: FieldOptions | null | undefined, node: TreeNode): TreeNode {
  if (isNone(options) || !options.delimiter) return node
  if (node.kind !== 'scalar') refuse('delimiter option can only be used with scalar nodes')
  const values = textOf(node).split(options.delimiter)
  const index = options.index ?? 0
  if (index >= values.length || index < 0) refuse(`options.index ${index} is out of bounds for value ${textOf(node)}`)
  const out = node.copy()
  out.value = values[index]!
  return out
}

function applyTo(map: ResourceMap, value: TreeNode, target: ReplacementTarget): void {
  const { select } = target
  if (isNone(select)) return refuse('target must specify resources to select')
  const paths = isNone(target.fieldPaths) || target.fieldPaths.length === 0 ? ['metadata.name'] : target.fieldPaths
  const rejects = (target.reject ?? []).filter((reject) => reject !== null)
  const [selects, ...rejecting] = prefixing('error creating target selector', () => [new SelectorRegex(select), ...rejects.map((reject) => new SelectorRegex(reject))])
  for (const resource of map.list.slice()) {
    const ids = idsOf(resource)
    if (!labelsMatch(resource, select)) continue
    if (rejects.some((reject) => (reject.annotationSelector || reject.labelSelector) && labelsMatch(resource, reject))) continue
    if (rejecting.some((regex, i) => hasId(rejects[i]!) && ids.some((id) => regex.id(id)))) continue
    if (ids.some((id) => selects!.id(id))) for (const path of paths) copyTo(resource, value, path, target.options ?? {})
  }
}

const hasId = ({ group, version, kind, name, namespace }: ReplacementSource): boolean => !!(group || version || kind || name || namespace)

function copyTo(resource: Resource, value: TreeNode, path: string, options: FieldOptions): void {
  const create = options.create === true ? value.kind : undefined
  if (setInStructuredText(resource, value, path, options, create)) return
  const problem = `unable to find ${create === undefined ? '' : 'or create '}field ${JSON.stringify(path)} in replacement target`
  let fields: Node[]
  try {
    fields = matchPath(resource.node, splitSmart(path, '.'), create)
  } catch (error) {
    throw wrapped(error, problem)
  }
  if (fields.length === 0) refuse(problem)
  for (const field of fields) setValue(options, field!, value)
}

function setValue(options: FieldOptions, field: TreeNode, source: TreeNode): void {
  const value = source.copy()
  if (options.delimiter) {
    if (field.kind !== 'scalar') refuse('delimiter option can only be used with scalar nodes')
    const parts = field.value.split(options.delimiter)
    const index = options.index ?? 0
    if (index < 0) parts.unshift(textOf(value))
    else if (index >= parts.length) parts.push(textOf(value))
    else parts[index] = textOf(value)
    value.value = parts.join(options.delimiter)
  }
  if (field.kind === 'scalar') field.value = value.value
  else field.assign(value)
}

/** Where a path leads into the text of a scalar, the text is read, changed and written again; whether that was so. */
function setInStructuredText(resource: Resource, value: TreeNode, path: string, options: FieldOptions, create: TreeKind | undefined): boolean {
  const parts = splitSmart(path, '.')
  if (parts.length < 2) return false
  try {
    for (let i = 1; i < parts.length; i++) {
      const field = attempt(() => lookup(resource.node, parts.slice(0, i)))
      if (field === undefined || field.kind !== 'scalar') continue
      const tree = attempt(() => readTree(field.value, { comments: true }))
      if (tree === undefined && field.value.trim() !== '') continue
      const fields = tree === undefined ? [] : matchPath(tree, parts.slice(i), create)
      if (fields.length === 0) return false
      for (const one of fields) setValue(options, one!, value)
      field.value = written(tree!, field.value)
      return true
    }
  } catch (error) {
    if (!isPintleError(error)) throw error
  }
  return false
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

function written(tree: TreeNode, original: string): string {
  const first = original.trim()[0]
  if (first !== '{' && first !== '[') return writeTree(tree).trim()
  const value = treeValue(tree)
  return original.includes('\n') && original.includes('  ') ? jsonMarshalIndent(value, '', '  ') : jsonMarshal(value)
}
