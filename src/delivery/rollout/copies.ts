import { createHash } from 'node:crypto'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { selects } from '../policy/index.ts'
import type { Manifest, Name } from './manifest.ts'
import type { Marks, Track, Workload } from './parts.ts'
import { withReferences } from './pod-references.ts'
import type { ConfigRef } from './pod-references.ts'
import type { RolloutSpec } from './types.ts'
import { refused } from './refused.ts'
import { selectsPods } from './services-of.ts'

export const trackLabel = 'pintle.dev/track'

type Labels = Readonly<Record<string, string>>

/** Names of objects and values of labels end here. */
const longest = 63

/** `NAME-canary`; what would be too long is cut, and told apart by a digest. */
export function copyName(name: string, track: Track): string {
  const plain = `${name}-${track}`
  if (plain.length <= longest) return plain
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 6)
  return `${name.slice(0, longest - track.length - digest.length - 2).replace(/[^A-Za-z0-9]+$/, '')}-${digest}-${track}`
}

/** How the two versions of a workload are told apart by a router. */
export function marksOf(manifest: Manifest, workload: Workload, { strategy, router }: { readonly strategy: RolloutSpec['strategy']; readonly router: { readonly by: 'pods' | 'route' } }): Marks {
  const track = strategy === 'blue-green' ? 'preview' : 'canary'
  if (workload.slot !== undefined) return { track, changed: workload.slot.changed }
  return router.by === 'pods' ? { track, changed: {} } : marksFor(manifest, workload, track)
}

/**
 * Chooses the labels whose value differs on the copy's pods, so that no Service of the old version selects them: as few as all Services need, first those that mean
 * one workload, last those that a whole release shares.
 */
function marksFor(manifest: Manifest, { services, stable }: Workload, track: Track): Marks {
  const selectors = services.map((s) => manifest.find(s)!.spec.selector as Labels)
  const own = (stable.spec?.selector?.matchLabels ?? {}) as Labels
  const changed: Record<string, string> = {}
  let left = selectors
  while (left.length > 0) {
    const keys = [...new Set(left.flatMap((s) => Object.keys(s)))]
    const rank = (key: string): readonly number[] => [-left.filter((s) => Object.hasOwn(s, key)).length, Object.hasOwn(own, key) ? 0 : 1, preference(key)]
    const key = keys.sort((a, b) => compare(rank(a), rank(b)) || (a < b ? -1 : 1))[0]!
    changed[key] = copyName(left.find((s) => Object.hasOwn(s, key))![key]!, track)
    left = left.filter((s) => !Object.hasOwn(s, key))
  }
  return { track, changed }
}

function preference(key: string): number {
  const word = key.slice(key.indexOf('/') + 1)
  const at = ['name', 'app', 'k8s-app', 'component'].indexOf(word)
  return at >= 0 ? at : ['instance', 'release', 'part-of', 'managed-by'].includes(word) ? 9 : 5
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((x, at) => x !== b[at])
  return i < 0 ? 0 : a[i]! - b[i]!
}

/** Labels as the copy's pods have them. */
const marked = (labels: Labels | undefined, { track, changed }: Marks): Labels => ({ ...labels, ...changed, [trackLabel]: track })

/** A Service's selector that selects the copy's pods and no others. */
export const markedSelector = (selector: Labels, { track, changed }: Marks): Labels => ({ ...Object.fromEntries(Object.entries(selector).map(([k, v]) => [k, changed[k] ?? v])), [trackLabel]: track })

/** A selector that selected pods of the old version: the same for those of the copy. */
function retarget(selector: any, { changed }: Marks): any {
  const { matchLabels, matchExpressions } = selector
  return {
    ...selector,
    ...(matchLabels && { matchLabels: Object.fromEntries(Object.entries(matchLabels as Labels).map(([k, v]) => [k, changed[k] ?? v])) }),
    ...(Array.isArray(matchExpressions) && { matchExpressions: matchExpressions.map((e: any) => (e.operator === 'In' && changed[e.key] !== undefined ? { ...e, values: [changed[e.key]] } : e)) }),
  }
}

/** Beside the stable one: the new template, with its own labels and its own configuration. */
export function copyOfDeployment({ target, name, config }: Workload, marks: Marks, replicas: number, annotations: Labels): KubeObject {
  const template = target.spec.template
  const labels = template.metadata?.labels as Labels | undefined
  const toCopy = (ref: ConfigRef): string | undefined => (config.some((c) => c.kind === ref.kind && c.name === ref.name) ? copyName(ref.name, marks.track) : undefined)
  const renamed = withReferences(template, toCopy)
  const isMine = (selector: unknown): boolean => selects(selector, labels ?? {}) && !selects(selector, marked(labels, marks))
  const spec = { ...renamed.spec }
  // Pods keep apart from their own kind.
  for (const key of ['affinity', 'topologySpreadConstraints']) if (spec[key] !== undefined) spec[key] = withSelectors(spec[key], (s) => (isMine(s) ? retarget(s, marks) : s))
  return {
    ...target,
    metadata: { ...copied(target, name.name, marks), annotations: { ...target.metadata.annotations, ...annotations } },
    spec: {
      ...target.spec, replicas,
      selector: { matchLabels: marked(target.spec.selector?.matchLabels, marks) },
      template: { ...renamed, metadata: { ...renamed.metadata, labels: marked(labels, marks) }, spec },
    },
  }
}

