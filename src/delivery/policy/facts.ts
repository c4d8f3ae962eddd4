import type { Place } from '../../errors/index.ts'
import type { Severity as LintSeverity } from '../../charts/checks/index.ts'
import type { ChangeClass } from '../../cluster/diff/index.ts'
import type { KubeObject, ObjectRef } from '../../cluster/kube/index.ts'
import type { SecretFact } from '../secret-scan/index.ts'

export type { SecretFact } from '../secret-scan/index.ts'

/**
 * What is known about a release when it is judged. Rules read facts and nothing else. A group that is absent was not gathered: rules that need it are then "not evaluated",
 * which is never the same as passed. Facts hold no secret values.
 */
export interface Facts {
  /** Name of the environment; '' when there is none. */
  readonly environment: string
  readonly service: string
  readonly now: Date
  /** Who runs this, and where. */
  readonly run: RunFacts
  readonly target?: TargetFacts
  readonly inputs?: InputFacts
  readonly manifests?: ManifestFacts
  /** What would change in the cluster. */
  readonly changes?: ChangeFacts
  readonly process?: ProcessFacts
  /** After the change: what was verified. */
  readonly outcome?: OutcomeFacts
}

export interface RunFacts {
  readonly operator: string
  /** Name of the CI system, or undefined outside of one. */
  readonly ci?: string
  /** The environment asks for runs from CI only. */
  readonly ciRequired: boolean
  /** Somebody said that this is an emergency, and why; kept in the record. */
  readonly breakGlass?: string
  /** Hours in which a failed release is not rolled forward; local hours of a time zone. */
  readonly businessHours?: { readonly days: readonly number[]; readonly from: number; readonly to: number; readonly zone: string }
}

export interface TargetFacts {
  /** '' when there is none. */
  readonly context: string
  readonly expectedContext?: string
  /** UID of the kube-system namespace; '' when it may not be read. */
  readonly clusterUid: string
  readonly expectedClusterUid?: string
  readonly namespace: string
  /** By flag, by pintle.yaml: not by the context's default. */
  readonly namespaceExplicit: boolean
  /** `v1.36.3`; '' when the server did not answer. */
  readonly serverVersion: string
  readonly simulated: boolean
  /** What the operations need, and whether it is allowed (SelfSubjectAccessReview). */
  readonly rights?: readonly Right[]
  /** The user may do everything everywhere. */
  readonly clusterAdmin?: boolean
  /** Who else reconciles these objects from Git. */
  readonly gitops?: readonly GitopsOwner[]
  /** Signs of a platform that is no Kubernetes: `serverless.yml`, ... */
  readonly serverless?: readonly string[]
  readonly release?: {
    readonly name: string
    /** '' when the release is not installed. */
    readonly status: string
    readonly revision: number
    /** The last operation failed and the release was not brought back since. */
    readonly lastFailed: boolean
    /** Holder of a live Lease. */
    readonly heldBy?: string
  }
  /** Open incidents on the service; undefined when nobody was asked. */
  readonly incidents?: readonly { readonly id: string; readonly title: string; readonly url?: string; readonly source: string }[]
  /** Objects of the release that another release or tool owns. */
  readonly foreignOwners?: readonly { readonly object: ObjectRef; readonly owner: string }[]
  /** Names of the project's other environments. */
  readonly otherEnvironments?: readonly string[]
  /** Why something of the above could not be found out, or not all of it, by its name: what was found counts all the same. */
  readonly unread?: Readonly<Partial<Record<'rights' | 'clusterAdmin' | 'gitops' | 'release' | 'incidents' | 'foreignOwners' | 'clusterUid', string>>>
}

export interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name?: string
  readonly allowed: boolean
  readonly reason?: string
  /** Without it the operations go on and say less, or guard less. */
  readonly optional?: boolean
  /** What it is for. */
  readonly why?: string
}

export interface GitopsOwner {
  readonly tool: 'argocd' | 'flux'
  /** `Application argocd/shop` */
  readonly by: string
  /** What showed it: a tracking annotation, a label, a field manager, a folder of the repository. */
  readonly evidence: string
  readonly object?: ObjectRef
}

