/**
 * What pods do where no container ever runs: in the sandbox, and on the fake nodes of the control plane the tests start. Both read this
 * one table, so that a test means the same in both places.
 *
 * The behaviour of a container is asked for by a word of its image (`example.com/crash:1`, `busybox:slow`), or for the whole pod
 * by the annotation `sandbox.pintle.dev/behaviour`.
 */
export type Behaviour = 'run' | 'pull-error' | 'invalid-image' | 'config-error' | 'crash' | 'oom' | 'fail' | 'slow'

/** Words looked for between the separators of an image reference, first match first. */
export const behaviourWords: readonly (readonly [word: string, Behaviour, description: string])[] = [
  ['does-not-exist', 'pull-error', 'the image cannot be pulled: ErrImagePull, then ImagePullBackOff'],
  ['config-error', 'config-error', 'the container cannot be created: CreateContainerConfigError'],
  ['crash', 'crash', 'exits with 1 again and again: CrashLoopBackOff'],
  ['oom', 'oom', 'is killed for its memory again and again: OOMKilled, CrashLoopBackOff'],
  ['fail', 'fail', 'exits with 1; without restarts the pod is Failed, else CrashLoopBackOff'],
  ['slow', 'slow', 'runs and never becomes ready'],
]

export const behaviourAnnotation = 'sandbox.pintle.dev/behaviour'
/** Seconds until a container is ready, or until one that ends does so. */
export const delayAnnotation = 'sandbox.pintle.dev/delay-seconds'
/** `required`: containers wait for the Secrets their environment names, as a kubelet lets them; without it nobody looks whether there are any. */
export const secretsAnnotation = 'sandbox.pintle.dev/secrets'

/** The one fake node's size; pods that ask for more than is free stay unschedulable. */
export const nodeCapacity = { cpu: '32', memory: '256Gi', 'ephemeral-storage': '1Ti', pods: '500' } as const

interface Container { name: string; image?: string; restartPolicy?: string }
export interface PodLike {
  metadata: { annotations?: Record<string, string>; generation?: number }
  spec?: { containers?: Container[]; initContainers?: Container[]; restartPolicy?: string; readinessGates?: { conditionType: string }[]; [field: string]: any }
  status?: { conditions?: { type: string; status: string; lastTransitionTime?: string; [field: string]: any }[]; [field: string]: any }
}

/** What a container of this image does. */
export function behaviourOf(image: string, annotations: Record<string, string> | undefined): Behaviour {
  const asked = annotations?.[behaviourAnnotation]
  if (asked !== undefined && (asked === 'run' || asked === 'invalid-image' || behaviourWords.some(([, b]) => b === asked))) return asked as Behaviour
  if (!/^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(image)) return 'invalid-image'
  return behaviourWords.find(([word]) => saysWord(image, word))?.[1] ?? 'run'
}

/** Whether a text holds a word that no letter or digit continues. */
export function saysWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return true
  return false
}

const isLetter = (c: string | undefined): boolean => c !== undefined && /[a-z0-9]/i.test(c)

/** When a crashing container has crashed for the n-th time, in ms after the pod started; a kubelet's 10 s, 20 s, 40 s made short. */
export const crashTimes = [150, 500, 1200, 2500, 5000, 10_000, 20_000, 40_000] as const
/** When a failed pull turns from ErrImagePull to ImagePullBackOff. */
const pullBackOffAfter = 400
/** How long a container that ends takes. */
const completeAfter = 100

interface ContainerAt {
  status: Record<string, unknown>
  /** 'done' ended well, 'failed' ended badly for good. */
  outcome: 'ready' | 'unready' | 'waiting' | 'done' | 'failed'
  /** ms after the start when it next changes. */
  changes?: number
}

export interface PodEvent { type: 'Normal' | 'Warning'; reason: string; message: string; container?: string }

export interface PodAt {
  /** The whole status but the PodScheduled condition, which is carried over. */
  status: Record<string, any>
  /** ms after the start when the status next changes; undefined for never. */
  changesAt: number | undefined
  /** What a kubelet would have reported by now, oldest first. */
  events: PodEvent[]
}

