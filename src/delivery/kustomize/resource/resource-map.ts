import { refuse } from '../refusal.ts'
import { fieldNames, fieldOf, isMissingOrNull, textOf } from '../tree/nodes.ts'
import { clear } from '../tree/fields.ts'
import { loadSecretData, setBinaryData, setData } from './data-map.ts'
import { anno } from './annotations.ts'
import { effectiveNamespace, idGoSyntax, idText, identicalId, isClusterNamespace, sameId, type ResId } from './res-id.ts'
import type { Resource } from './resource.ts'

/** The resources of a build in the order in which they came, no two with the same id. */
export class ResourceMap {
  list: Resource[] = []

  static of(resources: readonly Resource[]): ResourceMap {
    const map = new ResourceMap()
    map.appendAll(resources)
    return map
  }

  append(resource: Resource): void {
    const { id } = resource
    if (this.list.some((other) => sameId(id, other.id))) refuse(`may not add resource with an already registered id: ${idText(id)}`)
    this.list.push(resource)
  }

  appendAll(resources: readonly Resource[]): void {
    if (resources.length === 0) return
    // Ids are read once: a map of thousands of resources would be read millions of times otherwise.
    const key = (id: ResId): string => JSON.stringify([id.gvk.group, id.gvk.version, id.gvk.kind, id.name, effectiveNamespace(id)])
    const known = new Set(this.list.map((resource) => key(resource.id)))
    for (const resource of resources) {
      const { id } = resource
      if (known.has(key(id))) refuse(`may not add resource with an already registered id: ${idText(id)}`)
      known.add(key(id))
      this.list.push(resource)
    }
  }

  dropEmpty(): void { this.list = this.list.filter((resource) => !resource.isEmpty) }

  matchingCurrent(matches: (id: ResId) => boolean): Resource[] {
    return this.list.filter((resource) => matches(resource.id))
  }

  /** Resources one of whose ids, former ones among them, matches. */
  matchingAny(matches: (id: ResId) => boolean): Resource[] {
    return this.list.filter((resource) => !resource.isEmpty && [...resource.previousIds, resource.id].some(matches))
  }

  /** The one resource with an id. */
  byId(id: ResId): Resource {
    const found = this.matchingAny((other) => sameId(id, other))
    if (found.length === 1) return found[0]!
    return refuse(`${found.length > 1 ? 'multiple matches' : 'no matches'} for Id ${idText(id)}; failed to find unique target for patch ${idText(id)}`)
  }

  /** Takes in what a generator made, by its behavior. */
  absorb(resource: Resource): void {
    const { id, behavior } = resource
    const matches = this.matchingAny((other) => sameId(id, other))
    if (matches.length > 1) refuse(`found multiple objects ${goList(matches)} that could accept merge of ${idText(id)}`)
    if (matches.length === 0) {
      if (behavior === 'merge' || behavior === 'replace') refuse(`id ${idGoSyntax(id)} does not exist; cannot merge or replace`)
      return this.append(resource)
    }
    const old = matches[0]!
    if (behavior === 'replace') {
      resource.copyMetadataFrom(old)
    } else if (behavior === 'merge') {
      const origin = old.annotations.get(anno.origin)
      const data = resource.apiVersion === 'v1' && resource.kind === 'Secret' ? normalizedSecret(old, id) : old
      resource.copyMetadataFrom(old)
      setData(resource.node!, new Map([...data.stringsOf('data'), ...resource.stringsOf('data')]))
      setBinaryData(resource.node!, new Map([...old.stringsOf('binaryData'), ...resource.stringsOf('binaryData')]))
      if (origin !== undefined) {
        const { annotations } = resource
        resource.annotations = annotations.set(anno.origin, origin)
      }
    } else {
      refuse(`id ${idGoSyntax(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`)
    }
    const current = this.list.filter((other) => sameId(resource.id, other.id))
    if (current.length > 1) refuse(`in Replace: id matched ${current.length} resources`)
    if (current.length === 0) refuse(`cannot find resource with id ${idText(resource.id)} to replace`)
    this.list[this.list.indexOf(current[0]!)] = resource
  }

  absorbAll(resources: readonly Resource[]): void { for (const resource of resources) this.absorb(resource) }

  /** Applies a strategic merge patch to some of the resources; what is left of none of them goes. */
  applyPatch(targets: readonly Resource[], patch: Resource): void {
    const ids = targets.map((target) => target.id)
    for (const resource of this.list) {
      if (!ids.some((id) => identicalId(id, resource.id))) continue
      const copy = patch.copy()
      copy.copyMetadataFrom(patch)
      copy.setKind(resource.kind)
      copy.setApiVersion(resource.apiVersion)
      copy.setKind(patch.kind)
      resource.applyPatch(copy)
    }
    const left = this.list.filter((resource) => !resource.isEmpty)
    this.list = []
    this.appendAll(left)
  }

  /** The resources with namespaces, by namespace. */
  byNamespace(which: (resource: Resource) => ResId): Map<string, Resource[]> {
    const out = new Map<string, Resource[]>()
    for (const resource of this.list) {
      const namespace = effectiveNamespace(which(resource))
      if (isClusterNamespace(namespace)) continue
      const list = out.get(namespace)
      if (list === undefined) out.set(namespace, [resource])
      else list.push(resource)
    }
    return out
  }
}

const goList = (resources: readonly Resource[]): string => `[${resources.map((resource) => JSON.stringify(idText(resource.id))).join(' ')}]`

/** A Secret whose stringData has gone into data, as an API server does it. */
function normalizedSecret(secret: Resource, id: ResId): Resource {
  const copy = secret.copy()
  const strings = fieldOf(copy.node, 'stringData')
  if (!isMissingOrNull(strings)) {
    for (const name of fieldNames(strings!)) {
      if (fieldOf(strings, name)?.kind !== 'scalar') refuse(`failed to normalize stringData for ${idText(id)}: read stringData: stringData value for key ${JSON.stringify(name)} must be a scalar`)
    }
    loadSecretData(copy.node!, new Map(fieldNames(strings!).map((name) => [name, textOf(fieldOf(strings, name))])))
  }
  clear(copy.node!, 'stringData')
  return copy
}
