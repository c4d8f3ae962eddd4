import type { Cluster } from '../../cluster/kube/index.ts'
import type { ReleaseRecord } from '../../cluster/release/index.ts'
import { isPintleError } from '../../errors/index.ts'
import type { RollbackTrigger } from '../evidence/index.ts'
import { triggerOf, type Clock, type Evaluation, type GateSubject, type Gates } from '../gates/index.ts'
import { PodLooks, type Finding } from './pod-looks.ts'

export interface WatchOptions {
  readonly cluster: Cluster
  /** The revision that is watched. */
  readonly record: ReleaseRecord
  readonly clock: Clock
  /** Milliseconds of rollout time. */
  readonly for: number
  /** Left out: pods and objects alone are looked at. */
  readonly gates?: Gates
  readonly subject?: GateSubject
  /** The newest revision there is: a watch of one that was replaced is over. */
  readonly newest?: (signal?: AbortSignal) => Promise<number | undefined>
  /** Milliseconds of rollout time between two looks at pods. Default 10 000. */
  readonly every?: number
  readonly signal?: AbortSignal
  readonly onCheck?: (check: WatchCheck) => void
  readonly onEvaluation?: (evaluation: Evaluation) => void
}

/** One look. */
export interface WatchCheck {
  /** Milliseconds of rollout time since it began, and how long it lasts. */
  readonly passed: number
  readonly of: number
  /** What is not well at this moment; it is red when it stays so. */
  readonly findings: readonly string[]
}

/** How it went. `unknown`: nobody could say that all was well. */
export interface WatchOutcome {
  readonly verdict: 'green' | 'red' | 'unknown'
  readonly started: string
  readonly ended: string
  /** Milliseconds of rollout time. */
  readonly watched: number
  /** What was red first, or why nobody knows. */
  readonly reason?: string
  readonly trigger?: RollbackTrigger
  /** Somebody made a revision meanwhile: this one cannot be gone back from any more. */
  readonly replaced?: true
  /** The last judgement of each gate, and the one that decided. */
  readonly evaluations: readonly Evaluation[]
  readonly looks: number
}

/** So long, in milliseconds of rollout time, the API server may be silent at the end. */
const longestSilence = 60_000
/** How long after its end a watch goes on, while something is not well and may still pass. */
const overtime = 180_000

/**
 * Watches a release that is deployed: objects, pods that are stuck or begin anew, traffic, and its gates in the background, until the time is over or something is red. Changes nothing.
 * @throws the signal's reason; PintleError of what reading the cluster never mends (rights)
 */
export async function watchRelease(options: WatchOptions): Promise<WatchOutcome> {
  const { clock, for: length, gates, subject, every = 10_000 } = options
  const began = clock.now()
  const passed = (): number => (clock.now() - began) * clock.compression
  const last = new Map<string, Evaluation>()
  const onEvaluation = (evaluation: Evaluation): void => {
    last.set(evaluation.gate, evaluation)
    options.onEvaluation?.(evaluation)
  }
  const stop = new AbortController()
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
  const judged = gates !== undefined && subject !== undefined && gates.names.length > 0 ? { gates, subject } : undefined
  let looks = 0
  const done = (end: Pick<WatchOutcome, 'verdict' | 'reason' | 'trigger' | 'replaced'>): WatchOutcome => ({ started: new Date(began).toISOString(), ended: new Date(clock.now()).toISOString(), watched: Math.round(Math.min(passed(), length)), looks, evaluations: [...last.values()], ...end })
  const failing = judged?.gates.background({ subject: judged.subject, since: began, signal, onEvaluation })
  failing?.catch(() => {})

  const cluster = async (): Promise<WatchOutcome | undefined> => {
    const pods = new PodLooks({ ...options, signal, began, passed })
    let silent: { since: number; message: string } | undefined
    for (;;) {
      const at = passed()
      const over = at >= length
      try {
        const newest = await options.newest?.(signal)
        if (newest !== undefined && newest !== options.record.version) return done({ verdict: 'unknown', replaced: true, reason: `revision ${newest} was made meanwhile` })
        const { red, open } = await pods.look(over)
        looks++
        silent = undefined
        options.onCheck?.({ passed: at, of: length, findings: open.map((f) => f.text) })
        if (red !== undefined) return done({ verdict: 'red', reason: red.text, trigger: triggerOfFinding(red, clock) })
        if (over && (open.length === 0 || at >= length + overtime)) return open.length === 0 ? undefined : done({ verdict: 'unknown', reason: open[0]!.text })
      } catch (error) {
        signal.throwIfAborted()
        // What a server says it may not tell will not be told later either.
        if (!isPintleError(error) || error.code === 'kube.forbidden' || error.code === 'kube.unauthorized') throw error
        silent ??= { since: at, message: error.message }
        options.onCheck?.({ passed: at, of: length, findings: [`the cluster could not be asked: ${error.message}`] })
        if (at >= length && at - silent.since > longestSilence) return done({ verdict: 'unknown', reason: `the cluster could not be asked: ${silent.message}` })
      }
      await clock.sleep(over ? every : Math.min(every, Math.max(0, length - passed())), signal)
    }
  }
  try {
    const first = await Promise.race([cluster(), ...(failing === undefined ? [] : [failing.then((o) => o ?? new Promise<never>(() => {}))])])
    if (first !== undefined && 'looks' in first) return first
    if (first !== undefined) return done({ verdict: 'red', reason: first.reason, ...(first.decisive && { trigger: triggerOf(first.decisive) }) })
    return judged === undefined ? done({ verdict: 'green' }) : await lastWord(judged, { last, began, signal, onEvaluation, done })
  } catch (error) {
    options.signal?.throwIfAborted()
    throw error
  } finally {
    stop.abort(new Error('the watch is over'))
    await failing?.catch(() => {})
  }
}

interface LastWord {
  readonly last: ReadonlyMap<string, Evaluation>
  readonly began: number
  readonly signal: AbortSignal
  readonly onEvaluation: (evaluation: Evaluation) => void
  readonly done: (end: Pick<WatchOutcome, 'verdict' | 'reason' | 'trigger'>) => WatchOutcome
}

/** Gates that have not said yes at the end are asked once more. What says no a second time is red; no word at all is no yes. */
async function lastWord({ gates, subject }: { gates: Gates; subject: GateSubject }, { last, began, signal, onEvaluation, done }: LastWord): Promise<WatchOutcome> {
  const failed = new Set([...last.values()].filter((e) => e.verdict === 'fail').map((e) => e.gate))
  const only = gates.names.filter((name) => last.get(name)?.verdict !== 'pass')
  if (only.length === 0) return done({ verdict: 'green' })
  const { verdict, reason, decisive } = await gates.once({ only, subject, since: began, signal, onEvaluation })
  if (verdict === 'pass') return done({ verdict: 'green' })
  if (verdict === 'fail' && (decisive === undefined || failed.has(decisive.gate))) return done({ verdict: 'red', reason, ...(decisive && { trigger: triggerOf(decisive) }) })
  return done({ verdict: 'unknown', reason: verdict === 'fail' ? `${reason}, for the first time, at the end` : `${verdict}: ${reason}` })
}

const triggerOfFinding = ({ metric, text, value, threshold }: Finding, clock: Clock): RollbackTrigger => ({ metric, reason: text, at: new Date(clock.now()).toISOString(), ...(value === undefined ? {} : { value }), ...(threshold === undefined ? {} : { threshold }) })
