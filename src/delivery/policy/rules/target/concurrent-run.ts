import type { Rule } from '../../rule.ts'

export default {
  id: 'target/concurrent-run',
  title: 'No other run works on the release.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Two runs on one release interleave: each prunes what the other made, and the record of the slower one wins.',
  fix: 'Wait for the other run to end: its Lease says who it is. A run that died lets go of its Lease after half a minute.',
  check({ target }) {
    const release = target?.release
    if (release === undefined) return target?.unread?.release ?? 'the release was not looked at'
    return release.heldBy === undefined ? [] : [{ message: `${release.heldBy} works on ${release.name}` }]
  },
} satisfies Rule as Rule
