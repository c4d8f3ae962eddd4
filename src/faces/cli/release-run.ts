import { runTests, type ReleaseRecord } from '../../cluster/release/index.ts'
import type { Outcome, PhaseRecord, StepResult } from '../../delivery/evidence/index.ts'
import { goBack, type CheckedRelease, type Performed, type PlannedWatch } from '../../delivery/plan/index.ts'
import type { OutcomeFacts } from '../../delivery/policy/index.ts'
import { noteEvidence, rolloutFacts, type Journal, type RolloutEvent } from '../../delivery/rollout/index.ts'
import { healthChecks, smokeChecks, type WatchOutcome } from '../../delivery/verify/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { ApplyRun } from './plan-run.ts'
import { failureReport } from './failure-report.ts'
import type { OpenEvidence } from './open-evidence.ts'
import { printError } from './print-error.ts'
import { progress } from './progress.ts'
import { recordsFor } from './records.ts'
import { ReleaseNotices, type NoticeFacts } from './release-notices.ts'
import { endText, exitCodeOf } from './rollout/exit-code.ts'
import { compressionOf } from './rollout/rollout-flags.ts'
import { rolloutScreen } from './rollout/rollout-screen.ts'
import { afterRules, endRules, restating, watching } from './run-rules.ts'
import { waitingOptions } from './waiting-flags.ts'
import { minutes, watchIt } from './watch-release.ts'

/** One release of a plan. Each phase says what it did on stderr and leaves a step in the record. */
export class ReleaseRun {
  readonly progress: ReturnType<typeof progress>
  readonly #run: ApplyRun
  readonly #release: CheckedRelease
  readonly #evidence: OpenEvidence
  readonly #started: Date
  readonly #steps: StepResult[] = []
  readonly #phases: PhaseRecord[] = []
  readonly #notices: ReleaseNotices
  /** What was told so far; each phase waits for the one before. */
  #told: ReturnType<ReleaseNotices['tell']>
  #over = false
  /** Told in turn; of several that wait only the newest. */
  #telling: Promise<void> = Promise.resolve()
  #untold: Journal | undefined
  #toldAt = ''

  /** @param began when an earlier run began it, which has told so */
  constructor(run: ApplyRun, release: CheckedRelease, evidence: OpenEvidence, notices: ReleaseNotices, began?: Date) {
    this.#started = began ?? new Date()
    this.#evidence = evidence
    this.#notices = notices
    this.#told = began === undefined ? notices.tell(release, { phase: 'started', started: this.#started }) : Promise.resolve([])
    this.#run = run
    this.#steps.push(...(run.rules ?? []))
    this.#release = release
    this.progress = progress(run.context.out, run.context.flags.string('progress'))
  }

  /** Shows a rollout, and tells of each step. */
  async rolledOut(work: (onEvent: (event: RolloutEvent) => void) => Promise<Performed>): Promise<Performed> {
    const { out, flags } = this.#run.context
    const screen = rolloutScreen(out, flags.string('progress'))
    let journal: Journal | undefined
    try {
      return await work((event) => {
        screen.onEvent(event)
        if (event.type !== 'transition') return
        journal = event.journal
        this.#stepped(journal)
      })
    } finally {
      screen.close(journal && { journal, exitCode: exitCodeOf(journal), message: endText(journal) })
      await this.#telling
    }
  }

