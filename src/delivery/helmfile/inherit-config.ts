import { copyEnvironment } from './environment.ts'
import type { LoadRun } from './load-run.ts'
import { mergeStruct } from './merge-spec.ts'
import { helmSpec } from './schema.ts'
import type { Environment, HelmSpec, ReleaseSetSpec, ReleaseSpec, RepositorySpec } from './spec.ts'
import type { State } from './state.ts'

/** What a sub-helmfile takes over from its parent by `inherits`. */
export interface Inherited {
  readonly repositories?: readonly RepositorySpec[]
  readonly helmDefaults?: HelmSpec
  readonly commonLabels?: ReadonlyMap<string, string>
  readonly apiVersions?: readonly string[]
  readonly kubeVersion?: string
  readonly templates?: ReadonlyMap<string, ReleaseSpec>
  readonly environment?: Environment
}

/** Copies what is asked for out of the parent (BuildInheritedConfig). */
export function inheritedFrom(state: State, wanted: readonly string[]): Inherited {
  const { spec } = state
  const want = new Set(wanted)
  return {
    ...(want.has('repositories') ? { repositories: structuredClone(spec.repositories) } : {}),
    ...(want.has('helmDefaults') ? { helmDefaults: structuredClone(spec.helmDefaults) } : {}),
    ...(want.has('commonLabels') ? { commonLabels: new Map(spec.commonLabels) } : {}),
    ...(want.has('apiVersions') ? { apiVersions: [...spec.apiVersions] } : {}),
    ...(want.has('kubeVersion') ? { kubeVersion: spec.kubeVersion } : {}),
    // Templates are copied when a release takes them.
    ...(want.has('templates') ? { templates: new Map(spec.templates) } : {}),
    ...(want.has('environments') ? { environment: copyEnvironment(state.env) } : {}),
  }
}

/** The child wins, the parent fills gaps (MergeInherited); the environment was merged before. */
export function mergeInherited(spec: ReleaseSetSpec, inherited: Inherited): void {
  const { repositories = [], helmDefaults, commonLabels = new Map(), apiVersions = [], kubeVersion = '', templates = new Map() } = inherited
  if (repositories.length > 0) {
    const all = [...repositories, ...spec.repositories]
    const last = new Map(all.map((repository, i) => [repository.name, i]))
    spec.repositories = all.filter((repository, i) => last.get(repository.name) === i)
  }
  if (helmDefaults !== undefined) mergeStruct(spec.helmDefaults, helmDefaults, helmSpec.fields, { override: false, append: false })
  for (const [key, value] of commonLabels) if (!spec.commonLabels.has(key)) spec.commonLabels.set(key, value)
  for (const [key, value] of templates) if (!spec.templates.has(key)) spec.templates.set(key, value)
  if (apiVersions.length > 0) spec.apiVersions = [...new Set([...apiVersions, ...spec.apiVersions])]
  spec.kubeVersion ||= kubeVersion
}

/** Says once a repository that the parent has, a release refers to, and the file lacks (WarnUninheritedRepos). */
export function warnUninheritedRepositories(run: LoadRun, spec: ReleaseSetSpec, parent: readonly string[]): void {
  if (parent.length === 0) return
  const known = new Set(parent)
  const own = new Set(spec.repositories.map((repository) => repository.name))
  const warned = new Set<string>()
  for (const { name, chart } of spec.releases) {
    const slash = chart.indexOf('/')
    if (slash <= 0) continue
    const repository = chart.slice(0, slash)
    if (repository.includes(':') || repository === '.' || repository === '..' || !known.has(repository) || own.has(repository) || warned.has(repository)) continue
    warned.add(repository)
    run.log('warn', `release ${JSON.stringify(name)} references repository ${JSON.stringify(repository)} which is available in the parent helmfile but not inherited. Add "inherits: [repositories]" to this sub-helmfile entry, or declare the repository here.`)
  }
}
