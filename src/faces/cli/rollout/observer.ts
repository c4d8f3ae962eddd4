import { openMover, readTarget, type Journal, type Mover, type Observed } from '../../../delivery/rollout/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { CommandContext, Session } from '../command.ts'
import { operator } from '../operator.ts'
import { recordsFor } from '../records.ts'

/** Looks at pods and traffic of a rollout without changing anything; who may not look sees what the journal says. */
export function observer({ settings, signal: all, out }: Pick<CommandContext, 'settings' | 'signal' | 'out'>, session: Session, journal: Journal): { observe(signal?: AbortSignal): Promise<Observed | undefined> } {
  let mover: Promise<Mover> | undefined
  let told = false
  const open = async (): Promise<Mover> => {
    const cluster = session.cluster.in(journal.namespace)
    const target = await readTarget(cluster, journal.namespace, journal.release, { signal: all })
    return await openMover({ cluster, driver: recordsFor(session, journal.namespace, settings.driver), journal, target, by: operator() })
  }
  return {
    async observe(signal = all) {
      try {
        return await (await (mover ??= open())).observe(signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!isPintleError(error)) throw error
        if (!told) out.warn(`pods and traffic cannot be looked at: ${error.message}`)
        told = true
        return undefined
      }
    },
  }
}