  #stepped(journal: Journal): void {
    const at = `${journal.phase} ${journal.step}`
    if (at === this.#toldAt) return
    this.#toldAt = at
    const waits = this.#untold !== undefined
    this.#untold = journal
    if (waits) return
    this.#telling = this.#telling.then(async () => {
      const newest = this.#untold
      this.#untold = undefined
      if (newest !== undefined) await this.#notices.step(newest, this.#release)
    }).catch((error: unknown) => this.#run.context.out.warn(`nobody was told of a step: ${(error as Error).message}`))
  }

  shown(work: Promise<Performed>): Promise<Performed> {
    return this.progress.of(work, (ended) => (ended.outcome === 'deployed' ? undefined : ended.error))
  }

  /** Verifies, keeps evidence, says how it ended. */
  async ended(performed: Performed): Promise<number> {
    const { context: { out } } = this.#run
    const { planned } = this.#release
    const { name } = planned
    if (performed.outcome === 'refused') {
      const code = await printError(performed.error, out, { debug: this.#run.context.settings.debug, plain: out.plain })
      out.line(`${name}: refused, nothing was changed`)
      await this.#tell({ phase: 'failed', reason: `refused, nothing was changed: ${performed.error.message}` })
      return code
    }
    const deployed = performed.outcome === 'deployed'
    this.#step('upgrade', 'phase', deployed, deployed ? `revision ${performed.record.version}` : why(performed.error), this.#started.getTime())
    this.#say(planned.revision.before === 0 ? 'install' : 'upgrade', deployed ? `revision ${performed.record.version} deployed` : performed.error.message)
    this.#phase('apply', this.#started, deployed)
    if (deployed) {
      const began = new Date()
      if (performed.rollout !== undefined) await this.#judge(['after/gates', 'process/gates-real-data', 'after/watch'], 'succeeded', rolloutFacts(performed.rollout))
      await this.#verify(performed.record).catch((error: unknown) => this.#unjudged('verification', error as Error, began))
      this.#phase('verify', began, this.#steps.every((s) => s.passed))
    }
    const watch = deployed && performed.rollout === undefined && planned.watch !== undefined && this.#steps.every((s) => s.passed) ? await this.#watched(performed.record, planned.watch) : undefined
    if (watch !== undefined) await this.#judge(watching, 'succeeded', watchFacts(watch))
    const end = deployed && watch?.verdict === 'red' && planned.watch?.onRed === 'rollback' ? await this.#wentBack(watch) : performed
    return await this.#concluded(end, watch)
  }

  /** Keeps and says how it ended, once that is known. */
  async #concluded(performed: Exclude<Performed, { outcome: 'refused' }>, watch: WatchOutcome | undefined): Promise<number> {
    const { context: { out } } = this.#run
    const { planned: { name, rollback } } = this.#release
    const deployed = performed.outcome === 'deployed'
    const passed = this.#steps.every((s) => s.passed)
    const outcome: Outcome = deployed ? (!passed ? 'failed' : watch?.verdict === 'unknown' ? 'unverified' : 'succeeded') : performed.outcome
    const undecided = outcome === 'unverified' ? `the watch could not say that all is well: ${watch?.reason ?? ''}` : ''
    const reason = deployed ? this.#steps.filter((s) => !s.passed && !(s.kind === 'policy' && [...restating, ...(watch === undefined ? [] : watching)].includes(s.name))).map((s) => `${s.kind} ${s.name} failed: ${s.detail ?? ''}`).join('; ') || undecided : why(performed.error)
    const notifications = await this.#tell({
      phase: outcome === 'succeeded' || outcome === 'unverified' ? 'deployed' : outcome === 'rolled-back' ? 'rolled-back' : 'failed', steps: this.#steps, ...(reason === '' ? {} : { reason }), ...(performed.record === undefined ? {} : { revision: performed.record.version }),
      ...(performed.rollout && { journal: performed.rollout }), ...(watch?.trigger && { trigger: watch.trigger }),
    })
    if (outcome === 'rolled-back') {
      const told = notifications.filter((d) => d.phase === 'rolled-back' && d.ok)
      await this.#judge(['after/rollback-told'], outcome, { rolledBack: { automatic: true, reason, posted: told.some((d) => d.paged !== true), paged: told.some((d) => d.paged === true) } })
    }
    const { writeEvidence } = await import('./release-evidence.ts')
    const { plan, emergency = plan?.emergency, approvals, signer, policy, author, context: { flags } } = this.#run
    const ticket = this.#run.ticket ?? (flags.has('ticket') ? flags.string('ticket') : '')
    const kept = await writeEvidence({
      ...(plan && { plan }), ...(policy && { policy }), ...(author !== undefined && { author }), ...(emergency && { emergency }), ...(approvals && { approvals }), ...(signer && { signer }),
      evidence: this.#evidence, environment: this.#run.environment, started: this.#started, steps: this.#steps, phases: this.#phases, release: this.#release, digest: this.#run.digest, ...(ticket && { ticket }),
      outcome, reason, review: this.#run.review, session: this.#run.session, record: performed.record, notifications, ...(deployed ? {} : { failure: performed.error }), ...(performed.rollout && { rollout: performed.rollout }), ...(watch && { watch, compression: compressionOf(this.#run.context, this.#run.session) }),
    })
    if (performed.rollout !== undefined && kept.head !== undefined) await noteEvidence(this.#run.session.cluster, performed.rollout, kept.id, { signal: this.#run.context.signal }).catch((error: unknown) => out.warn(`the journal does not say that it is on record: ${(error as Error).message}`))
    out.line(`${name}: ${outcome === 'succeeded' && kept.head === undefined ? 'UNVERIFIED: done, and not on record' : outcome}${deployed ? `, revision ${performed.record.version}` : ''}`)
    for (const warning of kept.warnings) out.warn(warning)
    out.line(`evidence: ${kept.id}${kept.head ? `, head ${kept.head.hash}` : ', NOT STORED'}`)
    // It cannot stand in the record it is about.
    await this.#judge(['after/evidence-written'], outcome, { evidenceWritten: kept.head !== undefined })
    for (const { name: rule, detail } of this.#steps.filter((s) => s.name.startsWith('after/') && !restating.includes(s.name))) if (detail !== undefined) out.warn(`${rule}: ${detail.replace(/^warning: /, '')}`)
    if (!passed && reason !== '') out.note(`Error: ${reason}`)
    if (undecided !== '') out.warn(undecided)
    if (!deployed && isPintleError(performed.error)) for (const part of failureReport(performed.error.details)) out.note(part)
    if (outcome === 'failed') for (const step of rollback.steps) out.note(`  way back: ${step}`)
    // What is not on record is not verified.
    return outcome === 'succeeded' ? (kept.head === undefined ? 3 : 0) : outcome === 'unverified' ? 3 : outcome === 'rolled-back' ? 6 : 1
  }

  /** The time after the release. What stopped it early, a person or a server, leaves open how it would have ended. */
  async #watched(record: ReleaseRecord, { for: length, gates }: PlannedWatch): Promise<WatchOutcome> {
    const { context, session, base, environment } = this.#run
    const { planned: { service, namespace } } = this.#release
    const began = new Date()
    const watched = await watchIt({ context, session, driver: recordsFor(session, namespace, context.settings.driver), record, service, environment, base, compression: compressionOf(context, session), ...(gates && { gates }) }, length)
      .catch((error: unknown): WatchOutcome => ({ verdict: 'unknown', started: began.toISOString(), ended: new Date().toISOString(), watched: Date.now() - began.getTime(), looks: 0, evaluations: [], reason: context.signal.aborted ? 'it was interrupted' : (error as Error).message }))
    if (watched.verdict !== 'unknown') this.#step('watch', 'gate', watched.verdict === 'green', watched.verdict === 'green' ? `green for ${minutes(watched.watched)}` : `red after ${minutes(watched.watched)}: ${watched.reason ?? ''}`, began.getTime())
    this.#say('watch', watched.verdict === 'green' ? `green to the end` : `${watched.verdict === 'red' ? 'RED' : 'undecided'}: ${watched.reason ?? ''}`)
    this.#phase('watch', began, watched.verdict === 'green')
    return watched
  }

  /** The same way back as that of a release that failed. */
  async #wentBack({ reason = 'it turned red' }: WatchOutcome): Promise<Exclude<Performed, { outcome: 'refused' }>> {
    const { context: { flags, settings }, session: { cluster }, session } = this.#run
    const { planned } = this.#release
    const began = new Date()
    const said = new PintleError('release.rolledBack', `${planned.name} turned red after it was released: ${reason}`)
    try {
      const record = await this.progress.of(goBack({ cluster, driver: recordsFor(session, planned.namespace, settings.driver), release: planned, reason, onEvent: this.progress.onEvent, ...waitingOptions(flags) }), () => undefined)
      this.#phase('rollback', began, true)
      this.#say('rollback', record === undefined ? 'the release was removed again' : `revision ${record.version} deployed: back to revision ${planned.rollback.target}`)
      return { outcome: 'rolled-back', error: said, ...(record && { record }) }
    } catch (error) {
      this.#phase('rollback', began, false)
      this.#say('rollback', `FAILED: ${(error as Error).message}`)
      return { outcome: 'failed', error: new PintleError('release.failed', `${said.message}; the way back failed: ${(error as Error).message}`, { cause: error }) }
    }
  }

  /** Something went wrong that is no outcome: whoever was told of the start is told of that. */
  async broken(error: Error): Promise<void> {
    if (!this.#over) await this.#tell({ phase: 'failed', steps: this.#steps, reason: error.message })
  }

  /** Tells how it ended. @returns everything that was told of it */
  async #tell(facts: Omit<NoticeFacts, 'started'>): ReturnType<ReleaseNotices['tell']> {
    this.#over = true
    const before = await this.#told
    return [...before, ...(await this.#notices.tell(this.#release, { ...facts, started: this.#started }))]
  }

  async #verify(record: ReleaseRecord): Promise<void> {
    const { session, context: { signal, settings }, base, environment } = this.#run
    const { planned: { name, namespace, settings: { skipTests, timeout } }, frozen } = this.#release
    const { cluster } = session
    this.#steps.push(...(await healthChecks(cluster, record, { signal })))
    this.#steps.push(...(await afterRules(this.#run.context, cluster, record, { environment, service: name })))
    if (!skipTests && record.hooks.some((h) => h.events.includes('test'))) {
      const began = Date.now()
      const result = await runTests({ cluster, driver: recordsFor(session, namespace, settings.driver), namespace, name, timeout, logs: true, signal })
      const tests = result.record.hooks.filter((h) => h.events.includes('test'))
      for (const t of tests) this.#step(t.name, 'test', t.last_run.phase === 'Succeeded', t.last_run.phase, began)
      if (result.error && tests.every((t) => t.last_run.phase === 'Succeeded')) this.#step('tests', 'test', false, result.error.message, began)
    }
    this.#steps.push(...(await smokeChecks(frozen.smoke, { signal, cwd: base, env: { PINTLE_SERVICE: name, PINTLE_NAMESPACE: namespace, PINTLE_ENVIRONMENT: environment } })))
    await this.#judge(restating, 'succeeded', {})
    for (const s of this.#steps.filter((x) => x.kind !== 'phase')) this.#say('verify', `${s.kind} ${s.name}: ${s.passed ? 'passed' : 'FAILED'}${s.detail ? ` (${s.detail.split('\n')[0]})` : ''}`)
  }

  /** Rules on how it ended leave steps; what they say changes nothing that was done. */
  async #judge(ids: readonly string[], outcome: Outcome, more: Partial<OutcomeFacts>): Promise<void> {
    const began = new Date()
    this.#steps.push(...(await this.#rules(ids, outcome, more).catch((error: unknown) => this.#unjudged(ids.join(', '), error as Error, began) ?? [])))
  }

  /** The change is made, and its record is worth more than the error: what could not be found out did not pass. */
  #unjudged(name: string, error: Error, began: Date): undefined {
    if (this.#run.context.signal.aborted) throw error
    this.#step(name, 'policy', false, `could not be judged: ${error.message}`, began.getTime())
  }

  #rules(ids: readonly string[], outcome: Outcome, more: Partial<OutcomeFacts>): Promise<StepResult[]> {
    const checks = this.#steps.filter((s) => s.kind !== 'phase' && s.kind !== 'policy')
    return endRules(this.#run.context, { environment: this.#run.environment, service: this.#release.planned.service }, ids, { outcome, checks, ...more })
  }

  #step(name: string, kind: StepResult['kind'], passed: boolean, detail: string, began: number): void {
    this.#steps.push({ name, kind, passed, detail, duration: Date.now() - began })
  }

  #phase(name: string, started: Date, passed: boolean): void {
    this.#phases.push({ name, started: started.toISOString(), ended: new Date().toISOString(), passed })
  }

  #say(phase: string, text: string): void {
    this.#run.context.out.note(`${phase.padEnd(8)} ${text}`)
  }
}

/** What rules are told of a watch; nothing of one that could not say. */
function watchFacts(watch: WatchOutcome | undefined): Partial<OutcomeFacts> {
  if (watch === undefined || watch.verdict === 'unknown') return {}
  const gates = watch.evaluations.filter((e) => e.dryRun !== true)
  return {
    watch: { minutes: Math.round(watch.watched / 6000) / 10, green: watch.verdict === 'green' },
    ...(gates.length > 0 && { gates: gates.map((e) => ({ name: e.gate, verdict: e.verdict, hasRawResponse: e.answers.some((a) => a.body !== ''), simulated: e.simulated })) }),
  }
}

/** An error with the reason underneath, which is what a reader wants: the pod's trouble, not only that time ran out. */
function why(error: Error): string {
  return isPintleError(error) && error.hint ? `${error.message}; ${error.hint}` : error.message
}
