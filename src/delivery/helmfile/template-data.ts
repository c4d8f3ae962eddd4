import { GoObject, StringMap, type Kind, type Value } from '../../language/go/index.ts'
import type { Environment, ReleaseSpec } from './spec.ts'
import { mergeValues, type Values } from './values-merge.ts'

/** A Go struct that templates look into. */
export class Struct extends GoObject {
  readonly goType: string
  readonly goKind: Kind
  readonly #fields: readonly (readonly [name: string, value: Value])[]
  constructor(goType: string, fields: readonly (readonly [name: string, value: Value])[], goKind: Kind = 'struct') {
    super()
    this.goType = goType
    this.goKind = goKind
    this.#fields = fields
  }
  override fields(): readonly (readonly [name: string, value: Value])[] {
    return this.#fields
  }
}

export function environmentStruct(env: Environment): Struct {
  return new Struct('environment.Environment', [['Name', env.name], ['KubeContext', env.kubeContext], ['Values', env.values], ['Defaults', env.defaults], ['CLIOverrides', env.cliOverrides]])
}

/** What state files and environment values can use: `.Environment`, `.Namespace`, `.Values`, `.StateValues` (EnvironmentTemplateData). */
export function environmentData(env: Environment, namespace: string, values: Values): Struct {
  const seen = environmentStruct({ ...env, values: mergeValues(env.values, env.cliOverrides, 'merge') })
  return new Struct('*state.EnvironmentTemplateData', [['Environment', seen], ['Namespace', namespace], ['Values', values], ['StateValues', values]], 'ptr')
}

/** What the state's own flags and keys set for all releases. */
export interface Overrides {
  readonly kubeContext: string
  readonly namespace: string
  readonly chart: string
}

/** What the fields and values files of a release can use (releaseTemplateData). */
export function releaseData(env: Environment, release: ReleaseSpec, values: Values, overrides: Overrides): Struct {
  const about = new Struct('state.releaseTemplateDataRelease', [
    ['Name', release.name], ['Namespace', release.namespace], ['Labels', new StringMap(release.labels)], ['Chart', release.chart], ['ChartVersion', release.version], ['KubeContext', release.kubeContext],
  ])
  return new Struct('state.releaseTemplateData', [
    ['Environment', environmentStruct(env)], ['Release', about], ['Values', values], ['StateValues', values], ['KubeContext', overrides.kubeContext], ['Namespace', overrides.namespace], ['Chart', overrides.chart],
  ])
}
