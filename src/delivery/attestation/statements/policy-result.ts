import { statement, type AttestationStatement, type Subject } from '../statement.ts'
import { pintleId, resource, type Resource } from './resource.ts'

const policyResultType = 'https://in-toto.io/attestation/svr/v0.2'

/** The predicate of in-toto's simple verification results, version 0.2: what holds, and nothing about what does not. */
export interface PolicyResult {
  readonly verifier: { readonly id: string; readonly policies: readonly Resource[] }
  readonly timeCreated: string
  readonly properties: readonly string[]
}

/**
 * Which rules a plan satisfies. A rule that was overridden, violated or not evaluated does not hold; PINTLE_POLICY_PASSED stands there when no rule blocked.
 * @param policy.digest of the pack with its settings, or ''
 */
export function policyResult(subject: readonly Subject[], policy: { readonly pack: string; readonly digest: string; readonly results: readonly { readonly rule: string; readonly status: string; readonly severity: string }[] }, at: string): AttestationStatement<PolicyResult> {
  const { results } = policy
  const blocked = results.some((r) => r.severity === 'block' && r.status === 'violated')
  const passed = results.filter((r) => r.status === 'passed').map((r) => `PINTLE_${r.rule.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`)
  return statement(subject, policyResultType, {
    verifier: { id: pintleId('policy', '1'), policies: [resource({ name: policy.pack }, policy.digest)] },
    timeCreated: at, properties: [...(blocked || results.length === 0 ? [] : ['PINTLE_POLICY_PASSED']), ...passed],
  })
}
