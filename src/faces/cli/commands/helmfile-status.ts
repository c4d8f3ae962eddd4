import { statusState } from '../../../delivery/helmfile/index.ts'
import { argsFlag, argsOf, concurrencyFlag } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { fleetFlags, isFleet } from '../helmfile/fleet/fleet-flags.ts'
import { runVerb } from '../helmfile/run-verb.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

/** `helmfile status`. Upstream: Status in pkg/app/app.go. */
export const helmfileStatus: HelmfileVerb = {
  use: 'status [flags]',
  long: 'Shows the status of every release of a state, as helm status does.',
  flags: [argsFlag, concurrencyFlag, ...fleetFlags],
  interrupts: 'stop',
  async run(context) {
    if (isFleet(context)) return (await import('../helmfile/fleet/fleet-verb.ts')).runFleetVerb(context, helmfileStatus)
    const charts = { ...chartsOptions(context), skipRepos: true, skipDeps: true }
    await runVerb(context, { command: 'status', load: { filter: true }, charts, act: (run) => statusState(run, argsOf(context)) })
  },
}
