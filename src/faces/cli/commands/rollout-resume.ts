import { currentStep } from '../../../delivery/rollout/index.ts'
import type { Command } from '../command.ts'
import { actOnRollout, actingFlags, state } from '../rollout/act-on-rollout.ts'
import { newRequest } from '../rollout/ask-rollout.ts'
import { reasonFlag, reasonOf } from '../rollout/reason-flag.ts'
import { lostReason, policyForLost } from '../rollout/screen-state.ts'

/** `pintle rollout resume` */
export const rolloutResume: Command = {
  use: 'rollout resume [RELEASE] [flags]',
  long: `Goes on with a rollout that was paused, or whose runner died.

Where somebody runs it, they are asked. Where nobody does any more, this process takes it over and runs it to its end; with --detach a Job of the cluster does, and
the command returns. A rollout whose runner was gone for longer than its policy allows ('lost: abort') is aborted instead, unless --reason says why it is not.

Exit codes: 0 promoted (or asked, where somebody else runs it), 1 failed, 5 refused, 6 aborted: the old version is the release again.`,
  examples: `pintle rollout resume checkout-api -n prod
pintle rollout resume checkout-api -n prod --detach --image ghcr.io/acme/pintle:1.4.0`,
  flags: [reasonFlag, ...actingFlags],
  args: [0, 1],
  completes: ['release'],
  interrupts: 'stop',
  async run(context) {
    return await actOnRollout(context, {
      verb: 'resume',
      async decide({ stored: { journal }, runner }) {
        const given = reasonOf(context.flags)
        const step = currentStep(journal)
        const awaits = journal.phase === 'paused' && (step?.kind === 'pause' || step?.kind === 'approval')
        if (awaits && !runner.lost) throw state(journal, `this ${step.kind} is a step of the rollout`, `\`pintle rollout promote ${journal.release} -n ${journal.namespace}${step.kind === 'approval' ? ' --sign-key KEY' : ''}\` goes on.`)
        if (given.reason === undefined && policyForLost({ journal, runner }, Date.now()) === 'abort') {
          const reason = lostReason({ journal, runner }, Date.now())
          context.out.warn(`${journal.release} is aborted: ${reason} (--reason TEXT goes on in spite of that)`)
          return newRequest('abort', { reason })
        }
        const stopped = journal.phase === 'holding' || (journal.phase === 'paused' && !awaits)
        return stopped ? newRequest('resume', given) : undefined
      },
    })
  },
}
