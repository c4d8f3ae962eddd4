import { grantedRights } from './granted-rights.ts'
import { distinct, type NeededRight, type Operation } from './needed-right.ts'
import type { ScopedObject } from './scope-objects.ts'

/** A hook with the object it makes. */
export interface ScopedHook extends ScopedObject {
  readonly events: readonly string[]
}

/** What is done to what. */
export interface RightsQuestion {
  readonly release: string
  /** Of the release, and of its records. */
  readonly namespace: string
  readonly operations: readonly Operation[]
  /** Of the new manifest and of the last one. */
  readonly objects: readonly ScopedObject[]
  readonly hooks: readonly ScopedHook[]
  /** Of the chart's crds/ folders. */
  readonly definitions: readonly ScopedObject[]
  readonly createNamespace?: boolean
  /** Where records are kept; undefined: in none of the cluster's objects. Default secrets. */
  readonly records?: 'secrets' | 'configmaps' | 'elsewhere'
}

/**
 * The rights that Pintle's operations need, each with its reason; never more. Applies are server-side ones, whose creations carry a name.
 * The requests behind them: cluster/release (apply.ts, live.ts, wait.ts, hooks.ts, lease.ts). Held against a real API server's audit log by test/cluster/rights.test.ts.
 */
export function neededRights(question: RightsQuestion): NeededRight[] {
  return distinct([
    ...recordRights(question), ...leaseRights(question), ...evidenceRights(question), ...objectRights(question), ...hookRights(question), ...definitionRights(question), ...explainingRights(question),
    ...(question.operations.some((o) => writes.has(o)) ? grantedRights([...question.objects, ...question.hooks]) : []), ...placeRights(question),
  ])
}

const writes = new Set<Operation>(['install', 'upgrade', 'rollback'])
const uses = ({ operations }: RightsQuestion, ...wanted: Operation[]): boolean => wanted.some((o) => operations.includes(o))

/** Release records: written whole (PUT), listed by label. */
function recordRights(question: RightsQuestion): NeededRight[] {
  const resource = question.records ?? 'secrets'
  if (resource === 'elsewhere') return []
  const verbs = ['list']
  if (uses(question, 'install', 'upgrade', 'rollback')) verbs.push('create')
  if (uses(question, 'install', 'upgrade', 'rollback', 'test', 'uninstall')) verbs.push('update')
  if (uses(question, 'upgrade', 'rollback', 'uninstall')) verbs.push('delete')
  return verbs.map((verb) => ({ verb, group: '', resource, namespace: question.namespace, why: 'release records' }))
}

/** The heartbeat of a run that takes more than a moment. */
function leaseRights(question: RightsQuestion): NeededRight[] {
  if (!uses(question, 'install', 'upgrade', 'rollback', 'uninstall')) return []
  const base = { group: 'coordination.k8s.io', resource: 'leases', namespace: question.namespace, why: 'heartbeat of a run, so that no other takes it for dead', optional: true }
  const name = `pintle.${question.release}`
  return [{ ...base, verb: 'create' }, ...['get', 'update', 'patch', 'delete'].map((verb) => ({ ...base, verb, name }))]
}

/** The head of the evidence's chain, noted beside the release: delivery/evidence/anchor.ts. */
function evidenceRights(question: RightsQuestion): NeededRight[] {
  if (!uses(question, 'install', 'upgrade')) return []
  const base = { group: '', resource: 'configmaps', namespace: question.namespace, name: `pintle-evidence.${question.release}`, why: 'notes the head of the evidence beside the release', optional: true }
  return ['get', 'create', 'patch'].map((verb) => ({ ...base, verb }))
}

function objectRights(question: RightsQuestion): NeededRight[] {
  return groups(question.objects).flatMap((group) => {
    const [first] = group
    const { object, mapping } = first!
    const several = group.length > 1 && object.kind !== 'CustomResourceDefinition'
    const verbs = new Set<string>([several ? 'list' : 'get'])
    if (uses(question, 'install', 'upgrade', 'rollback', 'diff')) for (const verb of ['create', 'patch']) verbs.add(verb)
    // What leaves the chart is looked at before it is deleted.
    if (uses(question, 'upgrade', 'rollback')) for (const verb of ['get', 'delete']) verbs.add(verb)
    if (uses(question, 'uninstall')) for (const verb of ['delete', 'list', 'watch']) verbs.add(verb)
    if (uses(question, 'install', 'upgrade', 'rollback') && !atOnce.has(object.kind)) for (const verb of ['list', 'watch']) verbs.add(verb)
    return rightsOn(group, [...verbs], `${mapping.plural} of the chart`)
  })
}

/** Kinds that are ready as soon as they are stored. */
const atOnce = new Set([
  'ConfigMap', 'Secret', 'ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'Ingress', 'IngressClass', 'NetworkPolicy', 'StorageClass', 'PriorityClass', 'LimitRange', 'ResourceQuota',
  'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration',
])

const eventsOf: Readonly<Record<Operation, readonly string[]>> = {
  install: ['pre-install', 'post-install'], upgrade: ['pre-upgrade', 'post-upgrade'], rollback: ['pre-rollback', 'post-rollback'], uninstall: ['pre-delete', 'post-delete'], test: ['test', 'test-success'], status: [], diff: [],
}

