import type { Command } from '../command.ts'
import { actOnRollout, actingFlags, state } from '../rollout/act-on-rollout.ts'
import { newRequest } from '../rollout/ask-rollout.ts'
import { reasonFlag, reasonOf } from '../rollout/reason-flag.ts'

/** `pintle rollout abort` */
export const rolloutAbort: Command = {
  use: 'rollout abort [RELEASE] [flags]',
  long: `Ends a rollout by going back: traffic first, then the release is rolled back to the revision that served before, at its full size.

The process that runs it is asked, and the command waits until the old version is the release again. Where nobody runs it any more this process does it.

Exit codes: 0 aborted, 1 going back failed, 3 not yet at the timeout, 5 refused: nothing is under way.`,
  flags: [reasonFlag, ...actingFlags],
  args: [0, 1],
  completes: ['release'],
  interrupts: 'stop',
  async run(context) {
    return await actOnRollout(context, {
      verb: 'abort', ends: true,
      async decide({ stored: { journal }, runner }) {
        if (journal.phase === 'promoting' && !runner.lost) throw state(journal, 'the new version becomes the release at this moment', `Once it is: \`pintle rollout undo ${journal.release} -n ${journal.namespace}\`.`)
        // One that failed on its way back, or whose runner died there, only has to go on.
        if (runner.lost && (journal.phase === 'aborting' || journal.phase === 'failed')) return undefined
        return newRequest('abort', reasonOf(context.flags))
      },
    })
  },
}
