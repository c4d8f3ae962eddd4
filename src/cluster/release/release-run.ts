import { isPintleError } from '../../errors/index.ts'
import { outcomeUnknown } from '../kube/index.ts'
import type { CallOptions, Cluster } from '../kube/index.ts'
import { waitEstablished } from './established.ts'
import { runHooks } from './hooks.ts'
import type { HookRules } from './hooks.ts'
import { wrapped } from './failure.ts'
import { defaultTimeout, storageFor } from './options.ts'
import type { ChangeOptions } from './options.ts'
import { isPending } from './record.ts'
import type { HookEvent } from './record.ts'
import type { Resource } from './resources.ts'
import { isRollout, rolloutWays } from './rollout-mark.ts'
import { RunLock } from './run-lock.ts'
import type { OpenRelease, Storage } from './storage.ts'
import { noteRecord, saveOutcome } from './save.ts'
import type { RunNote } from './storage-driver.ts'
import { waitFor } from './wait.ts'
import type { WaitOptions, WaitStrategy } from './wait.ts'
import { secretCleaner } from './secret-values.ts'

/** What the actions that change a release share: the lock, hooks, waiting, and writing the outcome. */
export class ReleaseRun {
  readonly options: ChangeOptions
  readonly cluster: Cluster
  readonly storage: Storage
  readonly timeout: number
  readonly strategy: WaitStrategy
  readonly #startedAt = Date.now()
  readonly #lock: RunLock
  #release: OpenRelease | undefined
  #signal: AbortSignal | undefined
  #work: { operation: string; revision: number } | undefined

  /**
   * @param watchesFailures rollback-on-failure makes a watcher out of hookOnly, since it must see failures
   * @param lock of the run that this one is a part of
   */
  constructor(options: ChangeOptions, watchesFailures = false, lock?: RunLock) {
    this.options = options
    this.cluster = options.cluster
    this.storage = storageFor(options)
    this.timeout = options.timeout ?? defaultTimeout
    const strategy = options.wait ?? 'hookOnly'
    this.strategy = strategy === 'hookOnly' && watchesFailures ? 'watcher' : strategy
    this.#lock = lock ?? new RunLock()
    this.#signal = lock === undefined ? options.signal : this.#untilLost()
  }

  /** A part of this run, under its lock, with a signal, events and ways of waiting of its own. */
  within(options: { [K in 'signal' | 'onEvent' | 'wait']?: ChangeOptions[K] | undefined }): ReleaseRun {
    const part = new ReleaseRun({ ...this.options, ...options } as ChangeOptions, false, this.#lock)
    part.#release = this.#release
    return part
  }

  /** Fires when another run took the release over. */
  get lost(): AbortSignal {
    return this.#lock.lost
  }

  #untilLost(): AbortSignal {
    const { signal } = this.options
    return signal === undefined ? this.#lock.lost : AbortSignal.any([signal, this.#lock.lost])
  }

  /** What to pass to every call: ends with the caller's signal, or when another run took the release over. */
  get call(): CallOptions {
    return this.#signal === undefined ? {} : { signal: this.#signal }
  }

  /**
   * Announces this run: the note goes beside the pending record, and a Lease follows when the work takes more than a moment;
   * where records keep no notes, and for a run that is to last, the Lease comes first.
   * @returns the note, for the record. Throws release.pending when a live run holds the release
   */
  async begin(operation: string, revision: number, lasting = false): Promise<RunNote | undefined> {
    this.#work = { operation, revision }
    if (this.options.heartbeat === false) return undefined
    this.#signal = this.#untilLost()
    return await this.#lock.take(this.options, operation, revision, lasting || !this.storage.driver.keepsNotes)
  }

  /** The revision that is worked on. */
  working(release: OpenRelease): void {
    this.#release = release
    this.#lock.working(release)
  }

  /**
   * The error that ends this run, saying what is stored where that is not what it should be: the server could not be reached to write it down, or
   * nobody knows whether it did.
   */
  told(error: unknown): unknown {
    const hint = this.#work === undefined ? undefined : leftBehind(this.options.name, this.#work, this.#release, outcomeUnknown(error))
    // Where another run wrote the record, what is stored is its to tell.
    if (hint === undefined || this.lost.aborted || isPintleError(error, 'release.conflict')) return error
    // A cancelled run has said where it stands, unless that could not be written down. An uninstall need not have written anything.
    const isWritten = this.#work?.operation === 'uninstall' || this.#release?.record.info.status === this.#release?.stored.status
    if (isWritten && isPintleError(error) && error.details?.cancelled === true) return error
    return wrapped(error, (m) => m, { hint: isPintleError(error) && error.hint !== undefined ? `${error.hint} ${hint}` : hint })
  }