function hookRights(question: RightsQuestion): NeededRight[] {
  const events = new Set(question.operations.flatMap((o) => eventsOf[o]))
  const run = question.hooks.filter((hook) => hook.events.some((e) => events.has(e)))
  const rights = groups(run).flatMap((group) => rightsOn(group, ['create', 'patch', 'list', 'watch', ...(group[0]!.object.kind === 'CustomResourceDefinition' ? [] : ['delete'])], 'hooks'))
  const looked = uses(question, 'uninstall') ? groups(question.hooks).flatMap((group) => rightsOn(group, [group.length > 1 ? 'list' : 'get'], 'hooks left behind')) : []
  const tests = uses(question, 'test') ? question.hooks.filter((h) => h.object.kind === 'Pod' && h.events.some((e) => eventsOf.test.includes(e))) : []
  const logs = groups(tests).flatMap((group) => [...rightsOn(group, ['get'], 'logs of tests'), { verb: 'get', group: '', resource: 'pods/log', namespace: group[0]!.namespace, why: 'logs of tests' }])
  return [...rights, ...looked, ...logs]
}

function definitionRights(question: RightsQuestion): NeededRight[] {
  if (!uses(question, 'install', 'upgrade', 'diff')) return []
  const verbs = uses(question, 'install') ? ['get', 'create', 'patch', 'list', 'watch'] : ['get', 'patch']
  return groups(question.definitions).flatMap((group) => rightsOn(group, verbs, "definitions of the chart's crds folder"))
}

/** Pods, replica sets, warnings and logs behind what is not ready. */
function explainingRights(question: RightsQuestion): NeededRight[] {
  const out: NeededRight[] = []
  const kinds = (list: readonly ScopedObject[], namespace: string) => new Set(list.filter((o) => o.namespace === namespace).map((o) => o.object.kind))
  const namespaces = new Set([...question.objects, ...question.hooks].filter((o) => o.namespace !== '').map((o) => o.namespace))
  for (const namespace of namespaces) {
    const own = kinds(question.objects, namespace)
    const hooked = kinds(question.hooks, namespace)
    const base = { group: '', namespace, why: 'says why something is not ready', optional: true }
    const works = [...workloads].some((kind) => own.has(kind))
    const waits = uses(question, 'install', 'upgrade', 'rollback') && works
    if (uses(question, 'status') && [...selecting].some((kind) => own.has(kind))) out.push({ ...base, resource: 'pods', verb: 'list', why: 'status of the pods', optional: false })
    const hookWaits = ['Job', 'Pod'].some((kind) => hooked.has(kind)) && question.operations.some((o) => eventsOf[o].length > 0)
    if (uses(question, 'install', 'upgrade') && question.objects.some((o) => o.namespace === namespace && o.object.kind === 'Service' && Object.keys(o.object.spec?.selector ?? {}).length > 0)) {
      out.push({ ...base, group: 'discovery.k8s.io', resource: 'endpointslices', verb: 'list', why: 'says whether traffic finds its pods' })
    }
    if (!waits && !hookWaits) continue
    for (const verb of ['list', 'watch']) out.push({ ...base, resource: 'pods', verb }, { ...base, resource: 'events', verb })
    out.push({ ...base, resource: 'pods/log', verb: 'get' })
    if (waits && own.has('Deployment')) for (const verb of ['list', 'watch']) out.push({ ...base, group: 'apps', resource: 'replicasets', verb })
  }
  return out
}

const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'Pod'])
const selecting = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'])

/** The cluster and the namespace themselves. */
function placeRights(question: RightsQuestion): NeededRight[] {
  const out: NeededRight[] = []
  const base = { group: '', resource: 'namespaces', namespace: '' }
  if (uses(question, 'install', 'upgrade', 'diff')) out.push({ ...base, verb: 'get', name: 'kube-system', why: 'its UID tells one cluster from another', optional: true })
  // A Role in a namespace reaches the namespace itself.
  if (uses(question, 'install', 'upgrade', 'diff')) out.push({ ...base, verb: 'get', namespace: question.namespace, name: question.namespace, why: 'whether the namespace is there', optional: true })
  if (question.createNamespace === true && uses(question, 'install')) for (const verb of ['create', 'patch']) out.push({ ...base, verb, name: question.namespace, why: '--create-namespace' })
  return out
}

function groups<T extends ScopedObject>(objects: readonly T[]): T[][] {
  const unique = new Map(objects.map((o) => [`${o.mapping.group} ${o.mapping.plural} ${o.namespace} ${o.object.metadata?.name ?? ''}`, o]))
  return [...Map.groupBy(unique.values(), (o) => `${o.mapping.group} ${o.mapping.plural} ${o.namespace}`).values()]
}

/** Rights on the objects of one kind: in a namespace on all of the kind, cluster-wide on these alone. What lists several names none. */
function rightsOn(group: readonly ScopedObject[], verbs: readonly string[], why: string): NeededRight[] {
  const { mapping: { group: api, plural: resource }, namespace } = group[0]!
  return verbs.flatMap((verb): NeededRight[] => {
    const base = { verb, group: api, resource, namespace, why }
    const named = namespace === '' && !(group.length > 1 && (verb === 'list' || verb === 'watch'))
    return named ? group.map((o) => ({ ...base, name: o.object.metadata?.name ?? '' })) : [base]
  })
}
