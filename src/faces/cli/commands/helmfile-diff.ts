import { diffState } from '../../../delivery/helmfile/index.ts'
import { argsFlag, argsOf, concurrencyFlag, enforceNeedsFlag, needsFlags, needsOptions, overrideFlags } from '../helmfile/chart-flags.ts'
import { changesFound } from '../helmfile/changes-found.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { diffOptions, diffVerbFlags } from '../helmfile/release-flags.ts'
import { fleetFlags, isFleet } from '../helmfile/fleet/fleet-flags.ts'
import { runVerb } from '../helmfile/run-verb.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

/** `helmfile diff`: what an apply would change. Upstream: Diff in pkg/app/app.go. */
export const helmfileDiff: HelmfileVerb = {
  use: 'diff [flags]',
  long: `Shows what differs between the releases of a state and the cluster: the manifests of their last revisions against what charts and values render to now.

With --detailed-exitcode it exits with 2 when something differs, and says which releases do. Nothing is changed.`,
  flags: [argsFlag, ...overrideFlags, concurrencyFlag, ...needsFlags, enforceNeedsFlag, ...diffVerbFlags, ...fleetFlags],
  interrupts: 'stop',
  async run(context) {
    if (isFleet(context)) return (await import('../helmfile/fleet/fleet-verb.ts')).runFleetVerb(context, helmfileDiff)
    const { flags } = context
    const needs = { ...needsOptions(context), enforceNeedsAreInstalled: flags.bool('enforce-needs-are-installed') }
    const diff = diffOptions(flags)
    const options = { ...needs, args: argsOf(context), diff }
    const charts = { ...chartsOptions(context), includeTransitiveNeeds: needs.includeNeeds, includeCrds: true, prefetchShared: true }
    const changed = await runVerb(context, { command: 'diff', load: { filter: false, includeNeeds: needs.includeNeeds }, charts, act: (run) => diffState(run, options) })
    if (diff.detailedExitCode && changed) throw changesFound('Identified at least one change')
  },
}
