import type { Rule } from '../../rule.ts'

export default {
  id: 'target/release-state',
  title: 'The release is neither pending nor failed.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: "A pending release is somebody else's work, or that of a run which died; a failed one is half old and half new. An upgrade on top of either starts from a state that nobody reviewed.",
  fix: '`pintle repair NAME` compares a pending release with the cluster and frees it; `pintle rollback NAME` brings a failed one back to its last good revision. Nothing is unlocked by itself.',
  check({ target }) {
    const release = target?.release
    if (release === undefined) return target?.unread?.release ?? 'the release was not looked at'
    const { name, status, revision, lastFailed } = release
    if (status.startsWith('pending-') || status === 'uninstalling') return [{ message: `revision ${revision} of ${name} is ${status}`, hint: `Wait for the run that holds it; if there is none, \`pintle repair ${name}\`.` }]
    if (status === 'failed' || lastFailed) return [{ message: `revision ${revision} of ${name} is ${status}, and nothing brought it back since`, hint: `\`pintle rollback ${name}\` first, then diagnose.` }]
    return []
  },
} satisfies Rule as Rule
