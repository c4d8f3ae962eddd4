import { applyState } from '../../../delivery/helmfile/index.ts'
import { argsFlag, argsOf, cleanupFlag, concurrencyFlag, enforceNeedsFlag, needsFlags, needsOptions, overrideFlags } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { changesFound } from '../helmfile/changes-found.ts'
import { applyVerbFlags, diffOptions, upgradeOptions } from '../helmfile/release-flags.ts'
import { fleetFlags, isFleet } from '../helmfile/fleet/fleet-flags.ts'
import { runVerb } from '../helmfile/run-verb.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

/** `helmfile apply`: upgrades the releases that differ. Upstream: Apply in pkg/app/app.go. */
export const helmfileApply: HelmfileVerb = {
  use: 'apply [flags]',
  long: `Shows what differs between the releases of a state and the cluster, then removes and upgrades those that do, what others need first.

A group that failed ends the run after what was begun with it. With --interactive it asks before anything is changed; with --detailed-exitcode it exits with 2 when
something was.`,
  flags: [argsFlag, ...overrideFlags, concurrencyFlag, ...needsFlags, enforceNeedsFlag, cleanupFlag, ...applyVerbFlags, ...fleetFlags],
  interrupts: 'stop',
  async run(context) {
    if (isFleet(context)) return (await import('../helmfile/fleet/fleet-verb.ts')).runFleetVerb(context, helmfileApply)
    const { flags } = context
    const needs = { ...needsOptions(context), enforceNeedsAreInstalled: flags.bool('enforce-needs-are-installed') }
    const diff = diffOptions(flags)
    const options = { ...needs, args: argsOf(context), detailedExitCode: diff.detailedExitCode, suppressDiff: flags.bool('suppress-diff'), cascade: flags.string('cascade'), diff, upgrade: upgradeOptions(flags) }
    const charts = { ...chartsOptions(context), includeTransitiveNeeds: needs.includeNeeds, includeCrds: !flags.bool('skip-crds'), prefetchShared: true }
    const changed = await runVerb(context, { command: 'apply', load: { filter: false, includeNeeds: needs.includeNeeds }, charts, act: (run) => applyState(run, options) })
    if (diff.detailedExitCode && changed) throw changesFound('')
  },
}
