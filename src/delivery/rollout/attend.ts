import type { Cluster } from '../../cluster/kube/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Clock, Evaluation, GateOutcome, Gates, GateSubject } from '../gates/index.ts'
import { untilAborted } from './clock.ts'
import { readJournal } from './journal-store.ts'
import type { Disturbance, Journal, Mover, Observed, RolloutEvent, RolloutRequest } from './types.ts'

/** What can come in between while a step lasts. */
export type Interrupt =
  | { readonly kind: 'request'; readonly request: RolloutRequest }
  | { readonly kind: 'disturbed'; readonly disturbance: Disturbance }
  | { readonly kind: 'failing'; readonly outcome: GateOutcome }
  | { readonly kind: 'trouble'; readonly message: string }

export interface AttendOptions {
  readonly cluster: Cluster
  readonly journal: Journal
  readonly mover: Mover
  readonly clock: Clock
  /** Gates that watch in the background; left out where none may judge yet. */
  readonly background?: { readonly gates: Gates; readonly subject: () => Promise<GateSubject>; readonly since: number; readonly onEvaluation: (evaluation: Evaluation) => void }
  /** Somebody else's changes are no news: it is held because of them. */
  readonly disturbed?: boolean
  /** Traffic is moved meanwhile: only an abort comes in between, whoever moves it sees to the rest. */
  readonly moving?: boolean
  readonly onEvent: (event: RolloutEvent) => void
  readonly signal: AbortSignal
  /** Milliseconds between two looks at requests and pods. */
  readonly every: number
}

/** Pods of the new version may be in trouble for so long, in milliseconds: a restart is not the end. */
const troubleFor = 20_000

/**
 * Does a piece of work and looks around meanwhile: at requests, at what others change, at pods, at gates in the background.
 * @returns what the work came to, or what came in between; the work has ended then
 */
export async function attend<T>(options: AttendOptions, work: (signal: AbortSignal) => Promise<T>): Promise<{ readonly done: T } | { readonly interrupt: Interrupt }> {
  options.signal.throwIfAborted()
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const inside = { ...options, signal }
  const working = work(signal).then((done) => ({ done }))
  const looking = [requests(inside), pods(inside), ...(options.moving === true ? [] : [disturbances(inside), background(inside)])].map(async (look) => ({ interrupt: await look }))
  try {
    return await Promise.race([working, ...looking])
  } finally {
    stop.abort(new Error('over'))
    await Promise.allSettled([working, ...looking])
  }
}

/** Never resolves but by an answer: what cannot be asked now is asked again. */
async function look<T>({ signal, every, onEvent }: AttendOptions, ask: () => Promise<T | undefined>): Promise<T> {
  let told = ''
  for (;;) {
    try {
      const found = await ask()
      if (found !== undefined) return found
      told = ''
    } catch (error) {
      signal.throwIfAborted()
      if (isPintleError(error, 'rollout.taken')) throw error
      const message = (error as Error).message
      if (message !== told) onEvent({ type: 'release', event: { type: 'warning', message } })
      told = message
    }
    await sleepReal(every, signal)
  }
}

async function requests(options: AttendOptions): Promise<Interrupt> {
  const { cluster, journal: { namespace, release, id }, signal } = options
  return await look(options, async () => {
    const stored = await readJournal(cluster, namespace, release, { signal })
    if (stored === undefined || stored.journal.id !== id) throw new PintleError('rollout.taken', `the journal of the rollout of ${release} was removed or replaced by somebody else`)
    const request = stored.journal.requests.find((r) => options.moving !== true || r.verb === 'abort')
    return request && { kind: 'request', request }
  })
}

async function disturbances(options: AttendOptions): Promise<Interrupt> {
  const { mover, onEvent, signal, disturbed = false } = options
  const seen = new Set<string>()
  return await look({ ...options, every: options.every * 2 }, async () => {
    for (const disturbance of await mover.disturbances(signal)) {
      const key = JSON.stringify(disturbance)
      if (!seen.has(key)) onEvent({ type: 'disturbance', disturbance })
      seen.add(key)
      if (disturbance.fatal || !disturbed) return { kind: 'disturbed', disturbance }
    }
    return undefined
  })
}

async function pods(options: AttendOptions): Promise<Interrupt> {
  const { mover, onEvent, signal, clock } = options
  let since: number | undefined
  return await look(options, async () => {
    const observed = await mover.observe(signal)
    onEvent({ type: 'observed', observed })
    const trouble = options.moving === true ? undefined : troubleOf(observed)
    if (trouble === undefined) since = undefined
    else since ??= clock.now()
    return since !== undefined && (clock.now() - since) * clock.compression >= troubleFor ? { kind: 'trouble', message: `pods of ${observed.canary.workload}: ${trouble}` } : undefined
  })
}

function troubleOf({ canary }: Observed): string | undefined {
  if (canary.ready >= canary.wanted) return undefined
  return canary.trouble?.[0]
}

async function background({ background: judged, signal }: AttendOptions): Promise<Interrupt> {
  if (judged === undefined) return await untilAborted(signal)
  const { gates, since, onEvaluation } = judged
  const outcome = await gates.background({ subject: await judged.subject(), since, signal, onEvaluation })
  signal.throwIfAborted()
  return outcome === undefined ? await untilAborted(signal) : { kind: 'failing', outcome }
}

const sleepReal = (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve, reject) => {
  const end = (): void => {
    clearTimeout(timer)
    reject(signal.reason as Error)
  }
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', end)
    resolve()
  }, ms)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
})
