import { currentStep } from '../../../delivery/rollout/index.ts'
import type { Command } from '../command.ts'
import { actOnRollout, askingFlags, state } from '../rollout/act-on-rollout.ts'
import { newRequest } from '../rollout/ask-rollout.ts'
import { reasonFlag, reasonOf } from '../rollout/reason-flag.ts'

/** `pintle rollout pause` */
export const rolloutPause: Command = {
  use: 'rollout pause [RELEASE] [flags]',
  long: `Holds a rollout where it is: traffic stays as it is, the gates go on watching. 'pintle rollout resume' goes on.

The process that runs it is asked, wherever it is, and the command waits until it did. What changes traffic at this moment is finished first.

Exit codes: 0 paused, 3 not yet at the timeout, 5 refused.`,
  flags: [reasonFlag, ...askingFlags],
  args: [0, 1],
  completes: ['release'],
  interrupts: 'stop',
  async run(context) {
    return await actOnRollout(context, {
      verb: 'pause', rests: true,
      async decide({ stored: { journal } }) {
        if (journal.phase === 'paused') throw state(journal, 'it is paused already')
        if (journal.phase === 'aborting' || journal.phase === 'failed') throw state(journal, 'it is on its way back')
        if (currentStep(journal) === undefined) throw state(journal, 'the new version is the release already, or becomes it now')
        return newRequest('pause', reasonOf(context.flags))
      },
    })
  },
}
