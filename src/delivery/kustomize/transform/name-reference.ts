import type { TreeNode } from '../../../language/yaml/index.ts'
import type { FieldSpec } from '../config/field-spec.ts'
import type { NameReference } from '../config/transformer-config.ts'
import { prefixing, refuse } from '../refusal.ts'
import { anno } from '../resource/annotations.ts'
import { isSelected, type Gvk } from '../resource/gvk.ts'
import { idText, sameNamespace, type ResId } from '../resource/res-id.ts'
import type { Resource } from '../resource/resource.ts'
import { ResourceMap } from '../resource/resource-map.ts'
import { get, lookup, setField, setScalar } from '../tree/fields.ts'
import { elementsOf, fieldOf, isMissingOrNull, scalar, textOf } from '../tree/nodes.ts'
import { applyFieldSpec } from './apply-field-spec.ts'

/** Gives objects that name others their present names. Upstream: namereferencetransformer.go, filters/nameref. */
export function fixNameReferences(map: ResourceMap, references: readonly NameReference[]): void {
  const targets = new Targets(map)
  const originals = map.list.map((resource) => resource.originalId)
  map.list.slice().forEach((resource, i) => {
    const fields = references.flatMap(({ gvk, referrers }) => referrers.filter((spec) => isSelected(originals[i]!.gvk, spec.gvk)).map((spec) => ({ gvk, spec })))
    if (fields.length === 0) return
    // A binding whose subjects are no good is refused whatever it names.
    let candidates = resource.kind === 'RoleBinding' ? targets.of(resource) : undefined
    for (const { gvk, spec } of fields) {
      // Most objects have few of the fields: only then is anything looked for.
      const set = (node: TreeNode): void => new Referrer(resource, spec, gvk, (candidates ??= targets.of(resource)), targets).set(node)
      prefixing(`updating name reference in '${spec.path}' field of '${idText(resource.id)}'`, () => applyFieldSpec(resource.node!, { ...spec, gvk: { ...resource.gvk } }, { set }))
    }
  })
}

/** Whom a resource can name: what is in its namespace or in none. */
class Targets {
  readonly #map: ResourceMap
  readonly #previous = new Map<Resource, readonly ResId[]>()
  constructor(map: ResourceMap) { this.#map = map }

  /** Former ids do not change any more. */
  previousIds(resource: Resource): readonly ResId[] {
    let ids = this.#previous.get(resource)
    if (ids === undefined) this.#previous.set(resource, (ids = resource.previousIds))
    return ids
  }

  of(referrer: Resource): ResourceMap {
    const { id } = referrer
    if (id.clusterScoped) return this.#map
    const namespaces = subjectNamespaces(referrer)
    const out = new ResourceMap()
    out.list = this.#map.list.filter((target) => {
      const other = target.id
      return other.clusterScoped || sameNamespace(other, id) || namespaces.has(target.namespace)
    })
    return out
  }
}

/** The namespaces of the service accounts of a role binding. */
function subjectNamespaces(resource: Resource): Set<string> {
  const out = new Set<string>()
  if (resource.kind !== 'RoleBinding') return out
  const subjects = lookup(resource.node, ['subjects'])
  if (subjects === undefined || subjects.kind !== 'sequence') return out
  for (const subject of subjects.content) {
    const namespace = fieldOf(subject, 'namespace')
    if (namespace === undefined || fieldOf(subject, 'kind')?.value !== 'ServiceAccount') continue
    if (isMissingOrNull(namespace)) refuse(`Invalid Input: namespace is blank for resource ${JSON.stringify(idText(resource.id))}\n`)
    out.add(namespace.value)
  }
  return out
}

class Referrer {
  readonly #referrer: Resource
  readonly #spec: FieldSpec
  readonly #target: Gvk
  readonly #candidates: ResourceMap
  readonly #targets: Targets

  constructor(referrer: Resource, spec: FieldSpec, target: Gvk, candidates: ResourceMap, targets: Targets) {
    this.#referrer = referrer
    this.#spec = spec
    this.#target = target
    this.#candidates = candidates
    this.#targets = targets
  }

