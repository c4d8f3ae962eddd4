import type { Cluster, KubeObject } from '../kube/index.ts'
import { eventTime, isSecretSource } from '../readiness/index.ts'
import type { Trouble } from '../readiness/index.ts'
import { parseDocument } from './documents.ts'
import type { HookRecord } from './record.ts'
import type { Resource } from './resources.ts'

const tailLines = 40
const maxPods = 3
const maxEvents = 10
/** The server's answers about a failure may not hold up its report. */
const patience = 10_000

export interface PodLog {
  namespace: string
  pod: string
  container: string
  /** Of the run before the current one. */
  previous?: boolean
  text: string
}
export interface Warning { object: string; reason: string; message: string; count: number }
export interface Diagnosis { logs?: PodLog[]; events?: Warning[] }
/** Takes secret values out of a text. */
export type Clean = (text: string) => string

/** The last lines of the pods behind failed objects, and the warnings about them. Never fails: it explains failures. */
export async function diagnose(cluster: Cluster, resources: readonly Resource[], clean: Clean): Promise<Diagnosis> {
  const signal = AbortSignal.timeout(patience)
  const logs: PodLog[] = []
  const events: Warning[] = []
  for (const { ref } of resources) {
    if (ref.namespace === undefined) continue
    try {
      const pods = await podsOf(cluster, ref.kind, ref.name, ref.namespace, signal)
      for (const pod of pods.slice(-maxPods)) logs.push(...await logsOf(cluster, pod, { signal, tailLines, init: true }))
      const about = [{ kind: ref.kind, name: ref.name }, ...pods.map((pod) => ({ kind: 'Pod', name: pod.metadata.name ?? '' }))]
      const { items } = await cluster.list('v1', 'Event', { namespace: ref.namespace, fieldSelector: 'type=Warning', signal })
      events.push(...eventsAbout(items, about, clean))
    } catch {
      // Not allowed to look, or gone already.
    }
  }
  return { ...(logs.length > 0 && { logs: logs.map((log) => ({ ...log, text: clean(log.text) })) }), ...(events.length > 0 && { events }) }
}

/** The newest warnings about these objects, oldest first, each once. */
export function eventsAbout(events: readonly KubeObject[], objects: readonly { kind: string; name: string }[], clean: Clean): Warning[] {
  const wanted = new Set(objects.map(({ kind, name }) => `${kind}/${name}`))
  const found = new Map<string, Warning>()
  for (const event of events.toSorted((a, b) => (eventTime(a) < eventTime(b) ? -1 : 1))) {
    const object = `${event.involvedObject?.kind}/${event.involvedObject?.name}`
    if (!wanted.has(object)) continue
    const warning = { object, reason: String(event.reason ?? ''), message: clean(String(event.message ?? '')), count: event.series?.count ?? event.count ?? 1 }
    found.set(`${object} ${warning.reason} ${warning.message}`, warning)
  }
  return [...found.values()].slice(-maxEvents)
}

/** The warnings in the namespaces of these objects, oldest first; none where events may not be read. */
export async function warningsAbout(cluster: Cluster, resources: readonly Resource[]): Promise<KubeObject[]> {
  const signal = AbortSignal.timeout(patience)
  const out: KubeObject[] = []
  for (const namespace of new Set(resources.flatMap((r) => r.ref.namespace ?? (isSecretSource(r.ref) ? 'default' : [])))) {
    const { items } = await cluster.list('v1', 'Event', { namespace, fieldSelector: 'type=Warning', signal }).catch(() => ({ items: [] }))
    out.push(...items)
  }
  return out
}

/** The last lines of the containers that are in trouble, of the run that explains it. */
export async function troubleLogs(cluster: Cluster, troubles: readonly Trouble[], clean: Clean): Promise<PodLog[]> {
  const signal = AbortSignal.timeout(patience)
  const logs: PodLog[] = []
  for (const { namespace, name, logs: wanted } of troubles.filter((t) => t.logs !== undefined).slice(0, maxPods)) {
    const { container, previous } = wanted!
    const read = (again: boolean): Promise<string> => cluster.logs(namespace, name, { container, tailLines, signal, ...(again && { previous: true }) })
    const text = await read(previous).catch(() => (previous ? read(false) : '')).catch(() => '')
    if (text !== '') logs.push({ namespace, pod: name, container, ...(previous && { previous }), text: clean(text) })
  }
  return logs
}

/** Whole logs of a hook's containers, as its output-log-policy asks. Upstream: hooks.go, outputLogsByPolicy. */
export async function podLogs(cluster: Cluster, hook: HookRecord, releaseNamespace: string): Promise<PodLog[]> {
  if (hook.kind !== 'Job' && hook.kind !== 'Pod') return []
  const document = parseDocument(hook.manifest) as KubeObject | null
  const namespace = document?.metadata?.namespace || releaseNamespace
  const logs: PodLog[] = []
  for (const pod of await podsOf(cluster, hook.kind, hook.name, namespace)) logs.push(...await logsOf(cluster, pod, {}))
  return logs
}

async function podsOf(cluster: Cluster, kind: string, name: string, namespace: string, signal?: AbortSignal): Promise<KubeObject[]> {
  const selector = kind === 'Job' ? { labelSelector: `job-name=${name}` } : kind === 'Pod' ? { fieldSelector: `metadata.name=${name}` } : undefined
  if (selector === undefined) return []
  const { items } = await cluster.list('v1', 'Pod', { namespace, ...selector, ...(signal && { signal }) })
  return items
}

async function logsOf(cluster: Cluster, pod: KubeObject, { init = false, ...options }: { signal?: AbortSignal; tailLines?: number; init?: boolean }): Promise<PodLog[]> {
  const { namespace = '', name = '' } = pod.metadata
  const logs: PodLog[] = []
  for (const container of [...(init ? (pod.spec?.initContainers ?? []) : []), ...(pod.spec?.containers ?? [])]) {
    // A container that never ran has no log: where failures are explained, that is no failure.
    const read = cluster.logs(namespace, name, { container: container.name, ...options })
    const text = await (init ? read.catch(() => '') : read)
    if (text !== '') logs.push({ namespace, pod: name, container: container.name, text })
  }
  return logs
}
