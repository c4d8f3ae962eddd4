/**
 * Owns what an object's status means: ready, under way, failed, and why. Pure: objects in, verdicts out.
 * Refuses to ask a cluster, to wait, and to decide what a release does about it.
 */
export { readiness } from './readiness.ts'
export type { Readiness, ReadinessMode, ReadinessOptions, ReadyStatus, Related, Trouble } from './types.ts'
export { newReplicaSet, podsOf } from './pods-of.ts'
export { advice } from './advice.ts'
export { creationTrouble } from './creation-trouble.ts'
export { budgetInTheWay } from './disruption.ts'
export { Sightings, defaultPatience } from './patience.ts'
export type { Patience } from './patience.ts'
export { blockingPods, eventTime, podTrouble } from './pod-trouble.ts'
export type { PodTroubleOptions } from './pod-trouble.ts'
export { explainedAs, isSecretSource, madeSecret, storesOf } from './secret-references.ts'
export type { StoreRef } from './secret-references.ts'
export { notReconciled, notSynced } from './secret-sources.ts'
export { explainedByMakers, secretTrouble } from './secret-trouble.ts'
export type { SecretTroubleOptions } from './secret-trouble.ts'
