import type { Cluster } from '../../cluster/kube/index.ts'
import { acquireLease, type HeldLease, type ReleaseRecord } from '../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Clock, Evaluation, GateOutcome, Gates, GateSubject } from '../gates/index.ts'
import { attend, type Interrupt } from './attend.ts'
import { untilAborted } from './clock.ts'
import { currentStep, isEnded, noteStep, stepDigest, transition, withEvaluations } from './journal.ts'
import { leaseName, writeJournal, type StoredJournal } from './journal-store.ts'
import { gateSubject } from './gate-subject.ts'
import { stepName } from './spec.ts'
import type { Journal, Mover, RolloutEvent, RolloutRequest, Step, StepRecord } from './types.ts'

/** What one approval of a step came to. */
export type StepApproval = { readonly by: string; readonly digest?: string } | { readonly refused: string }

export interface RunOptions {
  readonly cluster: Cluster
  readonly stored: StoredJournal
  readonly mover: Mover
  /** Left out: nothing is measured. */
  readonly gates?: Gates
  readonly clock: Clock
  /** Who runs it, for journal and Lease: `user@host`, a CI run. */
  readonly by: string
  readonly onEvent?: (event: RolloutEvent) => void
  readonly signal?: AbortSignal
  /** Runs smoke checks. */
  readonly smoke: (checks: Extract<Step, { kind: 'smoke' }>['checks'], signal: AbortSignal) => Promise<readonly { readonly name: string; readonly passed: boolean; readonly detail?: string }[]>
  /** Judges a signed approval; left out, this process cannot. */
  readonly approve?: (text: string, digest: string, step: Extract<Step, { kind: 'approval' }>) => Promise<StepApproval>
  /** Rolls a release back that was promoted already. */
  readonly rollBack: (revision: number, reason: string) => Promise<ReleaseRecord>
  /** Milliseconds between two looks at requests and pods. Default 2000. */
  readonly every?: number
}

/** How a run ended. A rollout that is left for another process to go on with is `progressing`, `paused` or `holding`. */
export interface RolloutOutcome {
  readonly journal: Journal
  /** The revision that is current now, where this run made it. */
  readonly record?: ReleaseRecord
  /** What made it end, where that was an error. */
  readonly error?: Error
  /** Nothing was changed. */
  readonly refused?: boolean
}

/**
 * Runs a rollout from where its journal says it is, until it has ended or the signal fires. The state is the journal's alone: a process that dies is followed by one that reads it and
 * does the same operation again.
 * @throws PintleError rollout.taken, and what makes it impossible to go on (an API server that is gone): the rollout stays as it is then
 */
export async function runRollout(options: RunOptions): Promise<RolloutOutcome> {
  const { cluster, stored: { journal: { namespace, release, spec, to } }, by, signal } = options
  const lease = await acquireLease(cluster, { namespace, release: leaseName(release), operation: spec.strategy, revision: to.revision, identity: by, ...(signal && { signal }) }).catch((error: unknown) => {
    if (!isPintleError(error, 'release.pending')) throw error
    throw new PintleError('rollout.taken', `the rollout of ${release} is run by another process`, { cause: error, hint: `\`pintle rollout status ${release} -n ${namespace}\` follows it.` })
  })
  try {
    return await new Run(options, lease).toEnd()
  } finally {
    // Whoever goes on with it need not wait until what this process holds has expired. What cannot be let go does expire.
    await options.mover.leave?.().catch(() => {})
    await lease?.release()
  }
}

/** Milliseconds between two judgements of a step that holds. */
const heldFor = 15_000

/** Leads to an abort. */
class Failing extends Error {
  readonly trigger: Evaluation | undefined
  constructor(message: string, trigger?: Evaluation) {
    super(message)
    this.trigger = trigger
  }
}

class Run {
  readonly #options: RunOptions
  readonly #signal: AbortSignal
  /** As it stands in the cluster. */
  #stored: StoredJournal
  /** As it will be written next. */
  #journal: Journal
  #record: ReleaseRecord | undefined
  #error: Error | undefined
  /** Requests that the next write has seen to. */
  #taken: string[] = []
  /** Evaluations that stand in no journal yet. */
  #fresh: Evaluation[] = []

  constructor(options: RunOptions, lease: HeldLease | undefined) {
    this.#options = options
    this.#stored = options.stored
    this.#journal = options.stored.journal
    this.#signal = AbortSignal.any([...(options.signal ? [options.signal] : []), ...(lease ? [lease.lost] : [])])
  }

