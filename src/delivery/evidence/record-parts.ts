/** The parts of a release record. All text is for people and holds no secrets; times are RFC 3339 in UTC, digests `sha256:<hex>`, keyed digests `hmac-sha256:<hex>`. */

/** One check or step with its result. */
export interface StepResult {
  readonly name: string
  readonly kind: 'health' | 'test' | 'smoke' | 'hook' | 'gate' | 'policy' | 'phase'
  readonly passed: boolean
  readonly detail?: string
  /** Milliseconds. */
  readonly duration?: number
}

/** Somebody's decision about the plan, or another system's that was taken over. */
export interface ApprovalRecord {
  readonly by: string
  readonly decision: 'approved' | 'rejected'
  readonly at: string
  readonly expires?: string
  /** How it was shown that it was them: `ed25519`, `ssh`, `sigstore`, `github-environment`. */
  readonly how: string
  /** Of the signed statement. */
  readonly digest?: string
  /** It counted for the quorum; otherwise `detail` says why not. */
  readonly counted: boolean
  readonly detail?: string
}

/** Results of the rules as they were judged: a `RuleResult` of the policy room fits. */
export interface PolicyRecord {
  readonly pack: string
  readonly digest?: string
  readonly results: readonly PolicyResult[]
}

export interface PolicyResult {
  readonly rule: string
  readonly severity: string
  readonly status: 'passed' | 'violated' | 'overridden' | 'not-evaluated'
  readonly violations: readonly { readonly message: string }[]
  readonly overrides: readonly { readonly rule: string; readonly reason: string; readonly by: string; readonly expires: string; readonly ticket?: string }[]
  readonly missing?: string
}

/** What was checked before the change, and what it said: lint, schema, scans, signatures, ... */
export interface CheckRecord {
  readonly kind: 'lint' | 'schema' | 'dry-run' | 'scan' | 'signature' | 'provenance' | 'sbom' | 'test' | 'secrets'
  /** What was looked at: a chart, an image with its digest, a suite. */
  readonly subject: string
  readonly passed: boolean
  readonly detail?: string
  /** Who said so: a tool, a report, a key. */
  readonly source?: string
  readonly at?: string
}

/** That the same digests passed an environment before this one. */
export interface StagingProof {
  readonly environment: string
  readonly passed: boolean
  /** Id of the record there. */
  readonly record?: string
  readonly detail?: string
}

export interface PhaseRecord {
  readonly name: string
  readonly started: string
  readonly ended: string
  readonly passed: boolean
  readonly detail?: string
}

/** One step of a canary or blue-green, or the one step of a rolling change. */
export interface RolloutStep {
  readonly name: string
  readonly started: string
  readonly ended: string
  /** Percent of the traffic, as wanted and as the router or the number of pods gave it. */
  readonly weight: number
  readonly achieved?: number
  readonly split: readonly { readonly to: string; readonly percent: number }[]
  /** Those of the new version. */
  readonly pods: { readonly ready: number; readonly wanted: number }
  /** Those of the version before, beside it. */
  readonly stablePods?: { readonly ready: number; readonly wanted: number }
  readonly gates: readonly GateRecord[]
  readonly outcome: 'promoted' | 'held' | 'aborted'
  /** Somebody went on without a verdict, or against it. */
  readonly override?: { readonly by: string; readonly reason: string; readonly at: string }
  /** Approvals of this step alone. */
  readonly approvals?: readonly { readonly by: string; readonly at: string; readonly digest?: string }[]
}

export interface GateRecord {
  readonly name: string
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error' | 'no-data'
  readonly at: string
  readonly query?: string
  readonly value?: number
  readonly threshold?: number
  /** How they are compared, where it is no upper limit: a value that is equal passes. */
  readonly comparison?: '<=' | '>='
  readonly unit?: string
  readonly samples?: number
  /** Samples without which there is no verdict. */
  readonly needed?: number
  /** Milliseconds that the query looked back. */
  readonly window?: number
  /** Who was asked: `prometheus`, `datadog`, ... */
  readonly provider?: string
  /** The numbers are made up: a simulated provider. */
  readonly simulated?: boolean
  /** Worked out from the whole service's numbers and the share of the traffic. */
  readonly estimated?: boolean
  /** Told, and never decided. */
  readonly dryRun?: boolean
  /** Why it is no pass. */
  readonly reason?: string
  /** Without credentials. */
  readonly endpoint?: string
  /** How value and verdict come from the answer. */
  readonly arithmetic?: string
  /** Name of the kept file with the raw answer. */
  readonly response?: string
}

export interface HookRecord {
  readonly name: string
  readonly kind: string
  readonly event: string
  readonly weight: number
  readonly outcome: string
  readonly started?: string
  readonly ended?: string
  /** It changed data, as far as anybody said so. */
  readonly migration?: boolean
}

/** The lines that matter of a log; whole logs are files. */
export interface LogExcerpt {
  readonly source: string
  readonly text: string
}

export interface AlertRecord {
  readonly name: string
  readonly at: string
  readonly severity?: string
  readonly url?: string
}

/** The time after the change in which somebody or something looked. */
export interface WatchRecord {
  readonly minutes: number
  readonly green: boolean
  readonly by?: string
  readonly detail?: string
  /** The last word of each gate. */
  readonly gates?: readonly GateRecord[]
  /** What ended it early. */
  readonly trigger?: RollbackTrigger
}

/** What a gate said that led back. Value and threshold are absent where there was no number, and that was the reason. */
export interface RollbackTrigger {
  readonly metric: string
  readonly value?: number
  readonly threshold?: number
  readonly at: string
  readonly query?: string
  readonly verdict?: GateRecord['verdict']
  readonly samples?: number
  /** In words, where there are no numbers. */
  readonly reason?: string
}

export interface RollbackUse {
  readonly at: string
  readonly reason: string
  /** 0: the release was removed again. */
  readonly toRevision: number
  readonly automatic?: boolean
  readonly trigger?: RollbackTrigger
  /** What the rollback itself said. */
  readonly output?: string
  readonly paged?: readonly string[]
}

export interface FollowUp {
  readonly what: string
  readonly done: boolean
  readonly ticket?: string
}

/** A rule was passed over because of an emergency; somebody reviews it afterwards. */
export interface EmergencyRecord {
  readonly reason: string
  readonly by: string
}

export interface EmergencyReview {
  readonly by: string
  readonly at: string
  readonly text: string
}
