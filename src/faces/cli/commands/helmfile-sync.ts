import { syncState } from '../../../delivery/helmfile/index.ts'
import { argsFlag, argsOf, concurrencyFlag, enforceNeedsFlag, needsFlags, needsOptions, overrideFlags } from '../helmfile/chart-flags.ts'
import { changesFound } from '../helmfile/changes-found.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { diffOptions, syncVerbFlags, upgradeOptions } from '../helmfile/release-flags.ts'
import { fleetFlags, isFleet } from '../helmfile/fleet/fleet-flags.ts'
import { runVerb } from '../helmfile/run-verb.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

/** `helmfile sync`: upgrades every release. Upstream: Sync in pkg/app/app.go. */
export const helmfileSync: HelmfileVerb = {
  use: 'sync [flags]',
  long: `Installs or upgrades every release of a state, changed or not, what others need first, and removes those that are not to be installed.

A group that failed ends the run after what was begun with it. With --interactive it shows what differs and asks.`,
  flags: [argsFlag, ...overrideFlags, concurrencyFlag, ...needsFlags, enforceNeedsFlag, ...syncVerbFlags, ...fleetFlags],
  interrupts: 'stop',
  async run(context) {
    if (isFleet(context)) return (await import('../helmfile/fleet/fleet-verb.ts')).runFleetVerb(context, helmfileSync)
    const { flags } = context
    const needs = { ...needsOptions(context), enforceNeedsAreInstalled: flags.bool('enforce-needs-are-installed') }
    const diff = diffOptions(flags)
    const options = { ...needs, args: argsOf(context), cascade: flags.string('cascade'), suppressDiff: flags.bool('suppress-diff'), diff, upgrade: upgradeOptions(flags) }
    const charts = { ...chartsOptions(context), includeTransitiveNeeds: needs.includeNeeds, includeCrds: !flags.bool('skip-crds'), prefetchShared: true }
    const changed = await runVerb(context, { command: 'sync', load: { filter: false, includeNeeds: needs.includeNeeds }, charts, act: (run) => syncState(run, options) })
    if (diff.detailedExitCode && changed) throw changesFound('')
  },
}