/**
 * The status of a scheduled pod `now - startedAt` ms after its node took it. Depends on nothing else, so it can be asked again after a restart.
 * @param addresses the pod's and its node's IP, and a Secret it needs and that is not there
 */
export function podAt(pod: PodLike, startedAt: number, now: number, { lacks, ...addresses }: { podIP: string; hostIP: string; lacks?: string | undefined }): PodAt {
  const elapsed = now - startedAt
  const spec = pod.spec ?? {}
  const annotations = pod.metadata.annotations
  const delay = Math.max(0, Number(annotations?.[delayAnnotation] ?? 0) || 0) * 1000
  const policy = spec.restartPolicy ?? 'Always'
  const events: PodEvent[] = []
  let changesAt: number | undefined
  const soonest = (at: number | undefined): void => { if (at !== undefined && at > elapsed) changesAt = changesAt === undefined ? at : Math.min(changesAt, at) }

  const initStatuses: Record<string, unknown>[] = []
  let initialized = true
  let initFailed = false
  for (const container of spec.initContainers ?? []) {
    const sidecar = container.restartPolicy === 'Always'
    const behaviour = behaviourOf(container.image ?? '', annotations)
    const at = !initialized ? notStarted(container, 'PodInitializing')
      : sidecar ? longRunning(container, behaviour, elapsed, 0, startedAt, events)
      : ending(container, behaviour === 'slow' ? 'slow' : behaviour, elapsed, 0, startedAt, policy, events)
    soonest(at.changes)
    initStatuses.push(at.status)
    if (at.outcome === 'failed') initFailed = true
    if (sidecar ? at.outcome === 'waiting' : at.outcome !== 'done') initialized = false
  }

  const statuses: Record<string, unknown>[] = []
  const outcomes: ContainerAt['outcome'][] = []
  for (const container of spec.containers ?? []) {
    const behaviour = behaviourOf(container.image ?? '', annotations)
    const at = !initialized ? notStarted(container, 'PodInitializing')
      : lacks !== undefined ? { ...cannotStart(container, 'config-error', elapsed, events, lacks)!, changes: elapsed + lookAgain }
      : policy === 'Always' ? longRunning(container, behaviour, elapsed, delay, startedAt, events)
      : ending(container, behaviour, elapsed, delay, startedAt, policy, events)
    soonest(at.changes)
    statuses.push(at.status)
    outcomes.push(at.outcome)
  }

  const ended = outcomes.length > 0 && outcomes.every(o => o === 'done' || o === 'failed')
  const phase = initFailed || (ended && outcomes.includes('failed')) ? 'Failed' : ended ? 'Succeeded'
    : initialized && outcomes.every(o => o !== 'waiting' || policy !== 'Always' || hasRun(statuses)) && outcomes.some(o => o !== 'waiting' || hasRun(statuses)) ? 'Running' : 'Pending'
  const ready = initialized && outcomes.every(o => o === 'ready')
  const why = ready ? undefined : ended && phase === 'Succeeded' ? { reason: 'PodCompleted' } : phase === 'Failed' ? { reason: 'PodFailed' } : {
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${(spec.containers ?? []).filter((_, i) => outcomes[i] !== 'ready').map(c => c.name).join(' ')}]`,
  }
  const conditions = [
    condition('PodReadyToStartContainers', phase !== 'Succeeded' && phase !== 'Failed'),
    condition('Initialized', initialized, initialized ? undefined : { reason: 'ContainersNotInitialized', message: 'containers with incomplete status' }),
    condition('Ready', ready, why),
    condition('ContainersReady', ready, why),
    ...(spec.readinessGates ?? []).map(gate => condition(gate.conditionType, true)),
  ]
  const carried = pod.status?.conditions ?? []
  const time = iso(now)
  const dated = conditions.map(c => {
    const before = carried.find(old => old.type === c.type)
    return { ...c, lastProbeTime: null, lastTransitionTime: before?.status === c.status && before.lastTransitionTime !== undefined ? before.lastTransitionTime : time }
  })
  const own = new Set(dated.map(c => c.type))
  const status: Record<string, any> = {
    ...(pod.status?.qosClass === undefined ? {} : { qosClass: pod.status.qosClass }),
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: [...dated, ...carried.filter(c => !own.has(c.type))],
    hostIP: addresses.hostIP,
    hostIPs: [{ ip: addresses.hostIP }],
    podIP: addresses.podIP,
    podIPs: [{ ip: addresses.podIP }],
    startTime: iso(startedAt),
    containerStatuses: statuses,
  }
  if (initStatuses.length > 0) status.initContainerStatuses = initStatuses
  return { status, changesAt, events }
}

/** A container meant to stay up. */
function longRunning(container: Container, behaviour: Behaviour, elapsed: number, delay: number, startedAt: number, events: PodEvent[]): ContainerAt {
  const stuck = cannotStart(container, behaviour, elapsed, events)
  if (stuck !== undefined) return stuck
  started(container, events)
  if (behaviour === 'crash' || behaviour === 'fail' || behaviour === 'oom') return crashing(container, behaviour, elapsed, startedAt, events)
  const ready = behaviour !== 'slow' && elapsed >= delay
  if (behaviour === 'slow') events.push({ type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503', container: container.name })
  const status = base(container, { running: { startedAt: iso(startedAt) } }, ready, 0, true)
  return ready || behaviour === 'slow' ? { status, outcome: ready ? 'ready' : 'unready' } : { status, outcome: 'unready', changes: delay }
}

/** A container of a Job, a test or an init step. */
function ending(container: Container, behaviour: Behaviour, elapsed: number, delay: number, startedAt: number, policy: string, events: PodEvent[]): ContainerAt {
  const stuck = cannotStart(container, behaviour, elapsed, events)
  if (stuck !== undefined) return stuck
  started(container, events)
  const bad = behaviour === 'crash' || behaviour === 'fail' || behaviour === 'oom'
  if (bad && policy !== 'Never') return crashing(container, behaviour, elapsed, startedAt, events)
  const end = delay + completeAfter
  if (elapsed < end || behaviour === 'slow') {
    const status = base(container, { running: { startedAt: iso(startedAt) } }, behaviour !== 'slow', 0, true)
    return behaviour === 'slow' ? { status, outcome: 'unready' } : { status, outcome: 'ready', changes: end }
  }
  const state = { terminated: terminated(bad ? behaviour : 'run', startedAt, startedAt + end) }
  return { status: base(container, state, false, 0, false), outcome: bad ? 'failed' : 'done' }
}

function crashing(container: Container, behaviour: Behaviour, elapsed: number, startedAt: number, events: PodEvent[]): ContainerAt {
  const crashes = crashTimes.filter(at => at <= elapsed).length
  const next = crashTimes[crashes]
  if (crashes === 0) return { status: base(container, { running: { startedAt: iso(startedAt) } }, false, 0, true), outcome: 'unready', changes: crashTimes[0] }
  events.push({ type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${container.name} in pod`, container: container.name })
  const last = startedAt + crashTimes[crashes - 1]!
  const status = {
    ...base(container, { waiting: { reason: 'CrashLoopBackOff', message: `back-off ${Math.min(300, 10 * 2 ** (crashes - 1))}s restarting failed container=${container.name}` } }, false, crashes, false),
    lastState: { terminated: terminated(behaviour, startedAt, last) },
  }
  return { status, outcome: 'waiting', ...(next === undefined ? {} : { changes: next }) }
}

