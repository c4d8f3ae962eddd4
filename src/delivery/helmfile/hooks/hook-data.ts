import { GoObject, type BoundMethod, type Kind, type Value } from '../../../language/go/index.ts'
import type { LoadedState } from '../loaded-state.ts'
import { releaseSpec } from '../schema.ts'
import type { Environment, ReleaseSpec } from '../spec.ts'
import { GoStruct } from './go-struct.ts'

/** What happened, and to which release; without one it is an event of the whole file. */
export interface HookEvent {
  readonly name: string
  readonly error?: Error | undefined
  /** The verb, as hooks see it: `apply` runs its upgrades as `sync`. */
  readonly command: string
  readonly release?: ReleaseSpec
}

/** What templates of a hook's command and arguments see. Source: triggerReleaseEvent in pkg/state/state.go and runHook in pkg/event/bus.go. */
export function hookData({ spec, environment, renderedValues }: Pick<LoadedState, 'spec' | 'environment' | 'renderedValues'>, { name, error, command, release }: HookEvent): Map<string, Value> {
  const data = new Map<string, Value>([
    ['Environment', new EnvironmentObject(environment)], ['Namespace', spec.namespace], ['Event', new EventObject(name, error)], ['HelmfileCommand', command],
  ])
  if (release !== undefined) data.set('Values', renderedValues).set('Release', releaseObject(release))
  return data
}

function releaseObject(release: ReleaseSpec): GoStruct {
  const methods = new Map<string, BoundMethod>([
    ['Desired', bound(() => release.installed ?? true)], ['ChartPathOrName', bound(() => release.chartPath || release.chart)],
  ])
  return new GoStruct(release, releaseSpec, { pointer: true, methods })
}

const bound = (call: () => Value): BoundMethod => ({ params: [], call })

class EnvironmentObject extends GoObject {
  readonly goType = 'environment.Environment'
  readonly goKind: Kind = 'struct'
  readonly #environment: Environment
  constructor(environment: Environment) {
    super()
    this.#environment = environment
  }
  override fields(): [string, Value][] {
    const { name, kubeContext, values, defaults, cliOverrides } = this.#environment
    return [['Name', name], ['KubeContext', kubeContext], ['Values', values], ['Defaults', defaults], ['CLIOverrides', cliOverrides]]
  }
}

class EventObject extends GoObject {
  readonly goType = 'event.event'
  readonly goKind: Kind = 'struct'
  readonly #fields: [string, Value][]
  constructor(name: string, error: Error | undefined) {
    super()
    this.#fields = [['Name', name], ['Error', new ErrorObject(error)]]
  }
  override fields(): [string, Value][] {
    return this.#fields
  }
}

/** An error, or the lack of one: it counts as false then, and prints as fmt prints nil. */
class ErrorObject extends GoObject {
  readonly goType = 'error'
  readonly goKind: Kind = 'interface'
  readonly #error: Error | undefined
  constructor(error: Error | undefined) {
    super()
    this.#error = error
  }
  override text(): string {
    return this.#error?.message ?? '<nil>'
  }
  override underlying(): Value | undefined {
    return this.#error === undefined ? false : undefined
  }
  override method(name: string): BoundMethod | undefined {
    return name === 'Error' && this.#error !== undefined ? bound(() => this.text()) : undefined
  }
}
