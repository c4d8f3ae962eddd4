import type { TreeNode } from '../../../language/yaml/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { fieldSpec, type FieldSpec } from '../config/field-spec.ts'
import { prefixing, refuse, wrapped } from '../refusal.ts'
import { anno } from '../resource/annotations.ts'
import { sameId } from '../resource/res-id.ts'
import type { Resource } from '../resource/resource.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { get, lookup } from '../tree/fields.ts'
import { elementsOf, isMissingOrNull, textOf } from '../tree/nodes.ts'
import { applyFieldSpec, applyFieldSpecs } from './apply-field-spec.ts'
import { setEntryIfEmptyOf, setEntryOf } from './set-value.ts'

/** Which subjects of role bindings get the namespace. */
export type SubjectMode = 'defaultOnly' | 'allServiceAccounts' | 'none'

export interface NamespaceOptions {
  readonly namespace: string
  readonly fieldSpecs: readonly FieldSpec[]
  /** Only where there is none yet. */
  readonly unsetOnly?: boolean
  readonly subjects?: SubjectMode
}

/** Moves all objects that can be in a namespace into one; what Helm rendered there is there. Upstream: NamespaceTransformer. */
export function setNamespaces(map: ResourceMap, options: NamespaceOptions): void {
  if (options.namespace === '') return
  for (const resource of map.list.slice()) {
    if (resource.isEmpty || resource.annotations.get(anno.helmGenerated) === 'true') continue
    resource.storeId()
    setNamespace(resource, options)
    const { id } = resource
    const matches = map.matchingCurrent((other) => sameId(id, other))
    if (matches.length !== 1) refuse(`namespace transformation produces ID conflict: [${matches.map((match) => match.json).join(' ')}]`)
  }
}

/** One object. Upstream: filters/namespace. */
export function setNamespace(resource: Resource, { namespace, fieldSpecs, unsetOnly = false, subjects = 'defaultOnly' }: NamespaceOptions): void {
  const { kind, apiVersion } = resource
  const node = resource.node!
  const setter = (): ((node: TreeNode) => void) => (unsetOnly ? setEntryIfEmptyOf('', namespace, '!!str') : setEntryOf('', namespace, '!!str'))
  if (!resource.id.clusterScoped) applyFieldSpec(node, fieldSpec('metadata/namespace', true), { set: setter(), createKind: 'scalar' })
  const isBinding = kind === 'RoleBinding' || kind === 'ClusterRoleBinding'
  const specs = fieldSpecs.filter(({ path, gvk }) => path !== 'metadata/namespace' && !(apiVersion !== 'v1' && path === 'metadata/name') &&
    !(isBinding && (gvk.kind === 'RoleBinding' || gvk.kind === 'ClusterRoleBinding') && path === 'subjects/namespace'))
  if (isBinding) setSubjects(node, subjects, setter())
  try {
    applyFieldSpecs(node, specs, { set: setter(), createKind: 'scalar', createTag: '!!str' })
  } catch (error) {
    const nodeKind = isPintleError(error) ? error.details?.nodeKind : undefined
    throw wrapped(error, nodeKind !== undefined && nodeKind !== 'scalar' ? 'namespace field specs must target scalar nodes' : 'namespace transformation failed')
  }
}

function setSubjects(node: TreeNode, mode: SubjectMode, set: (node: TreeNode) => void): void {
  if (mode === 'none') return
  const subjects = lookup(node, ['subjects'])
  if (isMissingOrNull(subjects)) return
  prefixing('setting namespace on (cluster)role binding subjects', () => {
    for (const subject of elementsOf(subjects!)) {
      const matches = mode === 'allServiceAccounts' ? textOf(get(subject, 'kind')) === 'ServiceAccount' : textOf(get(subject, 'name')) === 'default'
      if (!matches) continue
      const field = lookup(subject, ['namespace'], 'scalar')
      if (field !== undefined) set(field)
    }
  })
}