/** ms until a container that lacks a Secret is tried again. */
const lookAgain = 250

/** Secrets that must be there before the containers of a pod start; none unless its annotation asks for that. */
export function neededSecrets(pod: PodLike): string[] {
  if (pod.metadata.annotations?.[secretsAnnotation] !== 'required') return []
  const containers = (pod.spec?.containers ?? []) as { env?: any[]; envFrom?: any[] }[]
  const references = containers.flatMap((c) => [...(c.env ?? []).map((e) => e.valueFrom?.secretKeyRef), ...(c.envFrom ?? []).map((e) => e.secretRef)])
  return references.filter((r) => typeof r?.name === 'string' && r.optional !== true).map((r) => r.name as string)
}

function cannotStart(container: Container, behaviour: Behaviour, elapsed: number, events: PodEvent[], lacks = 'missing'): ContainerAt | undefined {
  const image = container.image ?? ''
  const waiting = (reason: string, message: string, changes?: number): ContainerAt => {
    events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${reason}`, container: container.name })
    return { status: base(container, { waiting: { reason, message } }, false, 0, false), outcome: 'waiting', ...(changes === undefined ? {} : { changes }) }
  }
  switch (behaviour) {
    case 'invalid-image':
      return waiting('InvalidImageName', `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name ${JSON.stringify(image)}: invalid reference format`)
    case 'config-error':
      return waiting('CreateContainerConfigError', `secret "${lacks}" not found`)
    case 'pull-error': {
      const cause = `rpc error: code = NotFound desc = failed to pull and unpack image ${JSON.stringify(image)}: failed to resolve reference ${JSON.stringify(image)}: not found`
      events.push({ type: 'Warning', reason: 'Failed', message: `Failed to pull image ${JSON.stringify(image)}: ${cause}`, container: container.name })
      if (elapsed < pullBackOffAfter) return waiting('ErrImagePull', cause, pullBackOffAfter)
      return waiting('ImagePullBackOff', `Back-off pulling image ${JSON.stringify(image)}: ErrImagePull: ${cause}`)
    }
    default: return undefined
  }
}

function started(container: Container, events: PodEvent[]): void {
  events.push({ type: 'Normal', reason: 'Pulled', message: `Container image ${JSON.stringify(container.image ?? '')} already present on machine`, container: container.name })
  events.push({ type: 'Normal', reason: 'Started', message: `Container started`, container: container.name })
}

function notStarted(container: Container, reason: string): ContainerAt {
  return { status: base(container, { waiting: { reason } }, false, 0, false), outcome: 'waiting' }
}

function base(container: Container, state: Record<string, unknown>, ready: boolean, restartCount: number, isStarted: boolean): Record<string, unknown> {
  return { name: container.name, image: container.image ?? '', imageID: '', state, lastState: {}, ready, restartCount, started: isStarted }
}

function terminated(behaviour: Behaviour, from: number, to: number): Record<string, unknown> {
  const good = behaviour === 'run'
  return {
    exitCode: good ? 0 : behaviour === 'oom' ? 137 : 1, reason: good ? 'Completed' : behaviour === 'oom' ? 'OOMKilled' : 'Error', startedAt: iso(from), finishedAt: iso(to),
  }
}

const hasRun = (statuses: readonly Record<string, any>[]): boolean => statuses.some(s => s.restartCount > 0 || s.state.running !== undefined || s.state.terminated !== undefined)

function condition(type: string, holds: boolean, why?: { reason: string; message?: string }): { type: string; status: string; reason?: string; message?: string } {
  return { type, status: holds ? 'True' : 'False', ...why }
}

/** Kubernetes times have no fractions of a second. */
const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** What a container has written: a start line, and the reason when it ended badly. Empty for one that never ran. */
export function podLog(pod: PodLike, containerName: string): string {
  const container = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].find(c => c.name === containerName)
  if (container === undefined) return ''
  const behaviour = behaviourOf(container.image ?? '', pod.metadata.annotations)
  const lines = [`starting ${containerName}`]
  switch (behaviour) {
    case 'pull-error': case 'invalid-image': case 'config-error': return ''
    case 'crash': case 'fail': lines.push(`${containerName}: fatal: asked to fail by its image`); break
    case 'oom': break
    case 'slow': lines.push(`${containerName}: not ready yet`); break
    case 'run': if ((pod.spec?.restartPolicy ?? 'Always') !== 'Always') lines.push(`${containerName}: done`)
  }
  return `${lines.join('\n')}\n`
}
