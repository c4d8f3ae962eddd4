import { fetchOptions, updateDependencies } from '../../charts/registry/index.ts'
import type { CommandContext } from './command.ts'
import { chartSource } from './remote-chart.ts'
import { withRegistry } from './registry-session.ts'
import { sourceDateEpoch } from './source-date-epoch.ts'

/** --dependency-update. Helm tells on standard output what it does, among the manifests of `template`; Pintle as itself does so beside them. */
export async function updateChartDependencies(path: string, context: Pick<CommandContext, 'flags' | 'settings' | 'out' | 'signal'>): Promise<void> {
  const { out, flags, settings } = context
  const epoch = sourceDateEpoch(process.env.SOURCE_DATE_EPOCH)
  const source = chartSource(flags)
  await withRegistry(context, { say: (line) => (out.plain ? out.line(line) : out.note(line)) }, (registry) => updateDependencies(path, {
    registry, fetch: fetchOptions(source), provenance: 'ignore', keyring: source.keyring, skipRefresh: false, debug: settings.debug, ...(epoch === undefined ? {} : { epoch }),
  }))
}
