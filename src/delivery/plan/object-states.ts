import { ownedOf, type SurveyedObject } from '../../cluster/release/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import type { PlanKey } from './plan-key.ts'
import type { PlannedLive, PlannedObject } from './plan-file.ts'
import type { SecretMarks } from './secret-marks.ts'

/**
 * Digest of the JSON that is sent for an object by server-side apply or create. It is keyed for Secrets, and wherever a secret stands in plain text: who
 * knows the rest could guess it.
 */
export function sentDigest({ role, resource: { object } }: SurveyedObject, key: PlanKey, marks: SecretMarks): string {
  if (role === 'removed') return ''
  const text = JSON.stringify(object)
  return marks.learn(object) || marks.holds(text) ? key.digest(text) : sha256(text)
}

/** The live object, by what identifies it and by what of it is the release's. */
export function liveState(surveyed: SurveyedObject, serverSide: boolean, key: PlanKey): PlannedLive | undefined {
  const { live } = surveyed
  if (live === undefined) return undefined
  return { uid: live.metadata.uid ?? '', resourceVersion: live.metadata.resourceVersion ?? '', owned: key.digest(canonicalJson(ownedOf(surveyed, serverSide))) }
}

/** Names one object of a plan among those of its release. */
export const plannedKey = ({ ref, action }: Pick<PlannedObject, 'ref' | 'action'>): string => `${roleOf(action)} ${ref.apiVersion}/${ref.kind} ${ref.namespace ?? ''}/${ref.name}`

/** The same for what a survey finds. */
export const surveyedKey = ({ role, resource: { ref } }: SurveyedObject): string => `${role} ${ref.apiVersion}/${ref.kind} ${ref.namespace ?? ''}/${ref.name}`

const roleOf = (action: PlannedObject['action']): SurveyedObject['role'] =>
  action === 'hook' ? 'hook' : action === 'crd' ? 'crd' : action === 'remove' || action === 'keep' ? 'removed' : 'target'
