import { pullToFolder } from '../../../charts/registry/index.ts'
import type { Command } from '../command.ts'
import { chartFlags } from '../flag-sets.ts'
import { withRegistry } from '../registry-session.ts'
import { chartSource } from '../remote-chart.ts'

/** `pintle pull`. Upstream: pkg/cmd/pull.go, pkg/action/pull.go. */
export const pull: Command = {
  use: 'pull [chart URL | repo/chartname] [...] [flags]',
  long: `Fetches charts from repositories or registries into a folder, as archives or unpacked.

With --verify a chart must have a provenance file that holds, or nothing is kept of it.`,
  examples: `pintle pull bitnami/redis --version 18.x --untar
pintle pull oci://registry.example.com/charts/shop --version 2.5.0`,
  flags: [
    ...chartFlags,
    { name: 'untar', type: 'bool', usage: 'unpack the chart' },
    { name: 'prov', type: 'bool', usage: 'fetch the provenance file too, without verifying it' },
    { name: 'untardir', type: 'string', default: '.', usage: 'folder to unpack into, below the destination' },
    { name: 'destination', short: 'd', type: 'string', default: '.', usage: 'folder for the archive' },
  ],
  args: [1, Number.POSITIVE_INFINITY],
  completes: ['chart', 'none...'],
  async run(context) {
    const { flags, args } = context
    const source = chartSource(flags)
    await withRegistry(context, {}, async (registry) => {
      for (const reference of args) {
        await pullToFolder(registry, reference, {
          source, provenance: flags.bool('prov'), destination: flags.string('destination'), untar: flags.bool('untar'), untarFolder: flags.string('untardir'),
        })
      }
    })
  },
}
