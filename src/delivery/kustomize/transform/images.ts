import { Regexp } from '../../../language/go/index.ts'
import type { TreeNode } from '../../../language/yaml/index.ts'
import type { FieldSpec } from '../config/field-spec.ts'
import type { Image } from '../config/types.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { get } from '../tree/fields.ts'
import { elementsOf, fieldNames, fieldOf, requireKind } from '../tree/nodes.ts'
import { applyFieldSpecs } from './apply-field-spec.ts'
import { setEntryOf } from './set-value.ts'

/** Changes images wherever there are containers, and in the fields of the specs. Upstream: ImageTagTransformer. */
export function setImages(map: ResourceMap, image: Image, specs: readonly FieldSpec[]): void {
  const matches = matcher(image.name ?? '')
  const set = (node: TreeNode): void => {
    requireKind(node, 'scalar')
    if (matches(node.value)) setEntryOf('', changed(node.value, image))(node)
  }
  const resources = map.list.filter((resource) => resource.kind !== 'CustomResourceDefinition')
  for (const resource of resources) visitContainers(resource.node!, set)
  for (const resource of resources) applyFieldSpecs(resource.node!, specs, { set })
}

function visitContainers(node: TreeNode, set: (node: TreeNode) => void): void {
  if (node.kind === 'sequence') return elementsOf(node).forEach((element) => visitContainers(element, set))
  if (node.kind !== 'mapping') return
  for (const name of fieldNames(node)) {
    const value = fieldOf(node, name)!
    visitContainers(value, set)
    if ((name !== 'containers' && name !== 'initContainers') || value.kind !== 'sequence') continue
    for (const container of elementsOf(value)) {
      const field = get(container, 'image')
      if (field !== undefined) set(field)
    }
  }
}

/** Images of a name, which may be a pattern; none when it is no valid one. */
function matcher(name: string): (image: string) => boolean {
  try {
    const pattern = new Regexp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$`)
    return (image) => pattern.matchString(image)
  } catch {
    return () => false
  }
}

function changed(text: string, image: Image): string {
  let { name, tag, digest } = splitImage(text)
  if (image.newName) name = image.newName
  if (image.newTag && image.digest) {
    tag = image.newTag
    digest = image.digest
  } else if (image.newTag) {
    tag = image.newTag
    digest = ''
  } else if (image.digest) {
    tag = ''
    digest = image.digest
  } else if (image.tagSuffix) {
    tag += image.tagSuffix
    digest = ''
  }
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`
}

/** Name, tag and digest of an image; what stands before the first slash is a host. Upstream: image.Split. */
function splitImage(text: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(0, text.indexOf('/'))
  const at = text.indexOf('@', slash)
  const colon = text.indexOf(':', slash)
  if (colon < 0 && at < 0) return { name: text, tag: '', digest: '' }
  if (at >= 0 && (at < colon || colon < 0)) return { name: text.slice(0, at), tag: '', digest: text.slice(at + 1) }
  return at >= 0 ? { name: text.slice(0, colon), tag: text.slice(colon + 1, at), digest: text.slice(at + 1) } : { name: text.slice(0, colon), tag: text.slice(colon + 1), digest: '' }
}