export interface InputFacts {
  /** undefined: what is judged are rendered objects, of whatever origin. */
  readonly chart?: {
    readonly reference: string
    readonly name: string
    readonly version: string
    readonly digest: string
    /** As asked for; a range or '' is not exact. */
    readonly wantedVersion: string
    readonly dependencies: readonly { readonly name: string; readonly range: string; readonly locked?: string; readonly present?: string; readonly repository: string }[]
    /** Chart.lock is there and its digest fits Chart.yaml; undefined when there are no dependencies. */
    readonly lockInSync?: boolean
    readonly local: boolean
    /** Verified: by whom. undefined: not checked. false: checked and missing or bad, with the reason. */
    readonly signature?: { readonly verified: boolean; readonly by?: string; readonly reason?: string }
    readonly provenance?: { readonly verified: boolean; readonly reason?: string }
  }
  /** Defaults of the chart version that is deployed now, and of the new one, as dotted keys; to judge version bumps. */
  readonly defaults?: { readonly before: readonly string[]; readonly after: readonly string[]; readonly versionBefore: string }
  readonly changelog?: boolean
  /** pintle.lock against what would be released now. */
  readonly pins?: { readonly present: boolean; readonly moved: readonly string[] }
  readonly images: readonly ImageFacts[]
  readonly values: readonly { readonly path: string; readonly digest: string; readonly environmentSpecific: boolean; readonly script?: boolean }[]
  /** Keys set by flags. */
  readonly setKeys: readonly string[]
  readonly schema?: { readonly present: boolean; readonly faults: readonly string[] }
  readonly secrets?: readonly SecretFact[]
  /** Decrypted files that Git tracks. */
  readonly trackedDecrypted?: readonly string[]
  /** Lines that two renders of the same input disagree about, and functions of chance, time, DNS and cluster that templates call. */
  readonly nondeterministic?: readonly { readonly template: string; readonly line: number; readonly why: string }[]
  readonly git?: { readonly commit: string; readonly dirty: boolean; readonly files: readonly string[] }
  readonly lint?: readonly { readonly rule: string; readonly severity: LintSeverity; readonly path: string; readonly line?: number; readonly message: string }[]
  /** Results of test runs that CI handed over: JUnit, `pintle unittest`, a command. */
  readonly tests?: readonly { readonly name: string; readonly passed: boolean; readonly commit?: string }[]
}

export interface ImageFacts {
  /** As written in the manifest. */
  readonly image: string
  readonly digest?: string
  readonly usedBy: readonly string[]
  readonly signature?: { readonly verified: boolean; readonly by?: string; readonly reason?: string }
  readonly provenance?: { readonly verified: boolean; readonly reason?: string }
  readonly sbom?: boolean
  /** Counts of findings by severity of the scanner's report for this digest. */
  readonly scan?: { readonly critical: number; readonly high: number; readonly medium: number; readonly at: string; readonly source: string }
}

export interface ManifestFacts {
  /** Rendered objects, in the order in which they are applied. */
  readonly objects: readonly RenderedObject[]
  readonly hooks: readonly RenderedObject[]
  readonly crds: readonly RenderedObject[]
  /** Objects that do not fit the schemas of the Kubernetes version. undefined: not checked. */
  readonly schema?: readonly { readonly object: ObjectRef; readonly message: string; readonly place?: Place }[]
  /** The server's own dry run. undefined: nobody asked. */
  readonly dryRun?: { readonly rejected: readonly { readonly object: ObjectRef; readonly reason: string; readonly place?: Place }[]; readonly unchecked: readonly { readonly object: ObjectRef; readonly reason: string }[] }
  /** API versions that are not served (any more), of the manifest and of the rollback target. */
  readonly unserved?: readonly { readonly object: ObjectRef; readonly of: 'manifest' | 'rollback-target'; readonly reason: string; readonly place?: Place }[]
  /** Definitions that are not established yet, of kinds the manifest uses. */
  readonly pendingCrds?: readonly string[]
  /** Secrets and ConfigMaps that are named and neither in the manifest nor in the cluster. undefined: the cluster was not asked. */
  readonly missingReferences?: readonly { readonly object: ObjectRef; readonly kind: string; readonly name: string }[]
  readonly externalSecrets?: readonly { readonly object: ObjectRef; readonly ready: boolean; readonly reason?: string }[]
  /** Stores of External Secrets (`SecretStore/vault`) that objects read and that are nowhere, or not ready. undefined: the cluster was not asked. */
  readonly secretStores?: readonly { readonly object: ObjectRef; readonly store: string; readonly fault: string }[]
  /** ResourceQuotas that would be exceeded. */
  readonly quota?: readonly { readonly quota: string; readonly resource: string; readonly hard: string; readonly used: string; readonly wanted: string }[]
  /** Bytes of the encoded release record. */
  readonly recordBytes: number
}

