import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isWanted, writeLock, type ReleaseSpec } from '../../../delivery/helmfile/index.ts'
import { argsFlag, argsOf, concurrencyFlag } from '../helmfile/chart-flags.ts'
import type { StateWork } from '../helmfile/state-work.ts'
import type { HelmfileContext, HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'

/** `helmfile deps`. Upstream: Deps in pkg/app/run.go, UpdateDeps in pkg/state/state.go. */
export const helmfileDeps: HelmfileVerb = {
  use: 'deps [flags]',
  long: `Updates the dependencies of local charts, and writes the versions of all charts of repositories to helmfile.lock, which other commands then keep to.`,
  flags: [argsFlag, { name: 'skip-repos', type: 'bool', usage: 'neither add repositories nor fetch their indexes' }, concurrencyFlag],
  interrupts: 'stop',
  async run(context) {
    const { flags } = context
    await visitStates(context, { filter: true, includeNeeds: false }, async (work) => {
      const errors = await deps(context, work, flags.bool('skip-repos'))
      return { processed: errors.length === 0, errors }
    })
  },
}

async function deps(context: HelmfileContext, work: StateWork, skipRepos: boolean): Promise<unknown[]> {
  const { log } = context
  const { state, helm } = work
  const { helmDefaults } = state.spec
  try {
    await work.syncRepositories({ ociOnly: skipRepos || helmDefaults.skipDeps || helmDefaults.skipRefresh })
  } catch (error) {
    return [error]
  }
  work.setExtraArgs(argsOf(context))
  const errors: unknown[] = []
  for (const release of (state.selectors.length > 0 ? work.selected() : state.releases).filter(isWanted)) {
    const chart = release.chartPath || release.chart
    if (!isChart(state.cwd, chart)) log('debug', `skipped updating dependencies for remote chart ${release.chart}`)
    else await helm.updateDependencies(chart).catch((error: unknown) => errors.push(error))
  }
  if (errors.length > 0) return errors
  try {
    await writeLock(state, state.releases, helm)
    return []
  } catch (error) {
    return [error]
  }
}

const isChart = (cwd: string, chart: ReleaseSpec['chart']): boolean => {
  const folder = resolve(cwd, chart)
  return existsSync(join(folder, 'Chart.yaml')) && statSync(folder).isDirectory()
}
