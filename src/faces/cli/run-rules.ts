import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from '../../cluster/kube/index.ts'
import type { ReleaseRecord } from '../../cluster/release/index.ts'
import type { StepResult } from '../../delivery/evidence/index.ts'
import { loadPolicy, readProject } from '../../delivery/plan/index.ts'
import { defaultPolicy, evaluatePolicy, type Facts, type OutcomeFacts, type Policy, type RuleResult } from '../../delivery/policy/index.ts'
import { outcomeFacts } from '../../delivery/verify/index.ts'
import type { CommandContext } from './command.ts'
import { operator } from './operator.ts'

const afterwards = ['after/stuck-pods', 'after/revision-live', 'after/routing']
/** Endpoints and counts come a moment after the pods: looked at again, this often and so many milliseconds apart. What only warns is not waited for that long. */
const looks = { block: 10, warn: 3 }
const between = 500

/**
 * Judges what the cluster shows of a release after the change, by the rules of its environment.
 * @returns a step for each rule: what blocks and does not hold has failed, what only warns passes with what was found
 */
export async function afterRules(context: CommandContext, cluster: Cluster, record: ReleaseRecord, { environment, service }: { environment: string; service: string }): Promise<StepResult[]> {
  const { signal } = context
  const policy = await policyOf(context, environment, service)
  for (let look = 1; ; look++) {
    const began = Date.now()
    const { checks, ...seen } = await outcomeFacts(cluster, record, { signal })
    const facts: Facts = { environment, service, now: new Date(), run: { operator: operator(), ciRequired: false }, outcome: { outcome: 'succeeded', checks, ...seen } }
    const { results } = evaluatePolicy(facts, only(policy, afterwards), 'after')
    const violated = results.filter((r) => r.status === 'violated')
    if (violated.length > 0 && look < (violated.some((r) => r.severity === 'block') ? looks.block : looks.warn)) {
      await pause(between, undefined, { signal })
      continue
    }
    return stepsOf(results, began)
  }
}

/** Rules that say of the checks what these say themselves. */
export const restating: readonly string[] = ['after/health', 'after/smoke']

/** Rules that say of the watch what it says itself. */
export const watching: readonly string[] = ['after/watch', 'after/gates']

/**
 * Judges what the run itself knows of how it ended: the checks that ran, who was told of going back, whether the evidence was stored.
 * @returns a step for each of the rules, as above
 */
export async function endRules(context: CommandContext, { environment, service }: { environment: string; service: string }, ids: readonly string[], outcome: OutcomeFacts): Promise<StepResult[]> {
  const now = new Date()
  const facts: Facts = { environment, service, now, run: { operator: operator(), ciRequired: false }, outcome }
  return stepsOf(evaluatePolicy(facts, only(await policyOf(context, environment, service), ids), 'after').results, now.getTime())
}

/** Judges that a plan was reviewed, as it is applied. @returns a step for each rule */
export async function applyRules(context: CommandContext, { environment, service, process: review }: Pick<Facts, 'environment' | 'service' | 'process'>): Promise<StepResult[]> {
  const now = new Date()
  const facts: Facts = { environment, service, now, run: { operator: operator(), ciRequired: false }, ...(review && { process: review }) }
  return stepsOf(evaluatePolicy(facts, await policyOf(context, environment, service), 'apply').results, now.getTime())
}

function stepsOf(results: readonly RuleResult[], began: number): StepResult[] {
  return results.filter((r) => r.status !== 'not-evaluated').map((r) => ({
    name: r.rule, kind: 'policy', passed: r.status !== 'violated' || r.severity !== 'block', duration: Date.now() - began,
    ...(r.violations.length > 0 ? { detail: `${r.severity === 'block' ? '' : 'warning: '}${r.violations.map((v) => v.message).join('; ')}` } : r.overrides.length > 0 ? { detail: `let pass: ${r.overrides.map((o) => o.reason).join('; ')}` } : {}),
  }))
}

const only = (policy: Policy, ids: readonly string[]): Policy => ({ ...policy, rules: policy.rules.filter((r) => ids.includes(r.id)) })

async function policyOf({ flags }: CommandContext, environment: string, service: string): Promise<Policy> {
  const file = flags.string('config')
  const project = existsSync(file) ? readProject(file).project : undefined
  const settings = project?.environments.get(environment)?.policy ?? defaultPolicy
  return await loadPolicy({ settings, base: project === undefined ? process.cwd() : dirname(project.file), environment, service, now: new Date() })
}
