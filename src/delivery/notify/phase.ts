/** Where a release stands. `progressing` and `paused` are of those that go in steps: it goes on by itself, or waits for somebody. */
export const phases = ['waiting', 'started', 'progressing', 'paused', 'deployed', 'failed', 'rolled-back'] as const
export type Phase = (typeof phases)[number]
