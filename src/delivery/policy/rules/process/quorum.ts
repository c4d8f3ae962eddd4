import type { Rule } from '../../rule.ts'

export default {
  id: 'process/quorum',
  title: 'As many people approved as the environment asks for, the author not counted.',
  phase: 'apply',
  severity: { baseline: 'block', production: 'block' },
  reason: 'One person can be mistaken, in a hurry, or not who they seem. An approval by whoever wrote the change says nothing new.',
  fix: 'Ask for the approvals that are missing: `pintle approve PLAN` signs one.',
  check({ process }) {
    if (process?.approvals === undefined) return 'approvals were not counted'
    const { needed, by, byAuthor } = process.approvals
    const author = process.plan?.author
    const distinct = new Set(by.filter((name) => name !== author))
    if (distinct.size >= needed) return []
    const own = byAuthor || (author !== undefined && by.includes(author)) ? "; the author's own does not count" : ''
    return [{ message: `${distinct.size} of ${needed} approvals${own}` }]
  },
} satisfies Rule as Rule
