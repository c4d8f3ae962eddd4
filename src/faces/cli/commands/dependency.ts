import { join, normalize } from 'node:path'
import { buildDependencies, fetchOptions, listDependencies, updateDependencies, withoutPassword, type DependencyOptions } from '../../../charts/registry/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, columnWidthFlag } from '../flag-sets.ts'
import { withRegistry } from '../registry-session.ts'
import { chartSource } from '../remote-chart.ts'
import { sourceDateEpoch } from '../source-date-epoch.ts'
import { table } from '../table.ts'

const notHere = new Set(['version', 'repo', 'devel', 'pass-credentials'])
const flags = [
  ...chartFlags.filter((flag) => !notHere.has(flag.name)),
  { name: 'skip-refresh', type: 'bool', usage: "use the cached indexes of repositories as they are" } as const,
]

/** `pintle dependency update`. Upstream: pkg/cmd/dependency_update.go. */
export const dependencyUpdate: Command = {
  use: 'dependency update CHART [flags]',
  long: `Brings charts/ of a chart folder in line with the dependencies its Chart.yaml names: chooses versions, fetches them, deletes outdated archives, writes
Chart.lock.`,
  flags,
  args: [0, 1],
  // So that no tmpcharts folder stays behind.
  interrupts: 'stop',
  run: (context) => work(context, 'verify', updateDependencies),
}

/** `pintle dependency build`. Upstream: pkg/cmd/dependency_build.go. */
export const dependencyBuild: Command = {
  use: 'dependency build CHART [flags]',
  long: 'Brings charts/ of a chart folder to what its Chart.lock says; without a lock it does what update does.',
  flags,
  args: [0, 1],
  // So that no tmpcharts folder stays behind.
  interrupts: 'stop',
  run: (context) => work(context, 'if-there', buildDependencies),
}

async function work(context: CommandContext, verify: 'verify' | 'if-there', what: (path: string, options: DependencyOptions) => Promise<void>): Promise<void> {
  const { args, settings } = context
  const source = chartSource(context.flags)
  const epoch = sourceDateEpoch(process.env.SOURCE_DATE_EPOCH)
  await withRegistry(context, {}, (registry) => what(args[0] === undefined ? '.' : folder(args[0]), {
    registry, fetch: fetchOptions(source), keyring: source.keyring, provenance: source.verify ? verify : 'ignore', skipRefresh: context.flags.bool('skip-refresh'),
    debug: settings.debug, ...(epoch === undefined ? {} : { epoch }),
  }))
}

/** filepath.Clean. */
const folder = (path: string): string => normalize(path).replace(/(.)\/$/, '$1')

/** `pintle dependency list`. Upstream: List in pkg/action/dependency.go. */
export const dependencyList: Command = {
  use: 'dependency list CHART [flags]',
  long: 'Lists the dependencies a chart names, and what its charts/ has of them.',
  flags: [columnWidthFlag(80)],
  args: [0, 1],
  async run({ args, out, signal, flags }) {
    const path = args[0] === undefined ? '.' : folder(args[0])
    const { dependencies, warnings } = await listDependencies(path, { signal })
    if (dependencies === undefined) return out.line(`WARNING: no dependencies at ${join(path, 'charts')}`)
    out.write(table([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...dependencies.map((d) => [d.name, d.version, out.plain ? d.repository : withoutPassword(d.repository), d.status])], undefined, flags.number('max-col-width')))
    out.line()
    for (const warning of warnings) out.line(warning)
  },
}
