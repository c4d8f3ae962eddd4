import { HelmExitError, moreValues, unittestArgv, type ReleaseSpec } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { argsFlag, argsOf, cleanupFlag, concurrencyFlag, needsFlags, needsOptions, overrideFlags } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { DeferredErrors } from '../helmfile/deferred-errors.ts'
import { runPrinting } from '../helmfile/run-printing.ts'
import type { StateWork } from '../helmfile/state-work.ts'
import type { HelmfileContext, HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'

/** `helmfile unittest`. Upstream: Unittest in pkg/app/app.go. */
export const helmfileUnittest: HelmfileVerb = {
  use: 'unittest [flags]',
  long: `Runs the unit tests that releases name under unitTests, with the values of the release.`,
  flags: [
    concurrencyFlag, argsFlag, ...overrideFlags,
    { name: 'fail-fast', type: 'bool', usage: 'stop at the first failure' },
    { name: 'debug-plugin', type: 'bool', usage: 'say more' },
    ...needsFlags, cleanupFlag,
  ],
  interrupts: 'stop',
  async run(context) {
    const { flags } = context
    const needs = needsOptions(context)
    const deferred = new DeferredErrors()
    await visitStates(context, { filter: false, includeNeeds: needs.includeNeeds }, async (work) => {
      let processed = false
      const errors = await work.withCharts('unittest', { ...chartsOptions(context), forceDownload: true, includeTransitiveNeeds: needs.includeTransitiveNeeds, set: [], values: [] }, async () => {
        const releases = work.ordered({ ...needs, enforceNeedsAreInstalled: false })
        if (releases === undefined) return []
        processed = true
        work.setExtraArgs(argsOf(context))
        return deferred.take(await work.each(releases.filter((release) => release.unitTests.length > 0), 'unittest', (release) => test(context, work, release), { all: !flags.bool('fail-fast') }))
      })
      return { processed, errors }
    })
    deferred.throw()
  },
}

async function test(context: HelmfileContext, work: StateWork, release: ReleaseSpec): Promise<() => Promise<void>> {
  const { flags, log } = context
  const { argv, files } = await work.valuesOf(release)
  const words = unittestArgv(release, { set: flags.list('set'), failFast: flags.bool('fail-fast'), debugPlugin: flags.bool('debug-plugin') }, { values: argv, moreValues: moreValues(work.state, context.flags.list('values')) })
  return async () => {
    log('info', `Unit testing release=${release.name}, chart=${release.chartPath || release.chart}`)
    try {
      await runPrinting(context, work, words, { files })
    } catch (error) {
      // Helm's words for a plugin that is not there.
      if (!(error instanceof HelmExitError) || !error.outcome.stderr.startsWith('Error: unknown command "unittest"')) throw error
      throw new PintleError('usage', `release ${JSON.stringify(release.name)}: unit tests of charts cannot be run yet`, { hint: 'Run them with the helm-unittest plugin: helm unittest CHART --values ...; `pintle helmfile write-values` writes the values.' })
    }
  }
}
