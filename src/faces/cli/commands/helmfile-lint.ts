import { lintArgv, moreValues, type ReleaseSpec } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { argsFlag, argsOf, cleanupFlag, concurrencyFlag, needsFlags, needsOptions, overrideFlags } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { DeferredErrors } from '../helmfile/deferred-errors.ts'
import { runPrinting } from '../helmfile/run-printing.ts'
import type { StateWork } from '../helmfile/state-work.ts'
import type { HelmfileContext, HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'

/** `helmfile lint`. Upstream: Lint in pkg/app/app.go. */
export const helmfileLint: HelmfileVerb = {
  use: 'lint [flags]',
  long: `Examines the charts of all releases with their values, by Helm's rules. Remote charts are fetched first.`,
  flags: [concurrencyFlag, argsFlag, ...overrideFlags, ...needsFlags, cleanupFlag],
  interrupts: 'stop',
  async run(context) {
    const { includeNeeds } = needsOptions(context)
    const deferred = new DeferredErrors()
    await visitStates(context, { filter: false, includeNeeds }, async (work) => {
      let processed = false
      const errors = await work.withCharts('lint', { ...chartsOptions(context), forceDownload: true, includeTransitiveNeeds: includeNeeds, set: [], values: [] }, async () => {
        const releases = work.ordered({ ...needsOptions(context), enforceNeedsAreInstalled: false })
        if (releases === undefined) return []
        processed = true
        work.setExtraArgs(argsOf(context))
        return deferred.take(await work.each(releases, 'lint', (release) => lint(context, work, release)))
      })
      return { processed, errors }
    })
    deferred.throw()
  },
}

async function lint(context: HelmfileContext, work: StateWork, release: ReleaseSpec): Promise<() => Promise<void>> {
  const { argv, files } = await work.valuesOf(release)
  const words = lintArgv(release, { set: context.flags.list('set') }, { values: argv, moreValues: moreValues(work.state, context.flags.list('values')) })
  // Helm's rules look at folders, and what was rendered with values is written to none.
  if (work.isMade(release)) throw new PintleError('usage', `release ${JSON.stringify(release.name)}: a chart made of manifests, or with patches, cannot be linted yet`, { hint: 'Leave it out with a selector: -l name!=NAME. `pintle helmfile template` renders it.' })
  return async () => {
    context.log('info', `Linting release=${release.name}, chart=${release.chartPath || release.chart}`)
    await runPrinting(context, work, words, { files })
  }
}
