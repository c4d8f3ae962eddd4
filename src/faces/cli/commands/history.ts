import { releaseHistory } from '../../../cluster/release/index.ts'
import { actionOptions } from '../change-options.ts'
import type { Command } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { formatTime } from '../go-dates.ts'
import { withSession } from '../session.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'
import { appVersion, chartName } from './list.ts'

/** `pintle history` */
export const history: Command = {
  use: 'history RELEASE_NAME [flags]',
  long: "Prints a release's revisions, oldest first.",
  flags: [
    { name: 'max', type: 'int', default: 256, usage: 'at most this many, the newest' },
    { name: 'show-rollback-revision', type: 'bool', usage: 'a column for the revision that was rolled back to' },
    outputFlag,
  ],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { flags, args, out } = context
    const revisions = await withSession(context, (session) => releaseHistory({ ...actionOptions(context, session), name: args[0]!, max: flags.number('max') }))
    // Helm shows none for a --max of 0.
    const rows = (flags.number('max') <= 0 ? [] : revisions).map(({ record: r }) => ({
      revision: r.version, updated: r.info.last_deployed, status: r.info.status as string, chart: chartName(r), app_version: appVersion(r),
      rollback_revision: r.info.rollback_revision || undefined, description: r.info.description ?? '',
    }))
    if (printStructured(context, () => rows)) return 0
    const rollback = flags.bool('show-rollback-revision')
    const header = ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', ...(rollback ? ['ROLLBACK'] : []), 'DESCRIPTION']
    out.write(table([header, ...rows.map((r) => [
      String(r.revision), formatTime(r.updated) || 'Mon Jan  1 00:00:00 0001', r.status, r.chart, r.app_version, ...(rollback ? [String(r.rollback_revision ?? '')] : []), r.description,
    ])]))
    return 0
  },
}
