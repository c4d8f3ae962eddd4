import { currentStep, type Journal } from '../../../delivery/rollout/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { usage } from '../flags.ts'
import { actOnRollout, actingFlags, state } from '../rollout/act-on-rollout.ts'
import { approveFlags, signStep } from '../rollout/approve-step.ts'
import { newRequest } from '../rollout/ask-rollout.ts'
import { reasonFlag, reasonOf } from '../rollout/reason-flag.ts'
import { gateCells, line, stepTitle } from '../rollout/words.ts'

/** `pintle rollout promote` */
export const rolloutPromote: Command = {
  use: 'rollout promote [RELEASE] [flags]',
  long: `Goes on to the next step: from a pause, or from a step that waits for approval, which --sign-key signs.

A step whose gates have not passed, a wait that is not over or a check that has not passed is passed over only with --skip-gates and --reason, which stand in the journal and the evidence
from then on. --full passes over all steps that are left.

Exit codes: 0 it goes on, 1 failed, 3 not taken at the timeout, 5 refused, 6 aborted (where this process runs it to its end).`,
  examples: `pintle rollout promote checkout-api -n prod
pintle rollout promote checkout-api -n prod --sign-key ~/keys/alice.key
pintle rollout promote checkout-api -n prod --skip-gates --reason "INC-4711: fix of the outage"`,
  flags: [
    { name: 'full', type: 'bool', usage: 'pass over all steps that are left; needs --reason' },
    { name: 'skip-gates', type: 'bool', usage: 'go on though the step is not done; needs --reason' },
    reasonFlag, ...approveFlags, ...actingFlags.map((f) => (f.name === 'sign-key' ? { ...f, usage: 'private key that approves the step, and signs the evidence where it is kept here (default: PINTLE_SIGN_KEY; passphrase: PINTLE_KEY_PASSPHRASE)' } : f)),
  ],
  args: [0, 1],
  completes: ['release'],
  interrupts: 'stop',
  run: async (context) => await actOnRollout(context, { verb: 'promote', decide: async ({ stored: { journal } }) => await decided(context, journal) }),
}

async function decided(context: CommandContext, journal: Journal): Promise<ReturnType<typeof newRequest>> {
  const { flags } = context
  const given = reasonOf(flags)
  const full = flags.bool('full')
  const skip = flags.bool('skip-gates') || full
  if (skip && given.reason === undefined) throw usage(`${full ? '--full' : '--skip-gates'} needs --reason`, 'It stands in the journal and the evidence.')
  if (journal.phase === 'beginning') throw state(journal, 'the new version does not run yet')
  if (journal.phase === 'aborting' || journal.phase === 'failed') throw state(journal, 'it is on its way back')
  const step = currentStep(journal)
  if (step === undefined) throw state(journal, journal.phase === 'watching' ? 'the new version is the release already, and watched' : 'the new version becomes the release at this moment')
  if (full) return newRequest('promote', { ...given, full })
  if (step.kind === 'approval') return newRequest('promote', { ...given, approval: await signStep(context, journal, step) })
  if (step.kind === 'pause' || skip) return newRequest('promote', given)
  throw state(journal, notDone(journal, step), 'Wait for it, or pass it over with --skip-gates --reason TEXT.')
}

/** Why a step is not over. */
function notDone(journal: Journal, step: NonNullable<ReturnType<typeof currentStep>>): string {
  const title = `step ${journal.step + 1} (${stepTitle(step)})`
  if (step.kind !== 'gate') return `${title} is not over`
  const open = journal.steps.find((s) => s.step === journal.step)?.evaluations.filter((e) => e.verdict !== 'pass') ?? []
  const why = journal.phase === 'holding' && journal.message !== undefined ? line(journal.message) : open.map((e) => gateCells(e).filter(Boolean).join(' ')).join('; ')
  return `the gates of ${title} have not passed${why === '' ? '' : `: ${why}`}`
}
