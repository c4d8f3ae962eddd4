import { isPintleError } from '../../errors/index.ts'
import { acquireLease, defaultIdentity } from './lease.ts'
import type { HeldLease } from './lease.ts'
import type { ChangeOptions } from './options.ts'
import { processIdentity } from './process-identity.ts'
import type { OpenRelease } from './storage.ts'
import type { RunNote } from './storage-driver.ts'

/** Runs that are over sooner need no Lease, in milliseconds: the note beside the record speaks for a run as long as a Lease would (lease.ts). */
const leaseAfter = 4500

/** What one run, or the parts of one that lasts, hold of a release: its Lease, and the knowledge that another run took it over. */
export class RunLock {
  readonly #lost = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #leasing: Promise<void> | undefined
  #lease: HeldLease | undefined
  #release: OpenRelease | undefined
  #heartbeat: RunNote['heartbeat'] | undefined

  /** Fires when the release belongs to another run by now: nothing may be written any more. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /**
   * Takes the Lease, or, once it is held, only says what is done under it next.
   * @param atOnce before anything else, not when the work takes more than a moment
   * @returns the note, for the record. Throws release.pending when a live run holds the release
   */
  async take(options: ChangeOptions, operation: string, revision: number, atOnce: boolean): Promise<RunNote> {
    const note: RunNote = { holder: options.identity ?? defaultIdentity(), operation, process: processIdentity(), since: new Date().toISOString(), heartbeat: this.#heartbeat ?? 'lease' }
    if (this.#heartbeat !== undefined) return note
    this.#heartbeat = 'lease'
    if (atOnce) {
      await this.#keepLease(options, note, revision)
      this.#lost.signal.throwIfAborted()
    } else this.#timer = setTimeout(() => { this.#leasing = this.#keepLease(options, note, revision) }, leaseAfter)
    return note
  }

  /** The revision whose note tells, should no Lease be possible. */
  working(release: OpenRelease): void {
    this.#release = release
  }

  /** Throws when another run took the release over, as the server says now. */
  async confirm(): Promise<void> {
    await this.#lease?.confirm()
    this.#lost.signal.throwIfAborted()
  }

  async #keepLease(options: ChangeOptions, note: RunNote, revision: number): Promise<void> {
    const { cluster, namespace, name, signal, onEvent } = options
    try {
      const lease = await acquireLease(cluster, { namespace, release: name, operation: note.operation, revision, identity: note.holder, onEvent, signal: this.#lost.signal })
      if (lease !== undefined) {
        this.#lease = lease
        lease.lost.addEventListener('abort', () => { this.#lost.abort(lease.lost.reason) }, { once: true })
        return
      }
      note.heartbeat = this.#heartbeat = 'none'
      if (this.#release !== undefined) await this.#release.save(signal === undefined ? {} : { signal: AbortSignal.any([signal, this.#lost.signal]) })
    } catch (error) {
      // Another run holds the release.
      if (isPintleError(error, 'release.pending', 'release.conflict')) this.#lost.abort(error)
    }
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#leasing
    await this.#lease?.release()
    this.#lease = undefined
    this.#heartbeat = undefined
  }
}
