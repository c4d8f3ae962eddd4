import { PintleError } from '../../errors/index.ts'
import type { OnEvent } from './events.ts'
import type { ReleaseResult } from './install.ts'
import type { ApplyOptions, CrdFile, CrdOptions, RenderedRelease, ServerSide } from './options.ts'
import type { ReleaseRecord } from './record.ts'
import type { ReleaseHistory } from './storage.ts'

/** What an upgrade in stages is called in Leases, notes and errors. */
export type StagedOperation = 'canary' | 'blue-green'

export interface StagedOptions extends Omit<ApplyOptions, 'dryRun' | 'dryRunApply'>, CrdOptions {
  operation: StagedOperation
  /** What is to be released in the end: rendered already, never rendered again. */
  target: RenderedRelease
  /** The chart's crds/ folders, as far as `upgradeCrds` is to look at them. */
  crds?: readonly CrdFile[]
  /** Default `auto`: as the last revision was applied. */
  serverSide?: ServerSide
  takeOwnership?: boolean
  /** Records to keep; 0 for all. Helm's commands pass 10. */
  maxHistory?: number
  labels?: Record<string, string>
}

export interface ResumeOptions extends Omit<StagedOptions, 'serverSide' | 'labels' | 'maxHistory' | keyof CrdOptions | 'crds'> {
  /** The revision that is upgraded to: what `beginStaged` returned. */
  revision: number
}

export interface StageOptions {
  /** Stands in the history while it lasts: `Canary 25%: 1 of 4 pods`. */
  description: string
  /** Wait until everything is ready before what left the manifest is deleted. Default true. */
  wait?: boolean
  onEvent?: OnEvent
  signal?: AbortSignal
}

/**
 * `rolling`: stages may follow; `aborting`: only `abort` can follow, it was begun by a run that ended; `finished` and `aborted`: all is done but what
 * `finish` or `abort` makes sure of, and returns, once more.
 */
export type StagedState = 'rolling' | 'aborting' | 'finished' | 'aborted'

/**
 * One new revision that comes to the cluster in stages. While it lasts it is `pending-upgrade`, and its record lists at least all that runs; the
 * revision before it stays `deployed`.
 */
export interface StagedUpgrade {
  /** The new revision: its chart, values, hooks and notes are the target's, its manifest is what runs. */
  readonly record: ReleaseRecord
  /** The deployed revision that it began from, and that `abort` returns to. */
  readonly base: ReleaseRecord
  readonly state: StagedState
  /** Fires when another run took the release over: nothing is written from then on. */
  readonly lost: AbortSignal
  /**
   * Brings the cluster to this manifest: the record is written as the union of what was and what comes, objects are applied, waited for, what left is
   * deleted, and the record written as exactly this manifest. Can be repeated. When it fails, the revision stays pending and lists all that may exist.
   */
  stage(manifest: string, options: StageOptions): Promise<void>
  /** Says in the history what is going on, without changing anything else. */
  describe(description: string): Promise<void>
  /** The target's manifest, if it is not what runs by now, post-upgrade hooks, then the revision is deployed and the one before it superseded. */
  finish(description?: string): Promise<ReleaseResult>
  /** This revision has failed, for this reason; then a rollback to the base, as a revision of its own. */
  abort(reason: string): Promise<ReleaseResult>
  /** Leaves it pending on purpose, for any run to go on with: lets the Lease go. */
  leave(): Promise<void>
}

/**
 * Begins an upgrade in stages: CRDs, what `preflight` of an upgrade finds, the pending revision, pre-upgrade hooks of the target. No object has changed then.
 * Throws what `upgrade` throws, and release.noDeployed when nothing is deployed.
 * @param known the revisions as somebody read them: when another run made one since, this one fails
 */
export async function beginStaged(options: StagedOptions, known?: ReleaseHistory): Promise<StagedUpgrade> {
  throw new PintleError('internal', `not there yet: ${options.name} ${known?.name}`)
}

/**
 * Takes over the revision of a run that ended: the same guarantees from wherever it ended. Pre-upgrade hooks that had not ended run again.
 * Throws release.pending while that run lives, release.notFound when the revision was never stored, release.conflict when other revisions followed it.
 */
export async function resumeStaged(options: ResumeOptions): Promise<StagedUpgrade> {
  throw new PintleError('internal', `not there yet: ${options.name}`)
}