  set(node: TreeNode): void {
    if (isMissingOrNull(node)) return
    switch (node.kind) {
      case 'scalar': return this.#setScalar(node)
      case 'mapping': return this.#setMapping(node)
      case 'sequence':
        for (const element of elementsOf(node)) {
          if (isMissingOrNull(element)) continue
          if ((element as TreeNode).kind === 'scalar') this.#setScalar(element)
          else if ((element as TreeNode).kind === 'mapping') this.#setMapping(element)
          else refuse('a list of names holds neither strings nor mappings')
        }
        return
      default: refuse('node must be a scalar, sequence or map')
    }
  }

  #setScalar(node: TreeNode): void {
    const referral = this.#select(node.value, this.#candidates.list, (list) => list.every((one) => one.name === list[0]!.name))
    if (referral === undefined) return
    referral.addReferrer(idText(this.#referrer.id))
    if (referral.name !== node.value) setScalar(node, scalar(referral.name))
  }

  #setMapping(node: TreeNode): void {
    const nameNode = get(node, 'name')
    if (nameNode === undefined) return refuse("path config error; no 'name' field in node")
    const oldName = nameNode.value
    const referral = this.#select(oldName, this.#inNamespaceOf(node), (list) => list.every((one) => one.name === list[0]!.name && one.namespace === list[0]!.namespace))
    if (referral === undefined) return
    referral.addReferrer(idText(this.#referrer.id))
    const { name, namespace } = referral
    if (name === oldName && namespace === '') return
    setField(node, 'name', name === '' ? undefined : scalar(name))
    if (namespace !== '') setField(node, 'namespace', scalar(namespace))
  }

  #inNamespaceOf(node: TreeNode): readonly Resource[] {
    const namespaceNode = get(node, 'namespace')
    if (namespaceNode === undefined) return this.#candidates.list
    const namespace = namespaceNode.value
    return this.#candidates.byNamespace((resource) => resource.originalId).get(namespace) ?? this.#candidates.byNamespace((resource) => resource.id).get(namespace) ?? []
  }

  /** The one resource that was once called so and can be meant. */
  #select(oldName: string, all: readonly Resource[], identical: (list: readonly Resource[]) => boolean): Resource | undefined {
    const previous = (resource: Resource): readonly ResId[] => this.#targets.previousIds(resource)
    let list = all.filter((one) => previous(one).some((id) => id.name === oldName) && previous(one).some((id) => isSelected(id.gvk, this.#target)))
    const role = this.#roleGvk()
    if (role !== undefined) list = list.filter((one) => previous(one).some((id) => isSelected(id.gvk, role)))
    const own = this.#referrer.id
    if (!own.clusterScoped) {
      list = list.filter((one) => {
        const { id } = one
        return id.clusterScoped || one.kind === 'ServiceAccount' || sameNamespace(own, id)
      })
    }
    if (list.length === 1) return list[0]
    list = list.filter((one) => sameAffixes(one, this.#referrer, true))
    if (list.length > 1) list = list.filter((one) => sameAffixes(one, this.#referrer, false))
    if (list.length <= 1) return list[0]
    if (identical(list)) return list[0]
    return refuse(`found multiple possible referrals: ${list.map((one) => idText(one.id)).join(', ')}\n` +
      `\n**** Too many possible referral targets to referrer:\n${this.#referrer.yaml}\n${list.map((one, i) => `--- possible referral ${i}:\n${one.yaml}\n`).join('')}`)
  }

  /** What the roleRef of a binding says its role is. */
  #roleGvk(): Gvk | undefined {
    if (!this.#spec.path.endsWith('roleRef/name')) return undefined
    const roleRef = lookup(this.#referrer.node, ['roleRef'])
    const group = fieldOf(roleRef, 'apiGroup')
    const kind = fieldOf(roleRef, 'kind')
    return group === undefined || kind === undefined ? undefined : { group: textOf(group), version: '', kind: textOf(kind) }
  }
}

function sameAffixes(a: Resource, b: Resource, allowEmpty: boolean): boolean {
  return [anno.prefixes, anno.suffixes].every((which) => {
    const x = a.list(which)
    const y = b.list(which)
    return (allowEmpty && (x.length === 0 || y.length === 0)) || sameEnding(x, y)
  })
}

function sameEnding(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (short.length === 0) return long.length === 0
  const offset = long.length - short.length
  return short.every((value, i) => value === long[i + offset])
}
