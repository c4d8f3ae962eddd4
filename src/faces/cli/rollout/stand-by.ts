import { setTimeout as sleep } from 'node:timers/promises'
import { askRollout, isEnded, readTarget, type Journal, type RolloutRequest } from '../../../delivery/rollout/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { CommandContext, Session } from '../command.ts'
import { usage } from '../flags.ts'
import { operator } from '../operator.ts'
import { newRequest } from './ask-rollout.ts'
import { endText, exitCodeOf } from './exit-code.ts'
import { findRollout, type Found } from './find-rollout.ts'
import { rolloutScreen, type RolloutScreen } from './rollout-screen.ts'
import { runKept } from './run-kept.ts'
import { lostReason, policyForLost } from './screen-state.ts'

/** Milliseconds between two looks at a rollout that somebody else runs. */
const every = 1000

/** Runs a rollout to its end as soon as nobody else does. @returns the exit code */
export async function standBy(context: CommandContext, session: Session): Promise<number> {
  const { args, flags, out, signal } = context
  const screen = rolloutScreen(out, flags.string('progress'))
  let told = ''
  for (;;) {
    const found = await findRollout(session.cluster, session.namespace, args[0], { signal })
    const { stored: { journal }, runner } = found
    const holder = runner.lease !== undefined && !runner.lost ? runner.lease.holder : undefined
    const done = isEnded(journal) || holder !== undefined ? undefined : await take(context, session, found, screen)
    const end = done ?? journal
    if (isEnded(end) || end.phase === 'failed' && done !== undefined) {
      screen.close({ journal: end, exitCode: exitCodeOf(end), message: endText(end) })
      out.line(endText(end))
      return exitCodeOf(end)
    }
    if (holder !== undefined && holder !== told) out.note(`${holder} runs it: standing by`)
    told = holder ?? ''
    await sleep(every, undefined, { signal })
  }
}

/** When somebody decided that it goes on. @throws PintleError usage */
function decided({ flags }: CommandContext): number {
  const text = flags.string('since')
  if (text === '') return 0
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw usage(`--since is a time like 2026-03-01T09:00:00Z, not ${JSON.stringify(text)}`)
  return at
}

/** @returns how it stands afterwards; undefined when somebody else was quicker */
async function take(context: CommandContext, session: Session, found: Found, screen: RolloutScreen): Promise<Journal | undefined> {
  const { signal } = context
  const { stored, runner } = found
  const { journal } = stored
  const lost = policyForLost({ journal, runner }, Date.now(), decided(context)) === 'abort' && !['aborting', 'failed', 'promoting'].includes(journal.phase)
  const current = lost ? await askRollout(session.cluster, journal.namespace, journal.release, newRequest('abort', { reason: lostReason({ journal, runner }, Date.now()) }), { signal }) : stored
  screen.show(current.journal)
  try {
    return await runHere(context, session, current, screen)
  } catch (error) {
    if (isPintleError(error, 'rollout.taken')) return undefined
    throw error
  }
}

async function runHere(context: CommandContext, session: Session, stored: Found['stored'], screen: RolloutScreen): Promise<Journal> {
  const { journal: { namespace, release } } = stored
  const target = await readTarget(session.cluster, namespace, release, { signal: context.signal })
  return (await runKept({ context, session, stored, target, by: operator(), base: process.cwd(), onEvent: screen.onEvent })).journal
}

/** Aborts a rollout that nobody runs, without evidence of its own: the journal says why. @returns the exit code */
export async function abortHere(context: CommandContext, session: Session, { stored: { journal: { namespace, release } } }: Found, request: RolloutRequest): Promise<number> {
  const { flags, out, signal } = context
  const asked = await askRollout(session.cluster, namespace, release, request, { signal })
  const screen = rolloutScreen(out, flags.string('progress'))
  screen.show(asked.journal)
  const journal = await runHere(context, session, asked, screen)
  screen.close({ journal, exitCode: exitCodeOf(journal), message: endText(journal) })
  out.line(endText(journal))
  return exitCodeOf(journal)
}
