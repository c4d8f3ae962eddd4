import type { ObjectRef } from '../../cluster/kube/index.ts'
import type { OnEvent, ReleaseRecord } from '../../cluster/release/index.ts'
import type { Evaluation } from '../gates/index.ts'

export type StrategyKind = 'canary' | 'blue-green'
export type RouterKind = 'replicas' | 'gateway-api' | 'istio' | 'nginx' | 'service' | 'argo-rollouts' | 'flagger'

/** One step. Every strategy is a list of them: a blue-green release is `weight 0`, checks, `weight 100`, a soak. Times are milliseconds. */
export type Step =
  /** Brings the new version to so many percent of the traffic. 0: it runs, for a preview. */
  | { readonly kind: 'weight'; readonly weight: number }
  /** Waits, while the gates watch in the background. */
  | { readonly kind: 'wait'; readonly for: number; readonly why?: 'warm-up' | 'soak' | 'scale-down delay' }
  /** Judges; all gates when none is named. */
  | { readonly kind: 'gate'; readonly gates?: readonly string[] }
  /** Until somebody promotes. */
  | { readonly kind: 'pause'; readonly message?: string }
  /** Until so many of them have approved this step. */
  | { readonly kind: 'approval'; readonly approvers: readonly string[]; readonly count: number }
  /** Smoke checks against the new version. */
  | { readonly kind: 'smoke'; readonly checks: readonly ({ readonly http: string; readonly status?: number } | { readonly run: string })[] }

/** How a release is to be rolled out: part of the plan, in clear. */
export interface RolloutSpec {
  readonly strategy: StrategyKind
  readonly router: RouterKind
  readonly steps: readonly Step[]
  /** `Deployment/checkout-api`; found when left out. */
  readonly workload?: string
  /** `HTTPRoute/checkout-api`, `VirtualService/...`, `Ingress/...`, `Service/...`; found when left out. */
  readonly route?: string
  /** Percentage points by which a weight may be missed. */
  readonly tolerance: number
  /** Pods of the new version, where a router splits the traffic; as many as its share asks for when left out. */
  readonly replicas?: number
  /** Requests with this header go to the new version from the first step on, where the router can. */
  readonly header?: { readonly name: string; readonly value: string }
  /** How long a step may hold without a decision before `undecided` says what happens. */
  readonly deadline: number
  /** What becomes of a rollout that no gate decided within the deadline. */
  readonly undecided: 'abort' | 'hold'
  /** What a machine does that finds the runner gone for longer than `lostAfter`. */
  readonly lost: 'abort' | 'hold'
  readonly lostAfter: number
  /** Milliseconds after the last step in which the gates watch. 0: none. */
  readonly watch: number
  /** What `readGates` made of `slo` and `gates` of the service: plain data without secrets. */
  readonly gates?: unknown
  /** Blue-green between two releases of one chart (SERVICE-blue, SERVICE-green) and a Service outside of them. */
  readonly twoReleases?: { readonly service: string; readonly label: string }
}

/** Pods and traffic of both versions, as they are. */
export interface Observed {
  /** Percent of traffic that the router gives the new version now, as written in the cluster. */
  readonly weight: number
  readonly stable: VersionState
  readonly canary: VersionState
}
export interface VersionState {
  readonly workload: string
  readonly ready: number
  readonly wanted: number
  /** Images of its containers. */
  readonly images: readonly string[]
  /** What holds its pods up. */
  readonly trouble?: readonly string[]
  readonly hash?: string
}

/** Something that somebody else did to what a rollout works with. */
export interface Disturbance {
  readonly ref: ObjectRef
  readonly what: string
  /** Field manager or the like, where known. */
  readonly by?: string
  /** The rollout cannot go on: the object is gone, the release has another revision. */
  readonly fatal: boolean
  /** Somebody made another revision of the release: the rollout is over, and touches nothing any more. */
  readonly superseded?: boolean
}

/**
 * What moves traffic from one version of a release to the next. Every operation can be repeated: whoever takes over a rollout whose runner died calls the same one
 * again. None returns before the cluster shows it.
 */
