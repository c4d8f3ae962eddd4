import { randomUUID } from 'node:crypto'
import { askRollout, type Journal, type RolloutRequest } from '../../../delivery/rollout/index.ts'
import { operator } from '../operator.ts'
import { readAgain, type Found } from './find-rollout.ts'
import { between, followRollout, type FollowOptions } from './follow-rollout.ts'

/** What became of a request. */
export type Answer =
  /** `refused`: and why it was not done. */
  | { readonly kind: 'taken'; readonly found: Found; readonly refused?: string }
  /** Nobody took it within the time. */
  | { readonly kind: 'waiting'; readonly found: Found }
  /** Who ran it is gone: it waits in the journal for the next. */
  | { readonly kind: 'lost'; readonly found: Found }

export const newRequest = (verb: RolloutRequest['verb'], more: Partial<Pick<RolloutRequest, 'full' | 'reason' | 'approval'>> = {}): RolloutRequest =>
  ({ id: randomUUID(), verb, by: operator(), at: new Date().toISOString(), ...more })

/**
 * Puts a request into the journal and, where somebody runs the rollout, waits until they took it.
 * @throws PintleError rollout.none, rollout.state
 */
export async function askFor({ stored, runner }: Found, request: RolloutRequest, options: FollowOptions): Promise<Answer> {
  const { cluster, signal } = options
  const { namespace, release } = stored.journal
  const call = signal ? { signal } : {}
  await askRollout(cluster, namespace, release, request, call)
  if (runner.lost) return { kind: 'lost', found: (await readAgain(cluster, stored, call)) ?? { stored, runner } }
  const open = ({ stored: { journal } }: Found): boolean => journal.requests.some((r) => r.id === request.id)
  // The journal that was read before does not hold it yet.
  const asked = await readAgain(cluster, stored, call)
  for (const event of asked === undefined ? [] : between(stored.journal, asked.stored.journal)) options.screen.onEvent(event)
  const { found } = await followRollout(asked ?? { stored, runner }, { ...options, until: (now) => !open(now) || now.runner.lost })
  if (!open(found)) return { kind: 'taken', found, ...refusal(request, stored.journal, found.stored.journal) }
  return { kind: found.runner.lost ? 'lost' : 'waiting', found }
}

/** What the engine says of a request that it did not do. */
function refusal({ verb, by }: RolloutRequest, before: Journal, now: Journal): { refused?: string } {
  const start = `${verb} by ${by} was not done: `
  const said = between(before, now).findLast((e) => e.type === 'transition' && e.transition.detail.startsWith(start))
  return said?.type === 'transition' ? { refused: said.transition.detail.slice(start.length) } : {}
}
