import { isEnded } from '../../../delivery/rollout/index.ts'
import type { Command } from '../command.ts'
import { evidenceFlag } from '../evidence-flag.ts'
import { signKeyFlag } from '../evidence-signer.ts'
import { configFlag, projectFolder, state } from '../rollout/act-on-rollout.ts'
import { collectEvidence } from '../rollout/collect-evidence.ts'
import { findRollout } from '../rollout/find-rollout.ts'
import { withSession } from '../session.ts'
import { carefulFlags } from '../waiting-flags.ts'

/** `pintle rollout evidence` */
export const rolloutEvidence: Command = {
  use: 'rollout evidence RELEASE [flags]',
  long: `Keeps the evidence of a rollout that ended without: one that a Job of the cluster ran, or whose process died before it could. Everything is in the cluster, beside the journal, until the
next rollout of the release begins. What runs now is verified, as after a release: health, tests, smoke checks.

Exit codes: 0 kept, 1 the release is not as it should be, 3 nothing could be kept, 5 it goes on, or is on record already, 6 kept: it was rolled back.`,
  flags: [{ name: 'again', type: 'bool', usage: 'also when a record was kept already' }, evidenceFlag, signKeyFlag, configFlag, ...carefulFlags],
  args: [1, 1],
  completes: ['release'],
  interrupts: 'stop',
  async run(context) {
    return await withSession(context, async (session) => {
      const { stored } = await findRollout(session.cluster, session.namespace, context.args[0], { signal: context.signal })
      const { journal, evidence } = stored
      if (!isEnded(journal)) throw state(journal, `it is ${journal.phase}: there is evidence at its end`)
      if (evidence !== undefined && !context.flags.bool('again')) throw state(journal, `it is on record already: ${evidence}`, '--again keeps another.')
      return await collectEvidence(context, session, stored, projectFolder(context))
    })
  },
}