export interface Mover {
  /** Hooks that come before, then the new version beside the old one, without traffic. @returns the revision that is pending now */
  begin(on: MoveEvents): Promise<{ readonly revision: number }>
  /** Brings the new version to so many percent; capacity comes before traffic, and goes after it. @returns what was reached, in percent */
  shift(weight: number, on: MoveEvents): Promise<number>
  /** The new version becomes the release; what was beside it goes. */
  promote(on: MoveEvents): Promise<ReleaseRecord>
  /** Traffic back first, then the release is rolled back. @param reason stands in the history */
  abort(reason: string, on: MoveEvents): Promise<ReleaseRecord | undefined>
  observe(signal?: AbortSignal): Promise<Observed>
  /** What somebody else changed since the last operation. */
  disturbances(signal?: AbortSignal): Promise<readonly Disturbance[]>
  /** A run that ends before its rollout does lets the release go, for whoever goes on with it. */
  leave?(): Promise<void>
  /** After somebody rolled back a release that was promoted already: brings a controller of its own to rest with it. What does not come to rest in time is told. */
  settle?(on: MoveEvents): Promise<void>
}
export interface MoveEvents {
  readonly onEvent?: OnEvent
  readonly signal?: AbortSignal
  /** What somebody else has changed meanwhile is put back: a person has said so. Left out, it is a conflict. */
  readonly takeBack?: boolean
}

/** Where a rollout stands. `lost` is never stored: it is what others see when the runner's Lease is old. */
export type RolloutPhase = 'beginning' | 'progressing' | 'paused' | 'holding' | 'promoting' | 'watching' | 'aborting' | 'promoted' | 'aborted' | 'failed' | 'superseded'

/** One thing that happened, in order. Never changed once written. */
export interface Transition {
  /** RFC 3339. */
  readonly at: string
  /** Who did it: `user@host`, a CI run, a Job. */
  readonly by: string
  readonly phase: RolloutPhase
  /** Index of the step. */
  readonly step: number
  readonly detail: string
}

/** A step as it went. */
export interface StepRecord {
  readonly step: number
  readonly name: string
  readonly started: string
  readonly ended?: string
  readonly weight: number
  readonly achieved?: number
  readonly pods?: { readonly stable: { readonly ready: number; readonly wanted: number }; readonly canary: { readonly ready: number; readonly wanted: number } }
  readonly evaluations: readonly Evaluation[]
  readonly outcome?: 'promoted' | 'held' | 'aborted'
  /** Somebody went on without a verdict, or against it. */
  readonly override?: { readonly by: string; readonly reason: string; readonly at: string }
  readonly approvals?: readonly { readonly by: string; readonly at: string; readonly digest?: string }[]
}

/** What somebody asks of a rollout that another process runs. */
export interface RolloutRequest {
  readonly id: string
  readonly verb: 'promote' | 'pause' | 'resume' | 'abort'
  readonly by: string
  readonly at: string
  /** Skip all steps that are left. */
  readonly full?: boolean
  /** Needed to go on where gates have not passed. */
  readonly reason?: string
  /** A signed approval of this step, as text. */
  readonly approval?: string
}

/** What is kept of a rollout in the cluster, apart from what is to be applied. Holds no secrets. */
export interface Journal {
  readonly schema: 'pintle.dev/rollout/v1'
  readonly id: string
  readonly service: string
  readonly release: string
  readonly namespace: string
  readonly environment: string
  readonly spec: RolloutSpec
  readonly planDigest: string
  readonly author: string
  /** Chart name and version before and after. */
  readonly from: { readonly revision: number; readonly chart: string; readonly images: readonly string[] }
  readonly to: { readonly revision: number; readonly chart: string; readonly images: readonly string[] }
  readonly started: string
  readonly phase: RolloutPhase
  /** Index of the step under way; steps.length when all are done. */
  readonly step: number
  /** Percent that was asked for last, and what was reached. */
  readonly weight: number
  readonly achieved: number
  /** The step had its traffic at this time, RFC 3339: gates look no further back. */
  readonly since?: string
  /** Why it is paused, holds, was aborted. */
  readonly message?: string
  /** It waits for a decision: since when (RFC 3339), because no gate could decide, or because somebody else changed what it works with. */
  readonly held?: { readonly since: string; readonly why: 'undecided' | 'disturbed' }
  /** The verdict that led to an abort. */
  readonly trigger?: Evaluation
  readonly steps: readonly StepRecord[]
  readonly transitions: readonly Transition[]
  readonly requests: readonly RolloutRequest[]
  /** Time was compressed by this factor: a simulated cluster. */
  readonly compression?: number
}

/** What a screen or a machine is told while a rollout runs. */
export type RolloutEvent =
  | { readonly type: 'transition'; readonly transition: Transition; readonly journal: Journal }
  | { readonly type: 'evaluation'; readonly evaluation: Evaluation; readonly step: number; readonly background: boolean }
  | { readonly type: 'observed'; readonly observed: Observed }
  | { readonly type: 'disturbance'; readonly disturbance: Disturbance }
  | { readonly type: 'release'; readonly event: Parameters<OnEvent>[0] }
