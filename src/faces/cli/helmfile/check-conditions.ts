import { selectReleases, type LoadedState } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'

/**
 * Looks at every condition, as helmfile does where it prepares charts; its errors come in brackets there.
 * Source: prepareChartsIfNeeded in pkg/app/run.go.
 */
export function checkConditions(state: LoadedState): void {
  try {
    selectReleases(state.releases, state)
  } catch (error) {
    throw new PintleError('helmfile.state', `[${(error as Error).message}]`, { cause: error })
  }
}
