import type { Environment } from './spec.ts'
import { copyValues, mergeValues, type Values } from './values-merge.ts'

export function newEnvironment(name: string): Environment {
  return { name, kubeContext: '', values: new Map(), defaults: new Map(), cliOverrides: new Map() }
}

export function copyEnvironment(env: Environment): Environment {
  return { name: env.name, kubeContext: env.kubeContext, values: copyValues(env.values), defaults: copyValues(env.defaults), cliOverrides: copyValues(env.cliOverrides) }
}

/** Environment.Merge of pkg/environment: a copy of both, `other` over `env`. */
export function mergeEnvironments(env: Environment | undefined, other: Environment | undefined): Environment | undefined {
  if (env === undefined) return other === undefined ? undefined : copyEnvironment(other)
  const copy = copyEnvironment(env)
  if (other === undefined) return copy
  return {
    name: other.name || copy.name,
    kubeContext: other.kubeContext || copy.kubeContext,
    values: mergeValues(copy.values, other.values),
    defaults: mergeValues(copy.defaults, other.defaults),
    cliOverrides: mergeValues(copy.cliOverrides, other.cliOverrides, 'merge'),
  }
}

/** `.Values`: defaults below the environment's values below --state-values-set (GetMergedValues). */
export function mergedValues(env: Environment): Values {
  return copyValues(mergeValues(mergeValues(mergeValues(new Map(), env.defaults), env.values), env.cliOverrides, 'merge'))
}
