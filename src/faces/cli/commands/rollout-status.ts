import { isEnded } from '../../../delivery/rollout/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { newRequest } from '../rollout/ask-rollout.ts'
import { endText, exitCodeOf } from '../rollout/exit-code.ts'
import { findRollout, type Found } from '../rollout/find-rollout.ts'
import { followRollout } from '../rollout/follow-rollout.ts'
import { observer } from '../rollout/observer.ts'
import { rolloutScreen } from '../rollout/rollout-screen.ts'
import { lostReason, policyForLost, stateOf } from '../rollout/screen-state.ts'
import { statusData } from '../rollout/status-data.ts'
import { statusText } from '../rollout/status-text.ts'
import { withSession } from '../session.ts'
import { printStructured } from '../structured.ts'
import { progressFlag } from '../waiting-flags.ts'

/** `pintle rollout status` */
export const rolloutStatus: Command = {
  use: 'rollout status [RELEASE] [flags]',
  long: `Shows a rollout: every step with its weight, pods and verdicts, the gates with values, thresholds and counts, what holds pods up, who runs it and when that was last
heard of, what comes next and what to type. With --watch it follows the rollout to its end, from any machine.

Without RELEASE it is the one under way in the namespace. What has no rollout of Pintle is looked for as KIND/NAME or NAME of a Deployment, StatefulSet or DaemonSet, a Rollout of Argo or a
Canary of Flagger, and shown as far as its own status goes.

A rollout whose runner is gone is said to be lost. With --watch, and 'lost: abort' in its policy, it is aborted here once it was gone for longer than the policy waits.

Exit codes with --watch, or when it is over: 0 promoted, 1 failed or superseded, 3 it goes on, or holds, at the timeout or without a runner, 5 refused before anything was changed, 6 aborted: the
old version is the release again. Without --watch a rollout under way is 0.`,
  examples: `pintle rollout status checkout-api -n prod
pintle rollout status checkout-api -n prod --watch --timeout 2h
pintle rollout status deployment/web -n shop --watch`,
  flags: [
    { name: 'watch', short: 'w', type: 'bool', usage: 'follow it to its end' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'with --watch: how long; 0 for as long as it takes' },
    progressFlag, outputFlag,
  ],
  args: [0, 1],
  completes: ['release'],
  interrupts: 'stop',
  async run(context) {
    return await withSession(context, async (session) => {
      const found = await findOrWorkload(context, session)
      if (typeof found === 'number') return found
      return context.flags.bool('watch') && !isEnded(found.stored.journal) ? await watch(context, session, found) : await once(context, session, found)
    })
  },
}

async function findOrWorkload(context: CommandContext, session: Session): Promise<Found | number> {
  const [name] = context.args
  const call = { signal: context.signal }
  if (name?.includes('/')) return await (await import('../rollout/workload-status.ts')).workloadStatus(context, session, name)
  try {
    return await findRollout(session.cluster, session.namespace, name, call)
  } catch (error) {
    if (name === undefined || !isPintleError(error, 'rollout.none')) throw error
    return await (await import('../rollout/workload-status.ts')).workloadStatus(context, session, name, error)
  }
}

async function once(context: CommandContext, session: Session, { stored: { journal, evidence }, runner }: Found): Promise<number> {
  const { out, signal } = context
  const observed = isEnded(journal) ? undefined : await observer(context, session, journal).observe(signal)
  const state = stateOf(journal, { runner, ...(observed && { observed }), ...(evidence !== undefined && { evidence }) })
  if (!printStructured(context, () => statusData(state))) out.write(statusText(state, { out, now: Date.now() }))
  return isEnded(journal) ? exitCodeOf(journal) : 0
}

async function watch(context: CommandContext, session: Session, begin: Found): Promise<number> {
  const { flags, out, signal } = context
  const screen = rolloutScreen(out, flags.string('progress'))
  screen.show(begin.stored.journal, begin.runner)
  const { observe } = observer(context, session, begin.stored.journal)
  const { found, why } = await followRollout(begin, { cluster: session.cluster, screen, timeout: flags.duration('timeout'), observe, signal })
  const { stored: { journal }, runner } = found
  const code = exitCodeOf(journal)
  if (why === 'lost' && policyForLost({ journal, runner }, Date.now()) === 'abort') {
    screen.close()
    const reason = lostReason({ journal, runner }, Date.now())
    out.warn(`${journal.release} is aborted: ${reason}`)
    const { abortHere } = await import('../rollout/stand-by.ts')
    return await abortHere(context, session, found, newRequest('abort', { reason }))
  }
  const message = why === 'lost' ? `${journal.release}: nobody runs it any more: pintle rollout resume ${journal.release} -n ${journal.namespace}, or abort` : why === 'gone' ? `${journal.release}: its journal was removed, or is of another rollout now` : endText(journal)
  screen.close({ journal, exitCode: code, message })
  if (!printStructured(context, () => statusData(stateOf(journal, { runner })))) out.line(message)
  return code
}
