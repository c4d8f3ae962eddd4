import { PintleError } from '../../../errors/index.ts'
import { canonicalJson, sha256 } from '../../attestation/index.ts'
import type { Facts, RenderedObject } from '../facts.ts'
import { refOf } from '../objects/pods.ts'
import type { Rule, Violation } from '../rule.ts'
import type { ExternalSettings } from '../settings.ts'
import { judgeApart } from './judge-apart.ts'
import { readBundle } from './read-bundle.ts'
import type { WorkerAnswer, WorkerInput, WorkerRule } from './worker.ts'

export interface ExternalRules {
  readonly rules: readonly Rule[]
  /** Of what decides each rule's verdict, by id. */
  readonly digests: Readonly<Record<string, string>>
}

/**
 * Rules of one's own, ready to judge. They are judged together, at the first of them that is asked.
 * @param read gives the bytes of a Rego file
 * @throws PintleError config.invalid for an expression that CEL cannot read, a file that is no compiled policy, an id that is there twice
 */
export async function externalRules(settings: readonly ExternalSettings[], read: (path: string) => Uint8Array): Promise<ExternalRules> {
  const twice = settings.find((s, i) => settings.findIndex((o) => o.id === s.id) !== i)
  if (twice !== undefined) throw new PintleError('config.invalid', `there are two external rules ${twice.id}`)
  const workerRules: WorkerRule[] = []
  const digests: Record<string, string> = {}
  for (const { id, over, kinds, cel, message, rego, entrypoint } of settings) {
    if (cel !== undefined) await requireCel(id, [cel, ...(message === undefined ? [] : [message])])
    const bundle = rego === undefined ? undefined : readBundle(rego, read(rego))
    workerRules.push({ id, over, kinds, ...(cel !== undefined && { cel }), ...(message !== undefined && { message }), ...bundle, ...(entrypoint !== undefined && { entrypoint }) })
    digests[id] = sha256(canonicalJson({ over, kinds, cel, message, entrypoint, ...(bundle && { wasm: sha256(bundle.wasm), data: bundle.data }) }))
  }
  const judged = new WeakMap<Facts, Map<string, WorkerAnswer>>()
  const judge = (facts: Facts): Map<string, WorkerAnswer> => {
    let answers = judged.get(facts)
    if (answers === undefined) judged.set(facts, answers = judgeApart(workerRules, inputOf(facts)))
    return answers
  }
  return { digests, rules: settings.map((s) => ruleOf(s, judge)) }
}

function ruleOf({ id, title, severity, reason, fix, over }: ExternalSettings, judge: (facts: Facts) => Map<string, WorkerAnswer>): Rule {
  return {
    id, title, phase: 'plan', severity: { baseline: severity, production: severity }, reason, fix,
    check(facts) {
      if (over === 'objects' && facts.manifests === undefined) return 'the rendered manifests'
      const { violations = [], failure } = judge(facts).get(id)!
      if (failure !== undefined) return [{ message: `the rule could not judge this: ${failure}` }]
      const objects = judgedObjects(facts)
      return violations.map(({ message, index }): Violation => ({ message: message || title, ...(index !== undefined && { object: refOf(objects[index]!.object) }) }))
    },
  }
}

const judgedObjects = ({ manifests }: Facts): readonly RenderedObject[] => (manifests === undefined ? [] : [...manifests.objects, ...manifests.hooks, ...manifests.crds])

/** As JSON: what a rule sees has no dates, functions or cycles. */
function inputOf(facts: Facts): WorkerInput {
  return {
    objects: judgedObjects(facts).map(({ object, hook, source }) => ({ object: JSON.parse(JSON.stringify(object)), hook: hook?.events ?? [], source })),
    facts: JSON.parse(JSON.stringify(facts)), environment: facts.environment, service: facts.service,
  }
}

/** Syntax only: types are known when objects are. */
async function requireCel(id: string, expressions: readonly string[]): Promise<void> {
  const { Environment } = await import('@marcbachmann/cel-js')
  for (const expression of expressions) {
    try {
      new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true, limits: { maxAstNodes: 10_000, maxDepth: 64 } }).parse(expression)
    } catch (error) {
      throw new PintleError('config.invalid', `${id}: ${(error as Error).message.split('\n')[0]}`, { cause: error, hint: 'The expression must be CEL: true where the rule holds.' })
    }
  }
}
