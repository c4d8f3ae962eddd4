import type { KubeObject } from '../../cluster/kube/index.ts'
import type { Manifest, Name } from './manifest.ts'
import type { ConfigRef } from './pod-references.ts'
import type { RolloutSpec } from './types.ts'

/** The Deployment that is rolled out, as both revisions have it. */
export interface Workload {
  readonly name: Name
  readonly stable: KubeObject
  readonly target: KubeObject
  /** Names of the Services that select its pods. */
  readonly services: readonly Name[]
  /** Configuration its new pods read, which both revisions have and which differs. */
  readonly config: readonly ConfigRef[]
  /** What scales it by itself, by name: HorizontalPodAutoscalers, KEDA's ScaledObjects. */
  readonly scalers: readonly Name[]
  /** Other workloads whose pods change: they follow when the new version is promoted. */
  readonly following: readonly string[]
  /** The chart has a second Deployment for the new version itself, and Services that choose: its name, and what their selectors come to say. */
  readonly slot?: { readonly name: Name; readonly changed: Readonly<Record<string, string>> }
}

export type Track = 'canary' | 'preview'

/** How the pods of the new version are told from those of the old one. */
export interface Marks {
  readonly track: Track
  /** Labels that Services select by, with the value the copy's pods have instead. Empty where both versions stand behind the same Services. */
  readonly changed: Readonly<Record<string, string>>
}

/** What stays the same from a rollout's first state to its last. */
export interface Parts {
  readonly spec: RolloutSpec
  /** The release as it is deployed, and as it is to be. */
  readonly stable: Manifest
  readonly target: Manifest
  readonly workload: Workload
  readonly marks: Marks
  /** Ready pods that served when the rollout began: never fewer do while it lasts. */
  readonly full: number
}
