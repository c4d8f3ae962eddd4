import { destroyState } from '../../../delivery/helmfile/index.ts'
import { argsFlag, argsOf, concurrencyFlag } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { fleetFlags, isFleet } from '../helmfile/fleet/fleet-flags.ts'
import { runVerb } from '../helmfile/run-verb.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

/** `helmfile destroy`: removes all releases. Upstream: Destroy in pkg/app/app.go. */
export const helmfileDestroy: HelmfileVerb = {
  use: 'destroy [flags]',
  long: `Uninstalls the releases of a state that are there, those first that need others, and whole files in the reverse of their order.

With --interactive it asks before anything is removed.`,
  flags: [
    argsFlag, concurrencyFlag,
    { name: 'cascade', type: 'string', usage: 'how objects go: background, foreground or orphan', completes: ['background', 'foreground', 'orphan'] },
    { name: 'skip-charts', type: 'bool', usage: 'do not prepare charts' },
    { name: 'deleteWait', type: 'bool', usage: 'accepted and not used, as helmfile does: deleteWait of the state waits' },
    { name: 'deleteTimeout', type: 'int', default: 300, usage: 'accepted and not used, as helmfile does: deleteTimeout of the state counts' },
    ...fleetFlags,
  ],
  interrupts: 'stop',
  async run(context) {
    if (isFleet(context)) return (await import('../helmfile/fleet/fleet-verb.ts')).runFleetVerb(context, helmfileDestroy)
    const { flags } = context
    const options = { args: argsOf(context), cascade: flags.string('cascade') }
    await runVerb(context, {
      command: 'destroy', load: { filter: false, reverse: true }, ...(flags.bool('skip-charts') ? {} : { charts: chartsOptions(context) }), act: (run) => destroyState(run, options),
    })
  },
}
