import type { ObjectRef } from '../kube/index.ts'
import type { HookEvent } from './record.ts'

/** What happens while an action runs, for progress displays, logs and evidence. Never holds a secret. */
export type ReleaseEvent =
  /** A stage begins. */
  | { type: 'phase'; phase: Phase; detail?: string }
  /** An object was written, deleted or deliberately left. */
  | { type: 'object'; action: ObjectAction; ref: ObjectRef; reason?: string }
  | { type: 'hook'; hook: string; kind: string; event: HookEvent; state: 'started' | 'succeeded' | 'failed' | 'deleted'; path: string; error?: string }
  /** Output of a hook's or test's container. */
  | { type: 'log'; namespace: string; pod: string; container: string; text: string }
  /** What is still waited for; sent when it changes. */
  | { type: 'progress'; done: number; total: number; waiting: WaitingObject[] }
  /** A revision was stored with this status. */
  | { type: 'record'; version: number; status: string; description?: string }
  | { type: 'warning'; message: string }

export type Phase = 'prepare' | 'crds' | 'hooks' | 'apply' | 'prune' | 'wait' | 'delete' | 'record' | 'rollback' | 'cleanup'
/** `settled`: a conflict over its fields was answered as asked. */
export type ObjectAction = 'created' | 'applied' | 'unchanged' | 'replaced' | 'deleted' | 'kept' | 'adopted' | 'skipped' | 'settled' | 'failed'

/** One object that is not ready, and why. */
export interface WaitingObject {
  ref: ObjectRef
  /** kstatus' word: InProgress, Failed, Terminating, NotFound, Unknown. */
  status: string
  message: string
  /** What holds its pods up, one line a pod, worst first. */
  pods?: PodReason[]
}
export interface PodReason {
  /** Name of the pod, or `Kind/name` of a controller that cannot make pods. */
  pod: string
  container?: string
  /** Kubernetes' word: ImagePullBackOff, Unschedulable, ... */
  reason: string
  message?: string
  /** Waiting longer will not help. */
  fatal?: boolean
  /** When it becomes so if it stays, RFC 3339; left out when time alone will not make it so. */
  fatalAt?: string
  restarts?: number
  /** What to try, in a sentence. */
  advice?: string
}

/** `pod name (container): Reason: message`. */
export function reasonText({ pod, container, reason, message }: PodReason): string {
  return `${pod.includes('/') ? pod : `pod ${pod}`}${container === undefined ? '' : ` (${container})`}: ${reason}${message ? `: ${message}` : ''}`
}

export type OnEvent = (event: ReleaseEvent) => void

/**
 * An action as a stream: `for await (const event of run.events)`, then `await run.result`.
 * @param start receives the listener to hand to the action as `onEvent`
 */
export function streamed<T>(start: (onEvent: OnEvent) => Promise<T>): { events: AsyncIterable<ReleaseEvent>; result: Promise<T> } {
  const queue: ReleaseEvent[] = []
  let wake: () => void = () => {}
  let ended = false
  const result = start((event) => {
    queue.push(event)
    wake()
  }).finally(() => {
    ended = true
    wake()
  })
  result.catch(() => {})
  async function* events(): AsyncGenerator<ReleaseEvent> {
    for (;;) {
      while (queue.length > 0) yield queue.shift()!
      if (ended) return
      await new Promise<void>((resolve) => { wake = resolve })
    }
  }
  return { events: events(), result }
}
