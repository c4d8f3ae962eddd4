import { mergeMaps } from '../../language/sprig/index.ts'
import { anyMap, unmarshalIntoV3 } from '../../language/yaml/index.ts'
import type { Value } from '../../language/go/index.ts'
import { mergeEnvironments } from './environment.ts'
import { loadEnvironmentValues } from './environment-values.ts'
import type { LoadRun } from './load-run.ts'
import { resolveFiles } from './resolve-files.ts'
import type { Environment, EnvironmentSpec } from './spec.ts'
import { scopeOf, type State } from './state.ts'
import { stateError } from './state-error.ts'
import { mergeValues, stringKeys, type Values } from './values-merge.ts'

/**
 * The environment of a state: its values and secrets over those of `context`, and `override` over both. Upstream: loadEnvValues in pkg/state/create.go.
 * @param context what earlier parts of the file, or the parent, have
 */
export async function environmentOf(run: LoadRun, state: State, context: Environment | undefined, override: Environment | undefined): Promise<Environment> {
  const name = run.environment
  const spec = state.spec.environments.get(name)
  let values: Values = new Map()
  if (spec !== undefined) {
    const secrets: Values = new Map()
    const hclSecrets = await loadSecrets(run, state, spec, secrets)
    values = await loadEnvironmentValues(run, scopeOf(state), [...hclSecrets.keys(), ...spec.values], {
      missingFileHandler: spec.missingFileHandler, environment: mergeEnvironments(context, override), name, mergeStrategy: spec.mergeStrategy, memory: hclSecrets,
    })
    mergeMaps(values, secrets, true)
  }
  let env: Environment = { name, kubeContext: spec?.kubeContext ?? '', values, defaults: new Map(), cliOverrides: new Map() }
  if (context !== undefined) {
    env = {
      name: context.name || env.name,
      kubeContext: context.kubeContext || env.kubeContext,
      defaults: mergeValues(context.defaults, env.defaults),
      values: mergeValues(context.values, env.values),
      cliOverrides: mergeValues(env.cliOverrides, context.cliOverrides, 'merge'),
    }
  }
  if (override !== undefined) {
    env.defaults = mergeValues(env.defaults, override.defaults)
    env.values = mergeValues(env.values, override.values)
    env.cliOverrides = mergeValues(env.cliOverrides, override.cliOverrides, 'merge')
  }
  return env
}

/**
 * Decrypts the secrets of an environment, in memory, into `into`.
 * @returns those in HCL, as text by path: they are read with the values
 */
async function loadSecrets(run: LoadRun, state: State, spec: EnvironmentSpec, into: Values): Promise<Map<string, string>> {
  const hcl = new Map<string, string>()
  const files: string[] = []
  for (const path of spec.secrets) {
    files.push(...(await resolveFiles(run, scopeOf(state), 'environment values', path, {
      missingFileHandler: spec.missingFileHandler ?? state.spec.missingFileHandler ?? 'Error',
      ignoreMissingGitBranch: (spec.missingFileHandlerConfig ?? state.spec.missingFileHandlerConfig)?.ignoreMissingGitBranch === true,
    })) ?? [])
  }
  const results = await Promise.all(files.map(async (file) => {
    try {
      return { file, text: await run.decrypt(state.folder, file) }
    } catch (error) {
      return { file, error }
    }
  }))
  let failures = 0
  for (const result of results) {
    if (result.text === undefined) {
      failures++
      run.log('error', (result.error as Error).message)
    } else if (result.file.endsWith('.hcl')) hcl.set(result.file, result.text)
    else {
      try {
        mergeMaps(into, stringKeys((unmarshalIntoV3(result.text, anyMap) as Map<string, Value> | null) ?? new Map()), true)
      } catch {
        // The text of the error would quote what is secret.
        failures++
        run.log('error', `failed to load environment secrets file "${result.file}": its content is no YAML map`)
      }
    }
  }
  if (failures > 0) throw stateError(`failed loading environment secrets with ${failures} errors`, { hint: 'Each is said above. Files encrypted with SOPS are opened with the keys of this machine.' })
  return hcl
}
