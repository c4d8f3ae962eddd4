import type { ChangeSet } from '../../cluster/diff/index.ts'
import type { ObjectRef } from '../../cluster/kube/index.ts'
import type { Override, RuleResult } from '../policy/index.ts'
import type { Pin } from './lock.ts'

/**
 * A plan as it stands in a file: everything a reviewer sees in clear, redacted; everything that will be applied, frozen and encrypted. Its digest is what is approved.
 * Times are RFC 3339 in UTC, digests `sha256:<hex>`, keyed digests `hmac-sha256:<hex>`.
 */
export interface PlanFile {
  readonly schema: 'pintle.dev/plan/v1'
  readonly tool: { readonly pintle: string; readonly helm: string }
  readonly created: string
  readonly expires: string
  /** Who made it: an identity as attestations name it. The author's own approval does not count. */
  readonly author: string
  readonly environment: string
  readonly git?: { readonly commit: string; readonly dirty: boolean }
  readonly ci?: { readonly provider: string; readonly run?: string }
  /** What must be approved before it is applied. */
  readonly requires: { readonly approvals: number; readonly approvers: readonly string[] }
  readonly policy: { readonly pack: string; readonly digest: string; readonly results: readonly RuleResult[]; readonly overrides: readonly Override[] }
  /** In the order in which they are applied. */
  readonly releases: readonly PlannedRelease[]
  /** Identifies the key of the encrypted payloads and keyed digests; never the key. */
  readonly key: { readonly id: string }
}

export interface PlannedRelease {
  readonly service: string
  readonly name: string
  readonly namespace: string
  /** Names of releases of this plan that must be in place before. */
  readonly needs: readonly string[]
  readonly target: { readonly server: string; readonly clusterUid: string; readonly context: string; readonly simulated: boolean }
  readonly storage: {
    readonly driver: string
    /** UID of the storage object of the oldest revision that is kept; '' before the first install. */
    readonly lineage: string
    /** The last revision with its storage object's UID and resourceVersion; undefined before the first install. */
    readonly serial?: { readonly revision: number; readonly status: string; readonly uid: string; readonly resourceVersion: string }
  }
  readonly pin: Pin
  /** What the chart asked of the cluster, of chance, of time and of DNS, by keyed digest: the answers themselves are frozen into the manifest. */
  readonly capabilities: { readonly kubeVersion: string; readonly apiVersions: string }
  readonly lookups: readonly { readonly call: string; readonly digest: string }[]
  readonly nondeterministic: readonly { readonly template: string; readonly line: number }[]
  readonly manifestDigest: string
  readonly objects: readonly PlannedObject[]
  readonly hooks: readonly PlannedObject[]
  readonly crds: readonly PlannedObject[]
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] }
  /** Redacted. */
  readonly changes: ChangeSet
  readonly operations: readonly string[]
  readonly revision: { readonly before: number; readonly after: number }
  readonly rollback: { readonly target: number; readonly steps: readonly string[]; readonly reversible: boolean; readonly why?: string }
  readonly strategy: { readonly kind: 'rolling' | 'canary' | 'blue-green'; readonly steps: readonly number[] }
  readonly settings: { readonly timeout: number; readonly createNamespace: boolean; readonly historyMax: number; readonly skipTests: boolean; readonly upgradeCrds: boolean }
  /** The frozen release: AES-256-GCM over gzipped JSON of manifest, hooks, notes, values, chart record and CRDs. base64. */
  readonly payload: { readonly algorithm: 'aes-256-gcm'; readonly nonce: string; readonly ciphertext: string; readonly tag: string }
}

export interface PlannedObject {
  readonly ref: ObjectRef
  readonly source?: string
  readonly action: 'add' | 'change' | 'remove' | 'keep' | 'none' | 'hook' | 'crd'
  /** Of the bytes that will reach the API server; keyed where they hold secrets. */
  readonly digest: string
  /** The live object when the plan was made. */
  readonly live?: { readonly uid: string; readonly resourceVersion: string; readonly owned: string }
}
