import { setTimeout as pause } from 'node:timers/promises'
import { PintleError } from '../../../errors/index.ts'

/** What one look came to: the answer, or why there is none yet. `bounded: false` is a wait that may last as long as its owner likes: a timed pause, an analysis. */
export type Look<T> = { readonly done: T } | { readonly waiting: string; readonly bounded?: false }

export interface UntilOptions {
  /** What is waited for: `Rollout/web to reach 25%`. */
  readonly what: string
  /** Milliseconds between two looks. */
  readonly every: number
  /** Milliseconds without any change after which it is given up. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks until there is an answer. Patience begins anew whenever what is waited for says something else than before.
 * @throws PintleError rollout.controller when nothing moves any more, and what `look` throws
 */
export async function until<T>(options: UntilOptions, look: () => Promise<Look<T>>): Promise<T> {
  const { what, every, timeout, signal } = options
  let last = ''
  let since = Date.now()
  for (;;) {
    signal?.throwIfAborted()
    const seen = await look()
    if ('done' in seen) return seen.done
    if (seen.waiting !== last || seen.bounded === false) since = Date.now()
    last = seen.waiting
    if (Date.now() - since >= timeout) {
      throw new PintleError('rollout.controller', `waited ${Math.round(timeout / 1000)} s in vain for ${what}: ${last}`, { hint: 'Is its controller running, and does it look after this namespace?' })
    }
    await pause(every, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
  }
}
