import { PintleError } from '../../../errors/index.ts'
import type { LoadedState } from '../loaded-state.ts'

/**
 * Whether a chart is a URL of go-getter.
 * Source: goGetterChart in pkg/state/helmx.go.
 * @param force it must be one: forceGoGetter
 * @throws PintleError chart.locate
 */
export function isRemoteChart({ access }: LoadedState, chart: string, force: boolean): boolean {
  try {
    access.checkRemote(chart)
    return true
  } catch (error) {
    if (!force) return false
    throw new PintleError('chart.locate', `Parsing url from dir failed due to error ${JSON.stringify((error as Error).message)}.\nContinuing the process assuming this is a regular Helm chart or a local dir.`, { cause: error })
  }
}
