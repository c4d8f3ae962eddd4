import { visitHelmfiles, type LoadOptions } from '../../../delivery/helmfile/index.ts'
import { ChartWork } from './chart-work.ts'
import type { StateWork } from './state-work.ts'
import type { HelmfileContext } from './verb.ts'

/** What a verb did with one state. */
export interface StateResult {
  /** Some release was there to work on. */
  readonly processed: boolean
  readonly errors: readonly unknown[]
}

/**
 * Works on one state after another, with charts and values at hand. Source: ForEachState in pkg/app/app.go.
 * @param afterwards what is done when all were visited
 */
export async function visitStates(context: HelmfileContext, load: Partial<LoadOptions>, visit: (work: StateWork) => Promise<StateResult>, afterwards?: () => Promise<void>): Promise<void> {
  const cwd = process.cwd()
  const work = new ChartWork(context)
  try {
    await visitHelmfiles({ ...context.load, ...load }, (state) => visit(work.on(state)))
    await afterwards?.()
  } finally {
    if (process.cwd() !== cwd) process.chdir(cwd)
    await work.close()
  }
}
