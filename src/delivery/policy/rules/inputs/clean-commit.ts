import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/clean-commit',
  title: 'What is released is committed.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A release from a dirty work tree cannot be repeated, reviewed or found again.',
  fix: 'Commit (and push) the files named, and release from that commit.',
  check({ inputs }) {
    const git = inputs?.git
    if (git === undefined) return 'the Git commit'
    if (git.commit === '') return [{ message: 'there is no commit' }]
    return git.dirty ? [{ message: `${git.files.length} ${git.files.length === 1 ? 'file is' : 'files are'} not committed: ${git.files.slice(0, 5).join(', ')}${git.files.length > 5 ? ', ...' : ''}` }] : []
  },
} satisfies Rule
