import { releaseStatus, releaseTables } from '../../../cluster/release/index.ts'
import { actionOptions } from '../change-options.ts'
import type { Command } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { printRelease } from '../print-release.ts'
import { resourceTable } from '../resource-table.ts'
import { withSession } from '../session.ts'

/** `pintle status` */
export const status: Command = {
  use: 'status RELEASE_NAME [flags]',
  long: 'Shows the state of a release: its last operation, its live objects, its last tests, its notes.',
  flags: [
    { name: 'revision', type: 'int', default: 0, usage: 'of this revision; the last when left out', completes: 'revision' },
    { name: 'show-resources', type: 'bool', usage: 'accepted for Helm 3; resources are always shown' },
    { name: 'show-desc', type: 'bool', usage: 'accepted for Helm 3; the description is always shown' },
    outputFlag,
  ],
  args: [1, 1],
  completes: ['release'],
  async run(context) {
    const { flags, args } = context
    await withSession(context, async (session) => {
      const options = { ...actionOptions(context, session), name: args[0]!, version: flags.number('revision') }
      if (flags.string('output') === 'table') {
        const { record, tables } = await releaseTables(options)
        printRelease(context, record, { resources: resourceTable(tables) })
        return
      }
      const { record: { chart: _chart, ...record }, resources } = await releaseStatus(options)
      printRelease(context, record, { live: resources?.objects })
    })
    return 0
  },
}
