import { PintleError } from '../../errors/index.ts'
import type { CallOptions } from '../kube/index.ts'
import { joined } from './failure.ts'
import { withOrigin } from './origin.ts'
import { isPending } from './record.ts'
import type { ReleaseRecord, ReleaseStatus } from './record.ts'
import { inParallel } from './parallel.ts'
import { recordKey } from './storage-driver.ts'
import type { RecordCreateOptions, RunNote, StorageDriver, StoredRelease } from './storage-driver.ts'

export const notFound = (): PintleError => new PintleError('release.notFound', 'release: not found')

/** Every stored revision of one release at one moment, oldest first. One request answers all questions about it. */
export class ReleaseHistory {
  readonly name: string
  readonly revisions: readonly StoredRelease[]

  constructor(name: string, revisions: readonly StoredRelease[]) {
    this.name = name
    this.revisions = [...revisions].sort((a, b) => a.version - b.version)
  }

  /** The newest revision that can be read. */
  get last(): StoredRelease | undefined {
    return this.revisions.findLast((stored) => stored.readable !== undefined)
  }
  /** The newest deployed one: several are, when two tools ran at once. */
  get deployed(): StoredRelease | undefined {
    return this.revisions.findLast((stored) => stored.status === 'deployed' && stored.readable !== undefined)
  }
  withStatus(...statuses: ReleaseStatus[]): StoredRelease[] {
    return this.revisions.filter((stored) => statuses.includes(stored.status))
  }
  version(version: number): StoredRelease | undefined {
    return this.revisions.find((stored) => stored.version === version)
  }
}

/** Release records with Helm's rules about history. Upstream: pkg/storage/storage.go. */
export class Storage {
  readonly driver: StorageDriver

  constructor(driver: StorageDriver) {
    this.driver = driver
  }

  /** All revisions, also when there are none. */
  async history(name: string, options: CallOptions = {}): Promise<ReleaseHistory> {
    return new ReleaseHistory(name, await this.driver.list({ name, owner: 'helm' }, options))
  }

  /** A revision; the last one for 0. Throws release.notFound. */
  async get(name: string, version: number, options: CallOptions = {}): Promise<StoredRelease> {
    const stored = version > 0 ? await this.driver.get(recordKey(name, version), options) : (await this.history(name, options)).last
    if (stored === undefined) throw notFound()
    return stored
  }

  /**
   * Creates a revision, making room for it first when `maxHistory` is above 0. Throws release.exists when somebody else
   * created it meanwhile.
   */
  async create(record: ReleaseRecord, labels: Record<string, string>, options: RecordCreateOptions & { maxHistory?: number; history?: ReleaseHistory; origin?: string | undefined } = {}): Promise<OpenRelease> {
    const { maxHistory = 0, history, note, encoded, origin, ...call } = options
    if (maxHistory > 0 && history !== undefined) await this.#prune(history, maxHistory - 1, call)
    const stored = await this.driver.create(recordKey(record.name, record.version), record, labels, { ...call, note, encoded })
    return new OpenRelease(this.driver, stored, record, { note, origin })
  }

  /** A stored revision to be changed; @param origin said after descriptions it is given */
  open(stored: StoredRelease, origin?: string): OpenRelease {
    return new OpenRelease(this.driver, stored, stored.record, { origin })
  }

  /** Removes the oldest revisions down to `maximum`, never the one that is deployed (storage.go, removeLeastRecent). */
  async #prune(history: ReleaseHistory, maximum: number, options: CallOptions): Promise<void> {
    const { revisions, deployed } = history
    const doomed: StoredRelease[] = []
    for (const stored of revisions) {
      if (revisions.length - doomed.length <= maximum) break
      if (stored.version !== deployed?.version) doomed.push(stored)
    }
    const errors = await inParallel(doomed, (stored) => this.driver.delete(stored.key, options))
    if (errors.length === 1) throw joined(errors)
    if (errors.length > 1) throw joined([new PintleError('release.storage', `encountered ${errors.length} deletion errors. First is: ${joined([errors[0]]).message}`)])
  }
}

/** A revision this run writes to. */
export class OpenRelease {
  readonly record: ReleaseRecord
  /** Kept beside the record until the work on it has ended. */
  note: RunNote | undefined
  /** Said after every description. */
  readonly origin: string | undefined
  #stored: StoredRelease
  #saving: Promise<void> = Promise.resolve()
  readonly #driver: StorageDriver

  constructor(driver: StorageDriver, stored: StoredRelease, record: ReleaseRecord, { note, origin }: { note?: RunNote | undefined; origin?: string | undefined } = {}) {
    this.origin = origin
    this.#driver = driver
    this.#stored = stored
    this.record = record
    this.note = note
  }

  get stored(): StoredRelease {
    return this.#stored
  }

  /** Writes the record as it is now, one writing after the other. Throws release.conflict when another run wrote to it since. */
  async save(options: CallOptions = {}): Promise<void> {
    const save = async (): Promise<void> => {
      const { status } = this.record.info
      const note = isPending(status) || status === 'uninstalling' ? this.note : undefined
      this.#stored = await this.#driver.update(this.#stored, this.record, { ...options, note })
    }
    const saved = this.#saving.then(save)
    this.#saving = saved.catch(() => {})
    await saved
  }

  /** What somebody else wrote to the record since is to be written over. */
  rebase(stored: StoredRelease): void {
    this.#stored = stored
  }

  setStatus(status: ReleaseStatus, description?: string): this {
    this.record.info.status = status
    if (description !== undefined) this.record.info.description = withOrigin(description, this.origin)
    return this
  }
}
