import type { Rule } from '../../rule.ts'

export default {
  id: 'target/one-owner',
  title: 'Every object belongs to this release alone.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Two releases, or a release and a tool, that write one object undo each other: each upgrade of one is drift for the other, and uninstalling one takes the object from both.',
  fix: 'Rename the object in one of the charts, move it to the release that should have it, or take it over once with `--take-ownership` after removing it from the other.',
  check({ target }) {
    if (target === undefined) return 'the target was not looked at'
    const { foreignOwners, unread } = target
    if (foreignOwners !== undefined && foreignOwners.length > 0) return foreignOwners.map(({ object, owner }) => ({ object, message: `it belongs to ${owner}` }))
    return unread?.foreignOwners ?? (foreignOwners === undefined ? 'the live objects were not looked at' : [])
  },
} satisfies Rule as Rule
