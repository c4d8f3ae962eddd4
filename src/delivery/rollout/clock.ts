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
