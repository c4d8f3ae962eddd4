import { rollback as runRollback } from '../../../cluster/release/index.ts'
import { applyOptions, changeOptions } from '../change-options.ts'
import type { Command } from '../command.ts'
import { conflictFlag, timeoutFlag, waitFlag, waitForJobsFlag } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { reportCheck } from '../print-findings.ts'
import { progress } from '../progress.ts'
import { dryRunOf } from '../release-flags.ts'
import { withSession } from '../session.ts'
import { waitingFlags } from '../waiting-flags.ts'
import { serverSide } from './upgrade.ts'

/** `pintle rollback` */
export const rollback: Command = {
  use: 'rollback <RELEASE> [REVISION] [flags]',
  long: `Makes an earlier revision of a release the current one again, as a new revision.

Without REVISION (or with 0) it is the one before the last. Works on a release stuck in a pending state too.`,
  flags: [
    { name: 'description', type: 'string', usage: 'description stored with the new revision' },
    { name: 'force-replace', type: 'bool', usage: 'update resources by replacing them' },
    { name: 'force', type: 'bool', usage: '', aliasOf: 'force-replace', deprecated: 'use --force-replace instead' },
    { name: 'force-conflicts', type: 'bool', usage: 'server-side apply takes fields over from other managers' },
    { name: 'server-side', type: 'string', default: 'auto', usage: "'true', 'false', or 'auto': as the target revision was applied", completes: ['auto', 'true', 'false'] },
    conflictFlag,
    { name: 'no-hooks', type: 'bool', usage: 'run no hooks' },
    timeoutFlag, waitFlag, waitForJobsFlag, ...waitingFlags,
    { name: 'cleanup-on-fail', type: 'bool', usage: 'delete what a failed rollback created' },
    { name: 'history-max', type: 'int', usage: 'revisions to keep; 0 for all (default 10)' },
    { name: 'dry-run', type: 'string', noValue: 'unset', default: 'none', usage: "'none', 'client' or 'server': change nothing", completes: ['none', 'client', 'server'] },
  ],
  args: [1, 2],
  completes: ['release', 'revision'],
  interrupts: 'stop',
  exclusive: [['force-replace', 'force-conflicts'], ['force', 'force-conflicts']],
  async run(context) {
    const { flags, args, out, settings } = context
    if (args[1] !== undefined && !/^[+-]?\d+$/.test(args[1])) {
      throw usage(`could not convert revision to a number: strconv.Atoi: parsing ${JSON.stringify(args[1])}: invalid syntax`)
    }
    const dryRun = dryRunOf(flags, (text) => out.warn(text))
    return withSession(context, async (session) => {
      const shown = progress(out, flags.string('progress'))
      const { check } = await shown.of(runRollback({
        ...changeOptions(context, session),
        name: args[0]!,
        version: Number(args[1] ?? 0),
        serverSide: serverSide(flags.string('server-side')),
        ...applyOptions(context),
        cleanupOnFail: flags.bool('cleanup-on-fail'),
        maxHistory: flags.changed('history-max') ? flags.number('history-max') : settings.maxHistory,
        ...(dryRun ? { dryRun } : {}),
        onEvent: shown.onEvent,
      }))
      const code = reportCheck(out, check)
      if (code === 0) out.line('Rollback was a success! Happy Helming!')
      return code
    })
  },
}
