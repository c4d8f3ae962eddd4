import { dirname, resolve } from 'node:path'
import { isEnded, type Journal, type RolloutRequest } from '../../../delivery/rollout/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { CommandContext, Session } from '../command.ts'
import { evidenceFlag } from '../evidence-flag.ts'
import { signKeyFlag } from '../evidence-signer.ts'
import type { FlagSpec } from '../flags.ts'
import { withSession } from '../session.ts'
import { carefulFlags, progressFlag } from '../waiting-flags.ts'
import { askFor } from './ask-rollout.ts'
import { continueRollout } from './continue-rollout.ts'
import { endText, exitCodeOf } from './exit-code.ts'
import { findRollout, type Found } from './find-rollout.ts'
import { followRollout } from './follow-rollout.ts'
import { rolloutScreen } from './rollout-screen.ts'
import { detachFlags, startDetached } from './start-detached.ts'
import { length } from './words.ts'

export const configFlag: FlagSpec = { name: 'config', type: 'string', default: 'pintle.yaml', usage: 'path of pintle.yaml: evidence, trust and notices, where it is at hand' }

/** Flags of the verbs that ask whoever runs it. */
export const askingFlags: readonly FlagSpec[] = [
  { name: 'timeout', type: 'duration', default: '5m0s', usage: 'how long to wait until the process that runs it took the request' },
  { name: 'watch', short: 'w', type: 'bool', usage: 'then follow it to its end' },
  progressFlag,
]

/** Flags of those that go on where nobody runs it: as `pintle release` would have, evidence included. */
export const actingFlags: readonly FlagSpec[] = [...askingFlags.filter((f) => f !== progressFlag), ...carefulFlags, evidenceFlag, signKeyFlag, configFlag, ...detachFlags]

export interface Action {
  readonly verb: RolloutRequest['verb']
  /**
   * What is asked for; undefined where it is enough that somebody goes on.
   * @throws PintleError rollout.state, usage: why it cannot be done now, so that nothing is asked
   */
  readonly decide: (found: Found) => Promise<RolloutRequest | undefined>
  /** Nobody has to go on for it: the request waits for whoever does. */
  readonly rests?: boolean
  /** The end of the rollout is what the command waits for. */
  readonly ends?: boolean
}

/**
 * Does one thing to a rollout under way: asks the process that runs it, or, where nobody does, goes on here until the rollout's end.
 * @returns the exit code
 */
export async function actOnRollout(context: CommandContext, action: Action): Promise<number> {
  const { args, signal } = context
  return await withSession(context, async (session) => {
    const found = await findRollout(session.cluster, session.namespace, args[0], { signal })
    requireUnderWay(found)
    const request = await action.decide(found)
    if (request !== undefined) return await ask(context, session, found, { request, ...action })
    if (!found.runner.lost) throw state(found.stored.journal, `it is ${found.stored.journal.phase}, and ${found.runner.lease?.holder ?? 'somebody'} runs it`)
    return await goOn(context, session, found)
  })
}

async function ask(context: CommandContext, session: Session, found: Found, { request, rests = false, ends = false }: Action & { readonly request: RolloutRequest }): Promise<number> {
  const { flags, out, signal } = context
  const { cluster } = session
  const screen = rolloutScreen(out, flags.string('progress'))
  const timeout = flags.duration('timeout')
  if (!found.runner.lost) out.note(`asking ${found.runner.lease?.holder ?? 'the process that runs it'} to ${request.verb}`)
  const answer = await askFor(found, request, { cluster, screen, timeout, signal })
  const { stored: { journal } } = answer.found
  if (answer.kind === 'lost') {
    if (!rests) return await goOn(context, session, answer.found)
    out.line(`${journal.release}: nobody runs it; the request waits for whoever goes on: pintle rollout resume ${journal.release} -n ${journal.namespace}`)
    return 0
  }
  if (answer.kind === 'waiting') {
    out.line(`${journal.release}: asked, and not taken within ${length(timeout)}: what is under way has to end first`)
    return 3
  }
  if (answer.refused !== undefined) throw state(journal, answer.refused)
  if (isEnded(journal) || (!flags.bool('watch') && !ends)) return said(context, journal, { request, ends })
  const followed = await followRollout(answer.found, { cluster, screen, timeout: flags.bool('watch') ? 0 : timeout, signal })
  const { journal: last } = followed.found.stored
  screen.close({ journal: last, exitCode: exitCodeOf(last), message: endText(last) })
  return said(context, last, { request, ends })
}

/** Where evidence, checks and scripts are at home. */
export const projectFolder = ({ flags }: Pick<CommandContext, 'flags'>): string => dirname(resolve(flags.string('config')))

/** In this process, or in a Job of the cluster. */
async function goOn(context: CommandContext, session: Session, found: Found): Promise<number> {
  const { flags } = context
  if (flags.has('detach') && flags.bool('detach')) return await startDetached(context, session, found)
  return await continueRollout(context, session, found.stored, projectFolder(context))
}

function requireUnderWay({ stored: { journal } }: Found): void {
  if (journal.phase === 'promoted') throw state(journal, `it is promoted already: revision ${journal.to.revision} is the release`, `\`pintle rollout undo ${journal.release} -n ${journal.namespace}\` goes back.`)
  if (isEnded(journal)) throw state(journal, `nothing is under way: the last one was ${journal.phase} at ${journal.transitions.at(-1)?.at ?? journal.started}`)
}

function said({ out }: CommandContext, journal: Journal, { request, ends }: { readonly request: RolloutRequest; readonly ends: boolean }): number {
  const code = exitCodeOf(journal)
  out.line(endText(journal))
  // Who asked for something that goes on, or for the abort, got what was asked for.
  if (code === 3) return ends ? 3 : 0
  return request.verb === 'abort' && journal.phase === 'aborted' ? 0 : code
}

/** A refusal: where a rollout stands, and why that cannot be done there. */
export function state(journal: Pick<Journal, 'release' | 'namespace'>, why: string, hint = `\`pintle rollout status ${journal.release} -n ${journal.namespace}\` shows where it stands.`): PintleError {
  return new PintleError('rollout.state', `rollout of ${journal.release}: ${why}`, { hint })
}
