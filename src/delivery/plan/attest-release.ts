import { policyResult, renderProvenance, signStatement, subjectOf, testResult, writeEnvelope, type AttestationStatement, type SigningKey, type Subject } from '../attestation/index.ts'
import type { ClearPlan, ClearRelease } from './plan-file.ts'

/** What is known once a release of a plan was applied. */
export interface AttestedRelease {
  /** Of the plan. */
  readonly digest: string
  readonly plan: Pick<ClearPlan, 'environment' | 'created' | 'tool' | 'git' | 'ci' | 'policy'>
  readonly release: Pick<ClearRelease, 'name' | 'namespace' | 'pin' | 'capabilities' | 'objects' | 'hooks' | 'crds'>
  /** Checks of the running release. */
  readonly checks: readonly { readonly name: string; readonly passed: boolean }[]
}

/**
 * The statements about a release of a plan: provenance of what was rendered, results of the rules, results of the checks. The plan is their subject, which names every object by its digest;
 * objects whose digest needs no key are subjects themselves.
 */
function releaseStatements({ digest, plan, release, checks }: AttestedRelease): Record<'provenance' | 'policy' | 'checks', AttestationStatement> {
  const about = subjectOf('plan', digest)
  const { pin } = release
  const objects = [...release.objects, ...release.hooks, ...release.crds].filter((o) => o.digest.startsWith('sha256:'))
  const nameOf = (o: (typeof objects)[number]): string => [o.ref.kind, o.ref.namespace, o.ref.name].filter((part) => part !== undefined && part !== '').join('/')
  const tested: readonly Subject[] = [about]
  return {
    provenance: renderProvenance({
      release: release.name, namespace: release.namespace, environment: plan.environment, kubeVersion: release.capabilities.kubeVersion, chart: pin.chart, dependencies: pin.dependencies, values: pin.values,
      manifests: [{ name: 'plan', digest }, ...objects.map((o) => ({ name: nameOf(o), digest: o.digest }))],
      ...(plan.git && { git: { commit: plan.git.commit } }), ...(plan.ci?.run !== undefined && { run: plan.ci.run }), started: plan.created, finished: plan.created, tool: plan.tool,
    }),
    policy: policyResult(tested, plan.policy, plan.created),
    checks: testResult(tested, checks, { ...(plan.ci?.run !== undefined && { url: plan.ci.run }) }),
  }
}

/** The same, signed: files by their names. @throws PintleError attestation.key */
export async function attestRelease(facts: AttestedRelease, key: SigningKey, options: { readonly signal?: AbortSignal } = {}): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const [name, statement] of Object.entries(releaseStatements(facts))) files[`${name}.dsse.json`] = writeEnvelope(await signStatement(statement, key, options))
  return files
}
