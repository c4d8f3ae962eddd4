import type { LoadRun } from './load-run.ts'
import type { ReleaseSetSpec, ReleaseSpec } from './spec.ts'

/**
 * Context and namespace of flags and of the file, for every release; `needs` by their full ids; and the labels that every release has. Upstream: GetReleasesWithOverrides and GetReleasesWithLabels.
 */
export function withOverrides(run: LoadRun, spec: ReleaseSetSpec, releases: readonly ReleaseSpec[], originals: readonly ReleaseSpec[]): ReleaseSpec[] {
  const installed = new Map(originals.map((release) => [key(spec.kubeContext || release.kubeContext, spec.namespace || release.namespace, release.name), release.installed ?? true]))
  return releases.map((given) => {
    const release = { ...given, kubeContext: spec.kubeContext || given.kubeContext, namespace: spec.namespace || given.namespace }
    release.needs = given.needs.map((need) => fullId(run, release, need, installed))
    const chart = given.chart.slice(given.chart.lastIndexOf('/') + 1)
    release.labels = new Map([...spec.commonLabels, ...given.labels, ['name', given.name], ['namespace', release.namespace], ['chart', chart]])
    return release
  })
}

const key = (context: string, namespace: string, name: string): string => `${context}/${namespace}/${name}`

/** `[CONTEXT/][NAMESPACE/]NAME` with what the release itself has where it says nothing (reformat). */
function fullId(run: LoadRun, release: ReleaseSpec, need: string, installed: ReadonlyMap<string, boolean>): string {
  const parts = need.split('/')
  const name = parts.at(-1)!
  const namespace = parts.length > 1 ? parts.at(-2)! : release.namespace
  const context = parts.length > 2 ? parts.slice(0, -2).join('/') : release.kubeContext
  if ((release.installed ?? true) && installed.get(key(context, namespace, name)) !== true) {
    run.log('warn', `WARNING: release ${release.name} needs ${name}, but ${name} is not installed due to installed: false. Either mark ${name} as installed or remove ${name} from ${release.name}'s needs`)
  }
  if (context !== '') return `${context}/${namespace}/${name}`
  return namespace === '' ? name : `${namespace}/${name}`
}
