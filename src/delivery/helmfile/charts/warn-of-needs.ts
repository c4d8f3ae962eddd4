import type { LoadedState } from '../loaded-state.ts'
import type { ReleaseSpec } from '../spec.ts'
import type { Log } from './helm-runner.ts'

/**
 * Says which needs of a release will not be there. helmfile says so when it loads a state and again for each release it renders.
 * Source: reformat in pkg/state/state.go.
 */
export function warnOfNeeds({ spec, originalReleases }: LoadedState, release: ReleaseSpec, log: Log): void {
  for (const need of release.needs) {
    const parts = need.split('/')
    const name = parts.at(-1)!
    const namespace = parts.length > 1 ? parts.at(-2)! : release.namespace
    const context = parts.length > 2 ? parts.slice(0, -2).join('/') : release.kubeContext
    const found = originalReleases.findLast((one) => one.name === name && (spec.namespace || one.namespace) === namespace && (spec.kubeContext || one.kubeContext) === context)
    if (found === undefined || found.installed === false) {
      log('warn', `WARNING: release ${release.name} needs ${name}, but ${name} is not installed due to installed: false. Either mark ${name} as installed or remove ${name} from ${release.name}'s needs`)
    }
  }
}
