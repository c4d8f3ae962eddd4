import type { CallOptions, Cluster } from '../../../cluster/kube/index.ts'
import { journalRef, leaseName, type RolloutSpec } from '../../rollout/index.ts'
import { distinct, type NeededRight } from './needed-right.ts'
import { rightsOfRelease, type ReleaseRightsOptions } from './rights-of-release.ts'

export interface RolloutRightsOptions extends CallOptions, Pick<ReleaseRightsOptions, 'records'> {
  readonly cluster?: Cluster
  readonly release: string
  readonly namespace: string
  readonly spec: Pick<RolloutSpec, 'router'>
  /** The version that serves, and the one that it goes to. */
  readonly versions: readonly { readonly manifest: string; readonly hooks: ReleaseRightsOptions['hooks'] }[]
  /** Texts of the chart's crds folder. */
  readonly crds: readonly string[]
}

/**
 * The rights with which a process can run one rollout to its end, either way: those of an upgrade and a rollback between its two versions, its journal and Lease, and what its router moves.
 * @returns the rights, and kinds nobody knows (`apiVersion Kind`): what they need is missing
 */
export async function rightsOfRollout(options: RolloutRightsOptions): Promise<{ needed: NeededRight[]; unknown: string[] }> {
  const { cluster, release, namespace, spec, versions, crds, records, signal } = options
  const { needed, unknown } = await rightsOfRelease({
    release, namespace, operations: ['upgrade', 'rollback'], manifests: versions.map((v) => v.manifest), hooks: versions.flatMap((v) => v.hooks), crds,
    ...(cluster && { cluster }), ...(records && { records }), ...(signal && { signal }),
  })
  // A runner keeps no evidence, and is in its cluster and namespace.
  const own = needed.filter((r) => !r.why.includes('evidence') && !(r.group === '' && r.resource === 'namespaces'))
  const journal = { group: '', resource: 'secrets', namespace, name: journalRef(namespace, release).name, why: 'journal of the rollout' }
  const lease = { group: 'coordination.k8s.io', resource: 'leases', namespace, why: 'says that it is run, and by whom' }
  const observed = { namespace, why: 'pods of both versions' }
  return {
    needed: distinct([
      ...own, ...copied(own, spec.router),
      ...['get', 'patch'].map((verb) => ({ ...journal, verb })),
      { ...lease, verb: 'create' }, ...['get', 'update', 'patch', 'delete'].map((verb) => ({ ...lease, verb, name: `pintle.${leaseName(release)}` })),
      ...['get', 'list'].map((verb) => ({ ...observed, group: 'apps', resource: 'deployments', verb })),
      { ...observed, group: 'apps', resource: 'replicasets', verb: 'list' }, { ...observed, group: '', resource: 'pods', verb: 'list' }, { ...observed, group: '', resource: 'events', verb: 'list' },
      ...routed[spec.router].flatMap(([group, resource, verbs]) => verbs.map((verb) => ({ group, resource, verb, namespace, why: `traffic by ${spec.router}` }))),
    ]),
    unknown,
  }
}

/** Where there is one of a kind in the chart, there are two while its canary runs: they are listed. */
function copied(needed: readonly NeededRight[], router: RolloutSpec['router']): NeededRight[] {
  const kinds = new Set([...configured, ...(router === 'replicas' ? [] : selecting)])
  return needed.filter((r) => r.verb === 'get' && r.namespace !== '' && kinds.has(`${r.group}/${r.resource}`)).map(({ name: _, ...right }) => ({ ...right, verb: 'list', why: `${right.why}, and their copies for the canary` }))
}
const configured = ['apps/deployments', '/configmaps', '/secrets']
/** What selects pods has a copy where a router splits the traffic. */
const selecting = ['/services', 'networking.k8s.io/networkpolicies', 'networking.k8s.io/ingresses', 'policy/poddisruptionbudgets', 'monitoring.coreos.com/servicemonitors', 'monitoring.coreos.com/podmonitors']

type Routed = readonly (readonly [group: string, resource: string, verbs: readonly string[]])[]
const whole = ['get', 'list', 'create', 'patch', 'delete']
/** What a router moves, which need not be of the release. */
const routed: Readonly<Record<RolloutSpec['router'], Routed>> = {
  replicas: [],
  service: [['', 'services', ['get', 'list', 'patch']]],
  'gateway-api': [['', 'services', whole], ['gateway.networking.k8s.io', 'httproutes', ['get', 'list', 'patch']]],
  istio: [['', 'services', whole], ['networking.istio.io', 'virtualservices', ['get', 'list', 'patch']]],
  nginx: [['', 'services', whole], ['networking.k8s.io', 'ingresses', whole]],
  'argo-rollouts': [['argoproj.io', 'rollouts', ['get', 'list', 'patch']], ['argoproj.io', 'rollouts/status', ['patch']]],
  // Its gates are opened through the API server, where they are in this namespace.
  flagger: [['flagger.app', 'canaries', ['get', 'list', 'patch']], ['', 'services/proxy', ['create']]],
}
