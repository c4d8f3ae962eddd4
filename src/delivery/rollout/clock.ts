import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../gates/index.ts'

/** The machine's clock. @param compression waits are divided by it: only for simulated clusters */
export const realClock = (compression = 1): Clock => ({
  now: () => Date.now(),
  async sleep(ms, signal) {
    await pause(Math.max(0, Math.min(ms / compression, 2 ** 31 - 1)), undefined, signal && { signal })
  },
  compression,
})

/** Never resolves; rejects when the signal fires. */
export const untilAborted = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => {
  if (signal.aborted) reject(signal.reason as Error)
  else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
})