  async end(): Promise<void> {
    await this.#lock.end()
    this.#signal = this.options.signal
  }

  /** Throws when the release belongs to another run by now: nothing may be written any more. */
  throwIfLost(): void {
    this.lost.throwIfAborted()
  }

  /** The same, as the server says now. */
  async confirmHeld(): Promise<void> {
    await this.#lock.confirm()
  }

  /** Throws when the run is to end: for before a write that must not be cut in the middle. */
  throwIfEnded(): void {
    this.#signal?.throwIfAborted()
  }

  async hooks(release: OpenRelease, event: HookEvent, serverSide: boolean): Promise<void> {
    if (this.options.disableHooks === true) return
    await runHooks(this.cluster, release, event, this.hookRules(serverSide))
  }

  hookRules(serverSide: boolean): HookRules {
    return { serverSide, legacy: this.strategy === 'legacy', ...this.#waiting() }
  }

  /** What all waiting of a run shares. */
  #waiting(): WaitOptions {
    const { onEvent, failEarly = true, patience, secretOperators } = this.options
    const record = this.#release?.record
    const clean = secretCleaner(() => (record === undefined ? [] : [record.manifest, ...record.hooks.map((hook) => hook.manifest)]))
    return { timeout: this.timeout, onEvent, failEarly, patience, secretOperators, startedAt: this.#startedAt, clean, ...this.call }
  }

  async waitReady(resources: readonly Resource[]): Promise<void> {
    // Hooks that follow may use what was just defined. Helm does not wait; where it never comes, that is no reason to fail.
    await waitEstablished(this.cluster, resources, { ...this.call }).catch((error: unknown) => {
      if (this.#signal?.aborted) throw error
      this.options.onEvent?.({ type: 'warning', message: `definitions are not established yet: ${(error as Error).message}` })
    })
    if (this.strategy === 'hookOnly' || resources.length === 0) return
    const { onEvent, waitForJobs = false, stableFor } = this.options
    onEvent?.({ type: 'phase', phase: 'wait' })
    const goal = this.strategy === 'legacy' ? (waitForJobs ? 'legacyWithJobs' : 'legacy') : waitForJobs ? 'readyWithJobs' : 'ready'
    await waitFor(this.cluster, resources, goal, { ...this.#waiting(), stableFor })
  }

  async waitGone(resources: readonly Resource[]): Promise<void> {
    if (this.strategy === 'hookOnly' || resources.length === 0) return
    await waitFor(this.cluster, resources, 'gone', this.#waiting())
  }

  /** The last step of what went well. Helm's install only logs that it failed; here it fails, since the release is not deployed for anybody else. */
  async saveDeployed(release: OpenRelease, description?: string): Promise<void> {
    this.throwIfLost()
    await release.setStatus('deployed', description).save()
    noteRecord(release, this.options.onEvent)
  }

  /** Writes how it ended, even when the caller cancelled. */
  async saveOutcome(release: OpenRelease): Promise<void> {
    this.throwIfLost()
    await saveOutcome(release, this.options.onEvent)
  }
}

/** What a run left in the store that the next one has to deal with; undefined when all is written down. */
function leftBehind(name: string, { operation, revision }: { operation: string; revision: number }, release: OpenRelease | undefined, unknown: boolean): string | undefined {
  const on = isRollout(operation) ? rolloutWays(name, false).slice(0, -1) : operation === 'uninstall' ? `\`pintle uninstall ${name}\` again goes on from there` : `\`pintle upgrade --install ${name}\` goes on from there, and \`pintle repair ${name}\` frees it for Helm`
  if (release === undefined) return unknown ? `Nobody knows whether revision ${revision} was stored as pending-${isRollout(operation) ? 'upgrade' : operation}: \`pintle history ${name}\` shows it; ${on}.` : undefined
  const { status } = release.stored
  if (release.record.info.status !== status) return `Revision ${revision} is ${release.record.info.status}, and that could not be written down: it may still be stored as ${status}. Once that is mended, ${on}.`
  return isPending(status) || status === 'uninstalling' ? `Revision ${revision} is left ${status}: ${on}.` : undefined
}
