import type { Environment } from '@marcbachmann/cel-js'
import type { LoadedPolicy } from '@open-policy-agent/opa-wasm'
import type { Quantity } from '../../../cluster/kube/index.ts'

/** An external rule as the worker gets it. */
export interface WorkerRule {
  readonly id: string
  readonly over: 'objects' | 'facts'
  readonly kinds: readonly string[]
  readonly cel?: string
  readonly message?: string
  readonly wasm?: Uint8Array
  /** data.json of a bundle. */
  readonly data?: unknown
  readonly entrypoint?: string
}

/** What is judged, as plain JSON. */
export interface WorkerInput {
  readonly objects: readonly { readonly object: unknown; readonly hook: readonly string[]; readonly source: string }[]
  readonly facts: unknown
  readonly environment: string
  readonly service: string
}

/** Of one rule: what it said, of which object; or why it could not be judged. */
export interface WorkerAnswer {
  readonly violations?: readonly { readonly message: string; readonly index?: number }[]
  readonly failure?: string
}

/** What the worker needs from outside: it is run from its text. */
export interface WorkerTools {
  readonly cel: () => typeof import('@marcbachmann/cel-js')
  readonly opa: () => typeof import('@open-policy-agent/opa-wasm')
  readonly parseQuantity: (text: string) => Quantity | undefined
}

/** Bounds of what one rule may say. */
export const workerLimits = { violations: 1000, messageLength: 1000, memoryPages: 2048 } as const

/**
 * Judges one rule. Runs in a worker thread, from its text: it refers to nothing outside of itself but its arguments and the language's own globals.
 */
export function judgeRule(rule: WorkerRule, input: WorkerInput, { cel, opa, parseQuantity }: WorkerTools, limits: typeof workerLimits): WorkerAnswer {
  const violations: { message: string; index?: number }[] = []
  const wanted = input.objects.map((o, index) => ({ ...o, index })).filter(({ object }) => rule.kinds.length === 0 || rule.kinds.includes((object as { kind: string }).kind))
  const tell = (message: unknown, index: number | undefined): void => {
    if (violations.length >= limits.violations) return
    const text = typeof message === 'string' ? message : message !== null && typeof message === 'object' && 'msg' in message ? String(message.msg) : String(JSON.stringify(message))
    violations.push({ message: text.slice(0, limits.messageLength), ...(index !== undefined && { index }) })
  }

  if (rule.cel !== undefined) {
    // CEL tells int from double; JSON does not: whole numbers are integers.
    const typed = (value: unknown): unknown => {
      if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
      if (Array.isArray(value)) return value.map(typed)
      if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([k, v]) => [k, typed(v)]))
      return value
    }
    const environment = celEnvironment()
    const holds = environment.parse(rule.cel)
    const message = rule.message === undefined ? undefined : environment.parse(rule.message)
    const judge = (context: Record<string, unknown>, index: number | undefined): void => {
      try {
        const result: unknown = holds(context)
        if (typeof result !== 'boolean') throw new Error(`it gives ${typeof result}, not true or false`)
        if (!result) tell(message === undefined ? '' : message(context), index)
      } catch (error) {
        // What cannot be judged does not pass.
        tell(`the expression cannot be judged here: ${(error as Error).message.split('\n')[0]}`, index)
      }
    }
    const { environment: name, service } = input
    if (rule.over === 'facts') judge({ facts: typed(input.facts), environment: name, service }, undefined)
    else for (const { object, hook, source, index } of wanted) judge({ object: typed(object), hook, source, environment: name, service }, index)
    return { violations }
  }

  const policy: LoadedPolicy = opa().loadPolicySync(rule.wasm as Uint8Array<ArrayBuffer>, { initial: 20, maximum: limits.memoryPages })
  policy.setData((rule.data ?? {}) as object)
  const judge = (value: unknown, index: number | undefined): void => {
    const answer = policy.evaluate(value, rule.entrypoint) as readonly { readonly result: unknown }[] | null
    for (const { result } of answer ?? []) {
      if (result === true || result === undefined) continue
      if (result === false) tell('', index)
      else if (Array.isArray(result)) for (const message of result) tell(message, index)
      else throw new Error(`its entrypoint gives ${typeof result}, not a set of messages or true`)
    }
    // Undefined: nothing was denied.
  }
  if (rule.over === 'facts') judge(input.facts, undefined)
  else for (const { object, hook, source, index } of wanted) judge({ object, hook, source, environment: input.environment, service: input.service }, index)
  return { violations }

  function celEnvironment(): Environment {
    class Quantity {
      readonly nano: bigint
      constructor(nano: bigint) {
        this.nano = nano
      }
    }
    const read = (text: string): Quantity => {
      const parsed = parseQuantity(text)
      if (parsed === undefined) throw new Error(`${JSON.stringify(text)} is no quantity`)
      return new Quantity(parsed.nano)
    }
    const env = new (cel().Environment)({ limits: { maxAstNodes: 10_000, maxDepth: 64 }, enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    env.registerType('Quantity', Quantity as never)
    // The names Kubernetes' own CEL library has.
    env.registerFunction('quantity(dyn): Quantity', (value: unknown) => (typeof value === 'bigint' ? new Quantity(value * 1_000_000_000n) : read(String(value))))
    env.registerFunction('isQuantity(dyn): bool', (value: unknown) => parseQuantity(String(value)) !== undefined)
    env.registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano > b.nano)
    env.registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano < b.nano)
    env.registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => (a.nano < b.nano ? -1n : a.nano > b.nano ? 1n : 0n))
    env.registerFunction('Quantity.asApproximateFloat(): double', (a: Quantity) => Number(a.nano) / 1e9)
    for (const name of ['object', 'facts', 'hook'] as const) env.registerVariable(name, 'dyn')
    for (const name of ['source', 'environment', 'service'] as const) env.registerVariable(name, 'string')
    return env
  }
}
