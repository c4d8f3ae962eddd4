import type { ChangeSet } from '../../cluster/diff/index.ts'
import type { ObjectRef } from '../../cluster/kube/index.ts'
import type { Override, RuleResult } from '../policy/index.ts'
import type { ReleaseChecks } from './gather/review-checks.ts'
import type { RolloutSpec } from '../rollout/index.ts'
import type { Pin } from './lock.ts'
import type { PlannedWatch } from './service-watch.ts'

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
  readonly requires: { readonly approvals: number; readonly approvers: readonly string[]; /** Milliseconds. */ readonly maxAge?: number }
  /** Why rules for emergencies were passed over, and who said so. */
  readonly emergency?: { readonly reason: string; readonly by: string }
  readonly policy: { readonly pack: string; readonly digest: string; readonly results: readonly RuleResult[]; readonly overrides: readonly Override[]; /** What was found out of each release, beside what rules say. */ readonly checked?: readonly ReleaseChecks[] }
  /** Those that change anything, in the order in which they are applied. */
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
  readonly target: {
    readonly server: string
    /** Of the kube-system namespace; '' where it may not be read. */
    readonly clusterUid: string
    readonly context: string
    readonly simulated: boolean
    /** Of the release's namespace; '' when there is none yet, left out where it may not be read. */
    readonly namespaceUid?: string
  }
  readonly storage: {
    readonly driver: string
    /** UID of the storage object of the oldest revision that is kept; '' before the first install. */
    readonly lineage: string
    /** The last revision with its storage object's UID and resourceVersion; undefined before the first install. */
    readonly serial?: { readonly revision: number; readonly status: string; readonly uid: string; readonly resourceVersion: string }
  }
  /** Digests of values files are keyed: a short file could be guessed. */
  readonly pin: Pin
  /** Keyed digest of the user's values, merged: of files and flags. */
  readonly values: string
  /** Where chart, values and lock were read, relative to the folder of pintle.yaml or the working folder: they are compared again where they still are. */
  readonly sources: { readonly chart?: string; readonly lock?: { readonly path: string; readonly key: string; readonly digest: string } }
  /** What the chart asked of the cluster, of chance, of time and of DNS, by keyed digest: the answers themselves are frozen into the manifest. */
  readonly capabilities: {
    readonly kubeVersion: string
    /** Digest of the list; '' when no template looked at it. */
    readonly apiVersions: string
  }
  readonly lookups: readonly { readonly call: string; readonly digest: string }[]
  readonly nondeterministic: readonly { readonly template: string; readonly line: number }[]
  /** Server-side or client-side, as the last revision was. */
  readonly applyMethod: 'ssa' | 'csa'
  /** Keyed: a manifest holds secrets. */
  readonly manifestDigest: string
  readonly objects: readonly PlannedObject[]
  readonly hooks: readonly PlannedObject[]
  readonly crds: readonly PlannedObject[]
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] }
  /** Redacted. */
  readonly changes: ChangeSet
  /** Of hooks against those of the revision before. Redacted. */
  readonly hookChanges: ChangeSet
  readonly operations: readonly string[]
  readonly revision: { readonly before: number; readonly after: number }
  readonly rollback: { readonly target: number; readonly steps: readonly string[]; readonly reversible: boolean; readonly why?: string }
  readonly strategy: PlannedStrategy
  /** How it is watched once it is deployed, where pods are replaced at once; left out: not at all. */
  readonly watch?: PlannedWatch
  readonly settings: { readonly timeout: number; readonly createNamespace: boolean; readonly historyMax: number; readonly skipTests: boolean; readonly upgradeCrds: boolean }
  /** The frozen release: gzipped JSON of manifest, hooks, notes, values, chart record and CRDs, bound to everything that stands in clear. */
  readonly payload: SealedPayload
}

/** How traffic moves to the new version. */
export interface PlannedStrategy {
  readonly kind: 'rolling' | 'canary' | 'blue-green'
  /** Percentages. */
  readonly steps: readonly number[]
  /** Left out for a rolling update: also of a first installation, and of a change that no pod sees. */
  readonly rollout?: RolloutSpec
  /** What each percentage comes to with the pods there are. */
  readonly weights?: readonly { readonly wanted: number; readonly achieved: number }[]
  /** Why it is another strategy than the service asks for. */
  readonly why?: string
  /** What Pintle cannot decide about, where another controller moves the traffic. */
  readonly notices?: readonly string[]
}

/** AES-256-GCM, all in base64. */
export interface SealedPayload { readonly algorithm: 'aes-256-gcm'; readonly nonce: string; readonly ciphertext: string; readonly tag: string }

/** A plan without what is encrypted: it can be kept for ever, and has the same digest. */
export type ClearPlan = Omit<PlanFile, 'releases'> & { readonly releases: readonly ClearRelease[] }
export type ClearRelease = Omit<PlannedRelease, 'payload'> & { readonly payload: { readonly digest: string } }

export interface PlannedObject {
  readonly ref: ObjectRef
  readonly source?: string
  readonly action: 'add' | 'change' | 'remove' | 'keep' | 'none' | 'hook' | 'crd'
  /** Of the JSON that is sent by server-side apply or create (a client-side patch is worked out from it); keyed where it holds secrets; '' for removals. */
  readonly digest: string
  /** The live object when the plan was made; left out when there was none. */
  readonly live?: PlannedLive
}

export interface PlannedLive {
  readonly uid: string
  /** A hint only: status changes it, too. */
  readonly resourceVersion: string
  /** Keyed digest of the fields that the release owns or would write. */
  readonly owned: string
}