export interface RenderedObject {
  /** `shop/templates/deployment.yaml` */
  readonly source: string
  readonly object: KubeObject
  readonly hook?: { readonly events: readonly string[]; readonly weight: number; readonly deletePolicies: readonly string[] }
}

export interface ChangeFacts {
  readonly objects: readonly { readonly object: ObjectRef; readonly action: 'add' | 'change' | 'remove'; readonly classes: readonly ChangeClass[]; readonly fields: readonly string[] }[]
  /** Somebody said that these deletions are meant. */
  readonly acknowledged: readonly string[]
  /** Releases that would be touched without any change. */
  readonly unchangedReleases: readonly string[]
}

export interface ProcessFacts {
  readonly plan?: { readonly digest: string; readonly created: string; readonly expires: string; readonly author: string }
  readonly approvals?: { readonly needed: number; readonly by: readonly string[]; readonly byAuthor: boolean }
  /** The environment to pass first, and what the evidence store knows of the same digests there. */
  readonly staging?: { readonly environment: string; readonly passed: boolean; readonly record?: string; readonly reason?: string }
  readonly checklist?: readonly { readonly item: string; readonly done: boolean }[]
  readonly onCallTold?: boolean
  readonly ticket?: string
  readonly rollback?: { readonly target: number; readonly steps: readonly string[]; readonly reversible: boolean; readonly lastDrill?: string }
  readonly settings?: {
    readonly timeout: number
    readonly wait: boolean
    readonly waitForJobs: boolean
    readonly rollbackOnFailure: boolean
    readonly cleanupOnFail: boolean
    readonly historyMax: number
    readonly recordDriver: string
    readonly snapshot: boolean
  }
  readonly strategy?: { readonly kind: 'rolling' | 'canary' | 'blue-green'; readonly simple: boolean; readonly steps: readonly number[]; readonly gates: number; readonly keepOldColour: boolean }
  readonly owner?: string
  readonly notify?: boolean
  /** Share of the error budget that is left: 1 all of it, 0 or less none. */
  readonly errorBudgetLeft?: number
  /** How that was worked out, or why it is not known. */
  readonly errorBudgetDetail?: string
}

export interface OutcomeFacts {
  readonly outcome: string
  readonly checks: readonly { readonly kind: string; readonly name: string; readonly passed: boolean; readonly detail?: string }[]
  readonly revisionLive?: boolean
  readonly stuckPods?: readonly string[]
  readonly gates?: readonly { readonly name: string; readonly verdict: string; readonly hasRawResponse: boolean; readonly simulated: boolean }[]
  readonly rolledBack?: { readonly automatic: boolean; readonly reason: string; readonly posted: boolean; readonly paged: boolean }
  /** Minutes that were watched after the change, and whether all was well. */
  readonly watch?: { readonly minutes: number; readonly green: boolean }
  readonly ticketClosed?: boolean
  readonly flagTicket?: boolean
  readonly evidenceWritten?: boolean
  /** Continuous checks: drift, vulnerabilities, token age, revisions without a record. */
  readonly drifted?: readonly string[]
  readonly unrecorded?: readonly number[]
  readonly tokenAgeDays?: number
  /** Findings of the newest scan of what runs now. */
  readonly vulnerabilities?: { readonly critical: number; readonly high: number; readonly at: string; readonly source: string }
}
