import type { ReleaseResult } from './install.ts'
import type { OnEvent } from './events.ts'
import type { ApplyOptions, CrdFile, CrdOptions, RenderedRelease, ServerSide } from './options.ts'
import type { ReleaseRecord } from './record.ts'
import type { StagedOperation } from './rollout-mark.ts'

export interface StagedOptions extends Omit<ApplyOptions, 'dryRun' | 'dryRunApply' | 'description'>, CrdOptions {
  operation: StagedOperation
  /** What is to be released in the end: rendered already, never rendered again. */
  target: RenderedRelease
  /** The files of the chart's crds/ folders. */
  crds?: readonly CrdFile[]
  /** Default `auto`: as the last revision was applied. */
  serverSide?: ServerSide
  takeOwnership?: boolean
  /** Records to keep; 0 for all. Helm's commands pass 10. */
  maxHistory?: number
  labels?: Record<string, string>
}

export interface ResumeOptions extends Omit<StagedOptions, 'serverSide' | 'labels' | keyof CrdOptions | 'crds'> {
  /** The revision that is upgraded to: the number of what `beginStaged` returned. */
  revision: number
}

/** How one step is watched and ended; its signal is its own, that of begin or resume is not asked again. */
export interface StepOptions {
  /** Default: that of begin or resume. */
  onEvent?: OnEvent
  signal?: AbortSignal
  /** Fields that others have written since are taken over; where nobody asks the server who owns what, they are anyway. */
  takeBack?: boolean
}

export interface StageOptions extends StepOptions {
  /** Stands in the history while it lasts: `Canary 25%: 1 of 4 pods`. */
  description: string
  /** Wait until everything is ready before what left the manifest is deleted. Default true. */
  wait?: boolean
}

/**
 * `rolling`: stages may follow; `aborting`: only `abort` can follow, it was begun by a run that ended, or the revision has failed; `finished` and
 * `aborted`: all is done but what `finish` or `abort` makes sure of, and returns, once more.
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
   * Throws what `upgrade` throws; release.conflict when another revision was made meanwhile, release.tooLarge before anything is written.
   */
  stage(manifest: string, options: StageOptions): Promise<void>
  /** Says in the history what is going on, without changing anything else. */
  describe(description: string, options?: StepOptions): Promise<void>
  /**
   * The target's manifest, if this object did not bring it, post-upgrade hooks, then the revision is deployed and the one before it superseded.
   * @param description default `Upgrade complete`
   */
  finish(description?: string, options?: StepOptions): Promise<ReleaseResult>
  /** This revision has failed, for this reason; then a rollback to the base, as a revision of its own, which deletes nothing before all is ready. */
  abort(reason: string, options?: StepOptions): Promise<ReleaseResult>
  /** Leaves it pending on purpose, for any run to go on with: lets the Lease go. */
  leave(): Promise<void>
}
