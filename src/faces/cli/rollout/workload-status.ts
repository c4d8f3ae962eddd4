import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import { advice, podTrouble, podsOf, readiness, Sightings, type Trouble } from '../../../cluster/readiness/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { CommandContext, Session } from '../command.ts'
import { usage } from '../flags.ts'
import { LivePanel, type Waiting } from '../live-panel.ts'
import { PlainWaiting } from '../plain-waiting.ts'
import { isatty } from 'node:tty'
import { jsonLine } from '../progress-json.ts'
import { printStructured } from '../structured.ts'
import { foreignKinds, foreignState, type WorkloadState } from './foreign-rollout.ts'
import { line } from './words.ts'

interface Kind { readonly apiVersion: string; readonly kind: string; readonly words: readonly string[] }
const kinds: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', words: ['deployment', 'deployments', 'deploy'] },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', words: ['statefulset', 'statefulsets', 'sts'] },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', words: ['daemonset', 'daemonsets', 'ds'] },
  ...foreignKinds,
]

/**
 * `pintle rollout status` of a workload, or of a rollout that another controller runs: read only.
 * @param name NAME, or KIND/NAME
 * @param none thrown when there is nothing of that name
 * @returns 0 done (or, without --watch, read), 1 failed, 3 under way at the timeout
 */
export async function workloadStatus(context: CommandContext, session: Session, name: string, none?: Error): Promise<number> {
  const { flags, out, signal } = context
  const { cluster, namespace } = session
  const object = await find(cluster, namespace, name, signal, none)
  const title = `${object.kind}/${object.metadata.name}`
  const seen = new Sightings()
  const look = async (live: KubeObject) => await stateOf(cluster, live, seen, signal)
  if (!flags.bool('watch')) {
    const found = await look(object)
    if (!printStructured(context, () => ({ kind: object.kind, name: object.metadata.name, namespace, state: found.state, message: found.message, ...Object.fromEntries(found.rows), trouble: found.troubles.map(troubleText) }))) {
      out.line(`${title}: ${found.state}: ${found.message}`)
      for (const [key, text] of found.rows) out.line(`  ${key.padEnd(10)}  ${text}`)
      for (const t of found.troubles) out.line(`  ${troubleText(t)}`)
    }
    return found.state === 'failed' ? 1 : 0
  }
  const end = flags.duration('timeout') > 0 ? Date.now() + flags.duration('timeout') : Infinity
  const screen = waitingScreen(context)
  for (let live: KubeObject = object; ;) {
    const found = await look(live)
    const over = found.state === 'done' || found.state === 'failed' || found.troubles.some((t) => t.fatal)
    if (over || Date.now() >= end) {
      screen.clear()
      out.line(`${title}: ${over && found.state !== 'done' ? 'failed' : found.state}: ${found.message}`)
      for (const t of found.troubles) out.line(`  ${troubleText(t)}`)
      return found.state === 'done' ? 0 : over ? 1 : 3
    }
    screen.waiting({ type: 'progress', done: 0, total: 1, waiting: [{ ref: { apiVersion: live.apiVersion, kind: live.kind, namespace, name: live.metadata.name! }, status: 'InProgress', message: line(found.message), pods: found.troubles.map(({ name: pod, container, reason, message, fatal }) => ({ pod, ...(container && { container }), reason, message, fatal })) }] })
    await sleep(Math.max(1, Math.min(1000, end - Date.now())), undefined, { signal })
    const next = await cluster.get({ apiVersion: live.apiVersion, kind: live.kind, namespace, name: live.metadata.name! }, { signal })
    if (next === undefined) throw new PintleError('rollout.none', `${title} was removed`)
    live = next
  }
}

async function find(cluster: Cluster, namespace: string, text: string, signal: AbortSignal, none: Error | undefined): Promise<KubeObject> {
  const [word, name] = text.includes('/') ? text.split('/', 2) as [string, string] : [undefined, text]
  const wanted = word === undefined ? kinds : kinds.filter((k) => k.words.includes(word.toLowerCase()))
  if (wanted.length === 0) throw usage(`no kind of workload is called ${JSON.stringify(word)}`, `There are: ${kinds.map((k) => k.words[0]).join(', ')}.`)
  const found: KubeObject[] = []
  for (const { apiVersion, kind } of wanted) {
    if (await cluster.mapping(apiVersion, kind, { signal }) === undefined) continue
    const object = await cluster.get({ apiVersion, kind, namespace, name }, { signal })
    if (object !== undefined) found.push(object)
  }
  // What another controller rolls out stands for the Deployment that it makes of it.
  const [only] = found.length > 1 ? found.filter((o) => !o.apiVersion.startsWith('apps/')) : found
  if (only !== undefined) return only
  if (found.length > 1) throw usage(`which ${name}?`, `There are: ${found.map((o) => `${o.kind.toLowerCase()}/${o.metadata.name}`).join(', ')}.`)
  throw none ?? new PintleError('rollout.none', `there is no ${text} in namespace ${namespace}`)
}

async function stateOf(cluster: Cluster, live: KubeObject, seen: Sightings, signal: AbortSignal): Promise<WorkloadState & { troubles: readonly Trouble[] }> {
  const foreign = foreignState(live)
  if (foreign !== undefined) return { ...foreign, troubles: [] }
  const { status, message } = readiness(live)
  const images: string[] = (live.spec?.template?.spec?.containers ?? []).map((c: { image?: string }) => String(c.image ?? ''))
  const wanted = live.kind === 'DaemonSet' ? live.status?.desiredNumberScheduled : (live.spec?.replicas ?? 1)
  const rows = [
    ['pods', `${live.status?.readyReplicas ?? live.status?.numberReady ?? 0}/${wanted ?? 0} ready, ${live.status?.updatedReplicas ?? live.status?.updatedNumberScheduled ?? 0} of the new version`],
    ['images', images.map((i) => line(i)).join(', ')],
  ] as const
  if (status === 'current') return { state: 'done', message: line(message), rows, troubles: [] }
  return { state: status === 'failed' ? 'failed' : 'going', message: line(message), rows, troubles: await troubles(cluster, live, seen, signal) }
}

async function troubles(cluster: Cluster, live: KubeObject, seen: Sightings, signal: AbortSignal): Promise<Trouble[]> {
  const at = { namespace: live.metadata.namespace!, signal }
  const [pods, sets, events] = await Promise.all([
    cluster.list('v1', 'Pod', at), live.kind === 'Deployment' ? cluster.list('apps/v1', 'ReplicaSet', at) : undefined, cluster.list('v1', 'Event', at).catch(() => undefined),
  ])
  const found = podTrouble(podsOf(live, pods.items, sets?.items ?? []), events?.items ?? [], { now: Date.now(), seen })
  seen.turn()
  return found
}

function troubleText(trouble: Trouble): string {
  const { name, container, reason, message } = trouble
  const advised = advice(trouble)
  return `pod ${name}${container === undefined ? '' : ` (${container})`}: ${reason}${message === '' ? '' : `: ${line(message, 500)}`}${advised === undefined ? '' : `; ${advised}`}`
}

function waitingScreen({ flags, out }: CommandContext): { waiting(event: Waiting): void; clear(): void } {
  const mode = flags.string('progress')
  if (mode === 'json') return { waiting: (event) => out.note(jsonLine(event)), clear() {} }
  if (mode === 'none') return { waiting() {}, clear() {} }
  const live = mode === 'live' || (mode === 'auto' && isatty(2) && process.env.TERM !== 'dumb' && !process.env.CI)
  return live ? new LivePanel(out) : new PlainWaiting((text) => out.note(text))
}
