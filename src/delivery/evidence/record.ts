/** How a release ended. 'unverified': it was applied, but its verification did not finish or was not asked for. */
export type Outcome = 'succeeded' | 'failed' | 'rolled-back' | 'refused' | 'unchanged' | 'unverified'

/** One check or step with its result; `detail` is for people and holds no secrets. */
export interface StepResult {
  readonly name: string
  readonly kind: 'health' | 'test' | 'smoke' | 'hook' | 'gate' | 'policy' | 'phase'
  readonly passed: boolean
  readonly detail?: string
  /** Milliseconds. */
  readonly duration?: number
}

/** The machine-readable record of one release, kept for ever. Times are RFC 3339 in UTC. */
export interface ReleaseRecord {
  readonly schema: 'pintle.dev/release-record/v1'
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
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string; readonly digest: string }
  readonly dependencies: readonly { readonly name: string; readonly version: string; readonly digest: string }[]
  readonly values: readonly { readonly path: string; readonly digest: string }[]
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] }
  readonly plan: { readonly digest: string; readonly changes: { readonly add: number; readonly change: number; readonly remove: number }; readonly classes: readonly string[] }
  readonly review: { readonly by: string; readonly how: 'prompt' | 'digest' | 'none'; readonly at?: string }
  readonly revision: { readonly before: number; readonly after: number }
  readonly rollback: { readonly target: number; readonly steps: readonly string[]; readonly used?: { readonly at: string; readonly reason: string; readonly toRevision: number } }
  readonly steps: readonly StepResult[]
  /** Digests of the files in the evidence folder, by name. */
  readonly files: Readonly<Record<string, string>>
}
