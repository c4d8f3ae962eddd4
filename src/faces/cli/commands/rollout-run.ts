import type { Command } from '../command.ts'
import { standBy } from '../rollout/stand-by.ts'
import { withSession } from '../session.ts'
import { carefulFlags } from '../waiting-flags.ts'

/** `pintle rollout run` */
export const rolloutRun: Command = {
  use: 'rollout run RELEASE [flags]',
  long: `Runs a rollout that the cluster keeps, from where it stands to its end: what the Job does that 'pintle rollout resume --detach' starts. While somebody else runs it, it stands by, and
takes over when they are gone. A rollout that is over already is only told.

It needs no pintle.yaml and keeps no evidence of its own: the journal holds everything, and 'pintle rollout status' on a machine with an evidence store collects it.

Exit codes: 0 promoted, 1 failed, or it could not go on, 5 refused before anything was changed, 6 aborted: the old version is the release again.`,
  flags: [
    { name: 'since', type: 'string', placeholder: 'TIME', usage: 'when somebody decided that it goes on: what the policy for a lost runner counts from' },
    ...carefulFlags,
  ],
  args: [1, 1],
  completes: ['release'],
  interrupts: 'stop',
  run: async (context) => await withSession(context, async (session) => await standBy(context, session)),
}
