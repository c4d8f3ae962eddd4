import { PintleError } from '../../errors/index.ts'
import type { ObjectRef } from '../../cluster/kube/index.ts'

/** Every reason for which a plan is not applied, with what to do. The ids stay for ever; docs/plans.md lists them. */
export const refusalFixes = {
  'plan/tool-version': 'Apply it with the version of Pintle that made it, or make it again.',
  'plan/expired': 'Make the plan again and have it approved.',
  'plan/other-digest': 'Apply the plan that was approved, or have this one approved.',
  'plan/other-key': 'Give the key the plan was made with: --plan-key FILE or PINTLE_PLAN_KEY.',
  'plan/unapproved': 'Have it approved with `pintle approve PLAN`.',
  'plan/policy-changed': 'The rules are not those the plan was judged by: make the plan again.',
  'plan/override-expired': 'An override that let a violation pass has ended: mend what it let pass, or record a new one, and make the plan again.',
  'plan/blocked': 'A blocking rule is violated: mend it, or record an override, and make the plan again.',
  'plan/bytes-differ': 'What would be sent is not what was reviewed: make the plan again.',
  'plan/other-storage': 'Use the record storage (HELM_DRIVER) the plan was made with.',
  'target/unreachable': 'Check context, network and credentials.',
  'target/other-cluster': 'Use the context of the cluster the plan was made for.',
  'stale/namespace-gone': 'Make the plan again.',
  'stale/namespace-replaced': 'Make the plan again: the namespace is not the one that was looked at.',
  'stale/lineage': 'The release was removed and made anew: make the plan again.',
  'stale/release-changed': 'Somebody changed the release since: look at `pintle history`, and make the plan again.',
  'stale/release-busy': 'Wait for the other run, or free the release with `pintle repair`.',
  'stale/chart-changed': 'Make the plan again from the chart as it is, or check out what was planned.',
  'stale/values-changed': 'Make the plan again from the values as they are, or check out what was planned.',
  'stale/lock-changed': 'Make the plan again from pintle.lock as it is, or check out what was planned.',
  'stale/capabilities-changed': 'The cluster serves other versions now: make the plan again.',
  'stale/lookup-changed': 'The chart looked something up that has changed: make the plan again.',
  'stale/object-changed': 'Look who changed it (`pintle diff upgrade --live`), settle it, and make the plan again.',
  'stale/object-replaced': 'The object was deleted and made anew: make the plan again.',
  'stale/object-appeared': 'Somebody made an object of that name: settle whose it is, and make the plan again.',
  'stale/object-gone': 'Somebody deleted the object: make the plan again.',
  'stale/object-unreadable': 'Check the rights; nothing is applied over what cannot be looked at.',
  'stale/crd-changed': 'A definition the chart brings is not as it was: make the plan again.',
  'stale/crd-in-use': 'Objects that were made since use what the new definition leaves out: change them first, or change the definition and make the plan again.',
} as const

export type RefusalId = keyof typeof refusalFixes

/** One precondition that does not hold. */
export interface Refusal {
  readonly id: RefusalId
  /** The release it is about; left out for the whole plan. */
  readonly release?: string
  readonly object?: ObjectRef
  readonly message: string
}

/** All of them as one error; nothing was changed. */
export function refusedPlan(refusals: readonly Refusal[]): PintleError {
  const lines = refusals.map((r) => `  ${r.id}: ${r.release === undefined ? '' : `${r.release}: `}${r.message}`)
  const hints = [...new Set(refusals.map((r) => refusalFixes[r.id]))]
  return new PintleError('rule.refused', `the plan is not applied, and nothing was changed:\n${lines.join('\n')}`, { hint: hints.join('\n'), details: { refusals } })
}

/** `shop/Deployment/web`, for people. */
export const objectText = ({ namespace, kind, name }: ObjectRef): string => `${namespace === undefined ? '' : `${namespace}/`}${kind}/${name}`