function withSelectors(value: any, change: (selector: any) => any): any {
  if (Array.isArray(value)) return value.map((v) => withSelectors(v, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, key === 'labelSelector' ? change(v) : withSelectors(v, change)]))
}

const copied = (object: KubeObject, name: string, { track }: Marks): KubeObject['metadata'] => ({
  ...object.metadata, name: copyName(name, track), labels: { ...object.metadata.labels, [trackLabel]: track },
})

/** What is kept of a Service's annotations: others name load balancers and host names, which there is one of. */
const kept = /^prometheus\.io\//

/** A Service for the copy's pods, inside the cluster alone. Its labels are the original's, so that monitors find it as well. */
export function copyOfService(service: KubeObject, marks: Marks): KubeObject {
  const { ports, selector, type: _type, clusterIP, clusterIPs: _ips, loadBalancerIP: _lb, loadBalancerClass: _class, loadBalancerSourceRanges: _ranges, externalIPs: _external, externalTrafficPolicy: _policy, healthCheckNodePort: _health, allocateLoadBalancerNodePorts: _allocate, ...rest } = service.spec
  const { annotations = {}, ...metadata } = copied(service, service.metadata.name!, marks)
  const notes = Object.fromEntries(Object.entries(annotations).filter(([key]) => kept.test(key)))
  return {
    ...service,
    metadata: { ...metadata, ...(Object.keys(notes).length > 0 && { annotations: notes }) },
    spec: {
      ...rest, ...(clusterIP === 'None' && { clusterIP }),
      ...(Array.isArray(ports) && { ports: ports.map(({ nodePort: _node, ...port }: any) => port) }),
      selector: markedSelector(selector, marks),
    },
  }
}

/**
 * What the copy's pods need of the rest of a release: their configuration, their own Services where the old ones do not select them, and the policies and monitors
 * that select by the labels which differ.
 */
export function copiesAround(manifest: Manifest, workload: Workload, marks: Marks): { readonly object: KubeObject; readonly like: Name }[] {
  const out: { object: KubeObject; like: Name }[] = []
  const { namespace } = workload.name
  const add = (like: Name, object: KubeObject): void => { out.push({ object, like }) }
  for (const { kind, name } of workload.config) {
    const like: Name = { kind, group: '', namespace, name }
    const object = manifest.find(like)!
    add(like, { ...object, metadata: copied(object, name, marks) })
  }
  if (Object.keys(marks.changed).length === 0) return out
  const labels = workload.target.spec.template.metadata?.labels as Labels | undefined
  const needsOwn = (selector: unknown): boolean => selects(selector, labels ?? {}) && !selects(selector, marked(labels, marks))
  const here = (kind: string, group: string): KubeObject[] => manifest.ofKind(kind, group).filter((o) => manifest.nameOf(o).namespace === namespace)
  for (const service of here('Service', '')) if (selectsPods(service, labels) && !selectsPods(service, marked(labels, marks))) add(manifest.nameOf(service), copyOfService(service, marks))
  for (const kind of ['PodDisruptionBudget', 'PodMonitor'] as const) {
    for (const object of here(kind, kind === 'PodMonitor' ? 'monitoring.coreos.com' : 'policy')) {
      if (needsOwn(object.spec?.selector)) add(manifest.nameOf(object), { ...object, metadata: copied(object, object.metadata.name!, marks), spec: { ...object.spec, selector: retarget(object.spec.selector, marks) } })
    }
  }
  for (const policy of here('NetworkPolicy', 'networking.k8s.io')) {
    const like = manifest.nameOf(policy)
    const spec = withPeers(policy.spec, (selector) => (needsOwn(selector) ? retarget(selector, marks) : undefined))
    if (needsOwn(policy.spec?.podSelector)) add(like, { ...policy, metadata: copied(policy, policy.metadata.name!, marks), spec: { ...spec, podSelector: retarget(policy.spec.podSelector, marks) } })
    // Policies add up: one more lets the copy in wherever the old version is let in.
    if (spec !== policy.spec) add(like, { ...policy, metadata: copied(policy, `${policy.metadata.name}-peers`, marks), spec })
  }
  return out
}

/** A NetworkPolicy's spec in which peers that mean the old version mean the copy as well; the same object when none does. */
function withPeers(spec: any, twin: (selector: unknown) => unknown): any {
  let any = false
  const peers = (list: any[]): any[] => list.flatMap((peer) => {
    const other = peer?.namespaceSelector === undefined ? twin(peer?.podSelector) : undefined
    if (other === undefined) return [peer]
    any = true
    return [peer, { ...peer, podSelector: other }]
  })
  const rules = (key: string, side: string): object => (Array.isArray(spec?.[key]) ? { [key]: spec[key].map((rule: any) => (Array.isArray(rule?.[side]) ? { ...rule, [side]: peers(rule[side]) } : rule)) } : {})
  const out = { ...spec, ...rules('ingress', 'from'), ...rules('egress', 'to') }
  return any ? out : spec
}

/** Refuses where a chart has an object of a copy's name already. */
export function requireFreeNames(manifests: readonly Manifest[], copies: readonly KubeObject[]): void {
  for (const copy of copies) {
    const taken = manifests.some((m) => m.find(m.nameOf(copy)) !== undefined)
    if (taken) throw refused(`the release has a ${copy.kind} ${copy.metadata.name} already, which is the name of what a rollout puts beside the old version`, 'Give the chart\'s own object another name.')
  }
}
