import type {
  AlertRecord, ApprovalRecord, CheckRecord, EmergencyRecord, EmergencyReview, FollowUp, HookRecord, LogExcerpt, PhaseRecord, PolicyRecord, RollbackUse, RolloutStep, StagingProof, StepResult, WatchRecord,
} from './record-parts.ts'

/** How a release ended. 'unverified': it was applied, but its verification did not finish or was not asked for. */
export type Outcome = 'succeeded' | 'failed' | 'rolled-back' | 'refused' | 'unchanged' | 'unverified'

export type Operation = 'install' | 'upgrade' | 'rollback' | 'uninstall'

/**
 * The machine-readable record of one release, kept for ever. Times are RFC 3339 in UTC.
 *
 * A member that is absent was not recorded, which is not the same as an empty list: nobody looked, or the version that wrote it could not know.
 */
export interface ReleaseRecord {
  /** v1 lacks `operation` and everything below `files`. */
  readonly schema: 'pintle.dev/release-record/v1' | 'pintle.dev/release-record/v2'
  readonly id: string
  readonly tool: { readonly pintle: string; readonly helm: string }
  readonly service: string
  readonly environment: string
  readonly target: { readonly server: string; readonly clusterUid: string; readonly context: string; readonly namespace: string; readonly release: string; readonly simulated: boolean }
  readonly operator: string
  readonly ci?: { readonly run?: string; readonly provider: string }
  readonly git?: { readonly commit: string; readonly dirty: boolean }
  readonly started: string
  readonly ended: string
  readonly outcome: Outcome
  readonly reason?: string
  readonly chart: {
    readonly name: string
    readonly version: string
    readonly appVersion: string
    readonly digest: string
    /** Where it was fetched from, and the digest of its manifest in a registry. */
    readonly source?: string
    readonly manifest?: string
  }
  readonly dependencies: readonly { readonly name: string; readonly version: string; readonly digest: string }[]
  readonly values: readonly { readonly path: string; readonly digest: string }[]
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] }
  readonly plan: { readonly digest: string; readonly changes: { readonly add: number; readonly change: number; readonly remove: number }; readonly classes: readonly string[] }
  readonly review: { readonly by: string; readonly how: 'prompt' | 'digest' | 'approvals' | 'none'; readonly at?: string }
  readonly revision: { readonly before: number; readonly after: number }
  readonly rollback: { readonly target: number; readonly steps: readonly string[]; readonly reversible?: boolean; readonly used?: RollbackUse }
  readonly steps: readonly StepResult[]
  /** Digests of the files that are kept with it, by name. */
  readonly files: Readonly<Record<string, string>>

  readonly operation?: Operation
  /** Revisions that this run made, failed ones and the one it went back by included. */
  readonly revisions?: readonly number[]
  /** The chart that was deployed before, and is again after going back. */
  readonly chartBefore?: { readonly name: string; readonly version: string; readonly appVersion: string }
  /** The trace this run belongs to: spans of its phases are sent under it. */
  readonly trace?: { readonly traceId: string; readonly parentSpanId: string }
  readonly ticket?: string
  /** Who made the plan. */
  readonly author?: string
  /** Digests of the images by their names, where they are known: of those before and of those after. */
  readonly imageDigests?: { readonly before: readonly ImageDigest[]; readonly after: readonly ImageDigest[] }
  readonly approvals?: readonly ApprovalRecord[]
  readonly policy?: PolicyRecord
  readonly checks?: readonly CheckRecord[]
  readonly staging?: StagingProof
  readonly phases?: readonly PhaseRecord[]
  readonly strategy?: string
  readonly rollout?: readonly RolloutStep[]
  /** Waits of the rollout were shortened by this factor, on a simulated cluster. */
  readonly compression?: number
  readonly hooks?: readonly HookRecord[]
  readonly migrations?: readonly string[]
  readonly logs?: readonly LogExcerpt[]
  readonly alerts?: readonly AlertRecord[]
  readonly watch?: WatchRecord
  readonly followUps?: readonly FollowUp[]
  readonly emergency?: EmergencyRecord
}

export interface ImageDigest { readonly image: string; readonly digest: string }

/**
 * What became known after a record was written. Records never change; this stands in the chain behind them and names the one it is about.
 */
export interface Addendum {
  readonly schema: 'pintle.dev/record-addendum/v1'
  readonly id: string
  /** Id of the record. */
  readonly about: string
  readonly at: string
  readonly by: string
  readonly watch?: WatchRecord
  readonly alerts?: readonly AlertRecord[]
  readonly followUps?: readonly FollowUp[]
  readonly emergencyReview?: EmergencyReview
  readonly text?: string
}

export type Entry = ReleaseRecord | Addendum

export const isAddendum = (entry: Entry): entry is Addendum => entry.schema === 'pintle.dev/record-addendum/v1'
