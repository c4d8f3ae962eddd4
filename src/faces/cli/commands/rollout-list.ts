import { listJournals } from '../../../delivery/rollout/index.ts'
import type { Command } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { listRow } from '../rollout/status-data.ts'
import { runnerOf } from '../rollout/screen-state.ts'
import { withSession } from '../session.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

/** `pintle rollout list` */
export const rolloutList: Command = {
  use: 'rollout list [flags]',
  long: `Lists the rollouts that a namespace (or, with -A, every one) keeps: those under way, and the last of each release. One that nobody runs any more is marked as lost.`,
  flags: [
    { name: 'all-namespaces', short: 'A', type: 'bool', usage: 'of all namespaces' },
    { name: 'short', short: 'q', type: 'bool', usage: 'print the names of releases only' },
    outputFlag,
  ],
  args: [0, 0],
  completes: [],
  interrupts: 'stop',
  async run(context) {
    const { flags, out, signal } = context
    const found = await withSession(context, ({ cluster, namespace }) => listJournals(cluster, flags.bool('all-namespaces') ? undefined : namespace, { signal }))
    const rows = found.map(({ journal, runner }) => listRow({ journal, runner: runnerOf(journal, runner, Date.now()) }))
    if (flags.bool('short')) {
      if (!printStructured(context, () => rows.map((r) => r.release))) for (const { release } of rows) out.line(release)
      return 0
    }
    if (printStructured(context, () => rows)) return 0
    const header = ['RELEASE', 'NAMESPACE', 'STRATEGY', 'ROUTER', 'PHASE', 'STEP', 'WEIGHT', 'REVISIONS', 'STARTED', 'RUNNER']
    out.write(table([header, ...rows.map((r) => Object.values(r))], (cell, row) => (row === 0 ? out.style('bold', cell) : cell)))
    return 0
  },
}