  async toEnd(): Promise<RolloutOutcome> {
    while (!isEnded(this.#journal)) {
      this.#signal.throwIfAborted()
      try {
        if (await this.#advance() === 'refused') return { journal: this.#journal, ...(this.#error && { error: this.#error }), refused: true }
      } catch (error) {
        await this.#failed(error)
        if (this.#journal.phase === 'failed') break
      }
    }
    return { journal: this.#journal, ...(this.#record && { record: this.#record }), ...(this.#error && { error: this.#error }) }
  }

  async #advance(): Promise<'refused' | void> {
    switch (this.#journal.phase) {
      case 'beginning': return await this.#begin()
      case 'promoting': return await this.#promote()
      case 'watching': return await this.#watch()
      case 'failed':
      case 'aborting': return await this.#abort()
      default: return await this.#step()
    }
  }

  /** What time will mend, or is no fault of the new version, leaves the rollout as it is; everything else aborts it. */
  async #failed(error: unknown): Promise<void> {
    if (this.#signal.aborted || isPintleError(error, 'rollout.taken', 'rollout.invalid', 'kube.unreachable', 'kube.timeout', 'kube.unauthorized', 'release.conflict')) throw this.#signal.aborted ? this.#signal.reason : error
    this.#error = error as Error
    const message = error instanceof Failing ? error.message : isPintleError(error) && error.hint !== undefined ? `${error.message}; ${error.hint.split('\n')[0]}` : (error as Error).message
    if (this.#journal.phase === 'aborting' || this.#journal.phase === 'failed') return await this.#to({ phase: 'failed', message }, `the abort failed: ${message}`)
    const trigger = error instanceof Failing ? error.trigger : undefined
    await this.#abortFor(message, trigger)
  }

  async #abortFor(message: string, trigger?: Evaluation): Promise<void> {
    this.#note({ outcome: 'aborted', ended: this.#time() })
    await this.#to({ phase: 'aborting', message, ...(trigger && { trigger }) }, `aborting: ${message}`)
  }

  async #begin(): Promise<'refused' | void> {
    const { mover } = this.#options
    try {
      const { revision } = await mover.begin(this.#moving())
      await this.#to({ phase: 'progressing', to: { ...this.#journal.to, revision } }, `revision ${revision} is under way beside revision ${this.#journal.from.revision}`)
    } catch (error) {
      if (!isPintleError(error) || !(error.code === 'rule.refused' || error.details?.unchanged === true)) throw error
      this.#error = error
      await this.#to({ phase: 'aborted', message: error.message }, `refused, nothing was changed: ${error.message}`)
      return 'refused'
    }
  }

  async #step(): Promise<void> {
    const step = currentStep(this.#journal)
    if (step === undefined) return await this.#to({ phase: 'promoting' }, 'all steps are done')
    const { phase, held, spec: { deadline } } = this.#journal
    // Somebody's word is waited for.
    if (phase === 'paused' && step.kind !== 'approval') return await this.#attend(step, untilAborted)
    if (held?.why === 'disturbed') {
      return await this.#attend(step, async (signal) => {
        await this.#options.clock.sleep(Math.max(0, deadline - this.#passed(held.since)), signal)
        return () => this.#undecided()
      })
    }
    if (step.kind !== 'weight' && this.#stepRecord() === undefined) {
      this.#note({})
      await this.#to({}, step.kind === 'wait' ? `${stepName(step)}: ${step.for / 1000} s` : stepName(step))
    }
    switch (step.kind) {
      case 'weight': return await this.#shift(step.weight)
      case 'wait': return await this.#attend(step, async (signal) => {
        await this.#options.clock.sleep(this.#left(step.for), signal)
        return () => this.#next(`${stepName(step)} is over`)
      })
      case 'gate': return await this.#gate(step)
      case 'pause': return await this.#to({ phase: 'paused', message: step.message ?? 'a pause that is part of the strategy' }, `paused${step.message === undefined ? '' : `: ${step.message}`}`)
      case 'approval': return await this.#approval(step)
      case 'smoke': return await this.#attend(step, async (signal) => {
        const failed = (await this.#options.smoke(step.checks, signal)).filter((r) => !r.passed)
        if (failed.length > 0) throw new Failing(failed.map((r) => `smoke ${r.name} failed${r.detail === undefined ? '' : `: ${r.detail}`}`).join('; '))
        return () => this.#next(`${step.checks.length} smoke checks passed`)
      })
    }
  }

  async #shift(weight: number): Promise<void> {
    const { mover } = this.#options
    this.#note({ weight })
    await this.#to({ weight, phase: 'progressing' }, `shifting to ${weight}%`)
    if (await this.#abortAsked()) return
    const { cluster, clock, every = 2000 } = this.#options
    const shifted = await attend({ cluster, journal: this.#journal, mover, clock, every, signal: this.#signal, onEvent: (e) => this.#tell(e), moving: true }, (signal) => mover.shift(weight, { ...this.#moving(), signal }))
    if ('interrupt' in shifted) return await this.#interrupted(shifted.interrupt, undefined)
    const achieved = shifted.done
    const observed = await mover.observe(this.#signal)
    this.#tell({ type: 'observed', observed })
    const { stable, canary } = observed
    this.#note({ achieved, ended: this.#time(), outcome: 'promoted', pods: { stable: { ready: stable.ready, wanted: stable.wanted }, canary: { ready: canary.ready, wanted: canary.wanted } } })
    await this.#next(`${achieved}% of the traffic`, { achieved, since: this.#time() })
  }

  async #gate(step: Extract<Step, { kind: 'gate' }>): Promise<void> {
    const { gates, clock } = this.#options
    if (gates === undefined) throw new Failing('a gate is to be judged, and this process has none')
    const { held } = this.#journal
    const rest = held === undefined ? undefined : this.#journal.spec.deadline - this.#passed(held.since)
    if (rest !== undefined && rest <= 0) return await this.#undecided()
    return await this.#attend(step, async (signal) => {
      // Gates that answer at once are not asked without end.
      if (rest !== undefined) await clock.sleep(Math.min(rest, heldFor), signal)
      const ended = AbortSignal.any([signal, ...(rest === undefined ? [] : [AbortSignal.timeout(Math.max(1, rest / clock.compression))])])
      const outcome = await gates.inline({ ...(step.gates && { only: step.gates }), subject: await this.#subject(), since: Date.parse(held?.since ?? this.#journal.since ?? this.#time()), signal: ended, onEvaluation: (e) => this.#evaluated(e, false) }).catch((error: unknown) => {
        signal.throwIfAborted()
        if (ended.aborted) return undefined
        throw error
      })
      return () => (outcome === undefined ? this.#undecided() : this.#judged(outcome))
    })
  }

  async #judged(outcome: GateOutcome): Promise<void> {
    if (outcome.verdict === 'pass') return await this.#next(`gates passed: ${outcome.reason}`)
    if (outcome.verdict === 'fail') throw new Failing(outcome.reason, outcome.decisive)
    const held = this.#journal.held ?? { since: this.#time(), why: 'undecided' as const }
    await this.#to({ phase: 'holding', held, message: `${outcome.verdict}: ${outcome.reason}` }, `no decision (${outcome.verdict}): ${outcome.reason}`)
  }

  async #undecided(): Promise<void> {
    const { spec: { undecided, deadline }, message = 'no gate decided' } = this.#journal
    const evaluations = this.#stepRecord()?.evaluations ?? []
    const last = (this.#options.gates?.names ?? []).map((name) => evaluations.findLast((e) => e.gate === name)).find((e) => e !== undefined && e.verdict !== 'pass' && e.dryRun !== true)
    if (undecided === 'abort') throw new Failing(`no decision within ${deadline / 1000} s: ${message}`, last)
    this.#note({ outcome: 'held' })
    await this.#to({ phase: 'paused', message: `no decision within ${deadline / 1000} s: ${message}` }, 'held: somebody has to decide')
  }

  async #approval(step: Extract<Step, { kind: 'approval' }>): Promise<void> {
    const given = this.#stepRecord()?.approvals ?? []
    if (given.length >= step.count) return await this.#next(`approved by ${given.map((a) => a.by).join(', ')}`)
    const message = `${given.length} of ${step.count} approvals by ${step.approvers.join(', ')}`
    if (this.#journal.phase !== 'paused' || this.#journal.message !== message) await this.#to({ phase: 'paused', message }, `waiting for approval: ${message}`)
    await this.#attend(step, untilAborted)
  }

  /** Before traffic moves: as of the last write. */
  async #abortAsked(): Promise<boolean> {
    const request = this.#stored.journal.requests.find((r) => r.verb === 'abort')
    if (request !== undefined) await this.#asked(request, undefined)
    return request !== undefined
  }

  async #promote(): Promise<void> {
    if (await this.#abortAsked()) return
    this.#record = await this.#options.mover.promote(this.#moving())
    const { watch } = this.#journal.spec
    const { version } = this.#record
    const to = { ...this.#journal.to, revision: version }
    if (watch === 0) return await this.#to({ phase: 'promoted', to, weight: 100, achieved: 100 }, `revision ${version} is deployed`)
    await this.#to({ phase: 'watching', to, weight: 100, achieved: 100, since: this.#time() }, `revision ${version} is deployed, and watched for ${watch / 1000} s`)
  }

  async #watch(): Promise<void> {
    const { spec: { watch }, since = this.#time() } = this.#journal
    if (this.#stepRecord() === undefined) {
      this.#note({})
      await this.#to({}, `watching for ${watch / 1000} s`)
    }
    await this.#attend(undefined, async (signal) => {
      await this.#options.clock.sleep(Math.max(0, watch - this.#passed(since)), signal)
      return async () => {
        this.#note({ ended: this.#time(), outcome: 'promoted' })
        await this.#to({ phase: 'promoted' }, 'the watch stayed green')
      }
    })
  }

  async #abort(): Promise<void> {
    const { mover, rollBack } = this.#options
    const { message = 'aborted', from } = this.#journal
    if (this.#journal.phase === 'failed') await this.#to({ phase: 'aborting' }, 'aborting again')
    const deployed = this.#journal.transitions.some((t) => t.phase === 'watching')
    this.#record = deployed ? await rollBack(from.revision, message) : (await mover.abort(message, this.#moving()) ?? this.#record)
    if (deployed) await mover.settle?.(this.#moving())
    await this.#to({ phase: 'aborted', weight: 0, achieved: 0 }, `revision ${from.revision} serves again${this.#record === undefined ? '' : `, as revision ${this.#record.version}`}`)
  }

  /** Works on a step and sees to what comes in between. @param work returns what is to be done once nothing can come in between any more */
  async #attend(step: Step | undefined, work: (signal: AbortSignal) => Promise<() => Promise<void>>): Promise<void> {
    const { cluster, mover, clock, gates, every = 2000 } = this.#options
    const journal = this.#journal
    const { since, achieved, held } = journal
    const judged = gates !== undefined && since !== undefined && achieved > 0 && step?.kind !== 'gate' ? gates : undefined
    const result = await attend({
      cluster, journal, mover, clock, every, signal: this.#signal, onEvent: (e) => this.#tell(e), disturbed: held?.why === 'disturbed' || step === undefined,
      ...(judged && { background: { gates: judged, subject: () => this.#subject(), since: Date.parse(since!), onEvaluation: (e) => this.#evaluated(e, true) } }),
    }, work)
    if ('done' in result) return await result.done()
    await this.#interrupted(result.interrupt, step)
  }

  async #interrupted(interrupt: Interrupt, step: Step | undefined): Promise<void> {
    switch (interrupt.kind) {
      case 'request': return await this.#asked(interrupt.request, step)
      case 'failing': throw new Failing(interrupt.outcome.reason, interrupt.outcome.decisive)
      case 'trouble': throw new Failing(interrupt.message)
      case 'disturbed': {
        const { ref, what, by, fatal, superseded } = interrupt.disturbance
        const text = `${ref.kind}/${ref.name}: ${what}${by === undefined ? '' : ` (by ${by})`}`
        if (superseded === true) return await this.#to({ phase: 'superseded', message: text }, `somebody else went on: ${text}`)
        if (fatal) throw new Failing(text)
        this.#note({ outcome: 'held' })
        await this.#to({ phase: 'holding', held: { since: this.#time(), why: 'disturbed' }, message: text }, `somebody else changed ${text}`)
      }
    }
  }

  async #asked(request: RolloutRequest, step: Step | undefined): Promise<void> {
    this.#taken.push(request.id)
    const { verb, by, reason, full = false } = request
    const why = reason === undefined ? '' : `: ${reason}`
    const { phase } = this.#journal
    if (verb === 'abort') return await this.#abortFor(`aborted by ${by}${why}`)
    if (verb === 'pause') {
      if (phase === 'paused' || step === undefined) return await this.#ignored(request, step === undefined ? 'the new version is deployed already' : 'it is paused already')
      return await this.#to({ phase: 'paused', message: `paused by ${by}${why}` }, `paused by ${by}${why}`)
    }
    if (verb === 'resume') {
      if (phase !== 'paused' && phase !== 'holding') return await this.#ignored(request, 'it is not paused')
      if (step?.kind === 'pause' || step?.kind === 'approval') return await this.#ignored(request, `this ${step.kind} is a step: promote goes on`)
      const redo = this.#journal.held?.why === 'disturbed'
      if (redo) await this.#options.mover.shift(this.#journal.weight, { ...this.#moving(), takeBack: true })
      return await this.#to({ phase: 'progressing', held: undefined, message: undefined, ...(redo && { since: this.#time() }) }, `resumed by ${by}${why}`)
    }
    await this.#promoteAsked(request, step, full)
  }

  async #promoteAsked(request: RolloutRequest, step: Step | undefined, full: boolean): Promise<void> {
    const { by, reason } = request
    if (step === undefined) return await this.#ignored(request, 'the new version is deployed already')
    if (step.kind === 'approval') return await this.#approve(request, step)
    const asks = full || step.kind !== 'pause'
    if (asks && (reason === undefined || reason === '')) return await this.#ignored(request, `${full ? 'skipping steps' : `going on from ${stepName(step)} before it is done`} needs a reason`)
    if (asks) this.#note({ override: { by, reason: reason!, at: this.#time() } })
    if (full) return await this.#to({ phase: 'promoting', step: this.#journal.spec.steps.length, held: undefined, message: undefined }, `all steps that were left are skipped by ${by}: ${reason}`)
    await this.#next(`${asks ? 'passed over' : 'promoted'} by ${by}${reason === undefined ? '' : `: ${reason}`}`)
  }

  async #approve(request: RolloutRequest, step: Extract<Step, { kind: 'approval' }>): Promise<void> {
    const { approve } = this.#options
    if (request.approval === undefined) return await this.#ignored(request, 'this step needs a signed approval')
    if (approve === undefined) return await this.#ignored(request, 'the process that runs it does not know whom to trust: it has no pintle.yaml')
    const result = await approve(request.approval, stepDigest(this.#journal), step)
    if ('refused' in result) return await this.#ignored(request, result.refused)
    const given = this.#stepRecord()?.approvals ?? []
    if (given.some((a) => a.by === result.by)) return await this.#ignored(request, `${result.by} has approved it already`)
    this.#note({ approvals: [...given, { by: result.by, at: this.#time(), ...(result.digest !== undefined && { digest: result.digest }) }] })
    await this.#to({ phase: 'paused' }, `approved by ${result.by}`)
  }

  #ignored({ verb, by }: RolloutRequest, why: string): Promise<void> {
    return this.#to({}, `${verb} by ${by} was not done: ${why}`)
  }

  async #next(detail: string, change: Partial<Journal> = {}): Promise<void> {
    const { step } = this.#journal
    this.#note({ ended: this.#time(), outcome: 'promoted' })
    await this.#to({ ...change, phase: 'progressing', step: step + 1, held: undefined, message: undefined }, detail)
  }

  /** The one write of every change: what is noted of the step goes with it. */
  async #to(change: Parameters<typeof transition>[1], detail: string): Promise<void> {
    const { cluster, by, clock } = this.#options
    const [taken, fresh] = [this.#taken, this.#fresh]
    this.#taken = []
    this.#fresh = []
    if (fresh.length > 0) this.#note({ evaluations: withEvaluations(this.#stepRecord()?.evaluations ?? [], fresh) })
    const journal = transition(this.#journal, change, detail, by, clock.now())
    this.#stored = await writeJournal(cluster, this.#stored, journal, { taken })
    this.#journal = this.#stored.journal
    this.#tell({ type: 'transition', transition: journal.transitions.at(-1)!, journal: this.#journal })
  }

  /** What is kept of the step under way. */
  #stepRecord(): StepRecord | undefined {
    return this.#journal.steps.find((s) => s.step === this.#journal.step)
  }

  #note(change: Parameters<typeof noteStep>[2]): void {
    this.#journal = noteStep(this.#journal, this.#journal.step, change, this.#options.clock.now())
  }

  #evaluated(evaluation: Evaluation, background: boolean): void {
    this.#fresh.push(evaluation)
    this.#tell({ type: 'evaluation', evaluation, step: this.#journal.step, background })
  }

  async #subject(): Promise<GateSubject> {
    return gateSubject(this.#journal, await this.#options.mover.observe(this.#signal))
  }

  /** Milliseconds of rollout time that are left of a wait that began with its step. */
  #left(wanted: number): number {
    const began = this.#stepRecord()?.started
    return began === undefined ? wanted : Math.max(0, wanted - this.#passed(began))
  }

  #passed = (since: string): number => (this.#options.clock.now() - Date.parse(since)) * this.#options.clock.compression
  #time = (): string => new Date(this.#options.clock.now()).toISOString()
  #tell = (event: RolloutEvent): void => this.#options.onEvent?.(event)
  #moving(): { signal: AbortSignal; onEvent: (event: Extract<RolloutEvent, { type: 'release' }>['event']) => void } {
    return { signal: this.#signal, onEvent: (event) => this.#tell({ type: 'release', event }) }
  }
}
