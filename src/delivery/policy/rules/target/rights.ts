import type { Rule } from '../../rule.ts'

export default {
  id: 'target/rights',
  title: 'The user may do all that the plan does.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A right that is missing shows in the middle: some objects are new, some old, and the automatic rollback lacks the same right. The API server can be asked beforehand.',
  fix: 'Bind the user to the role that `pintle doctor --role` prints: it allows what the plan does and nothing else.',
  check({ target }) {
    if (target?.rights === undefined) return target?.unread?.rights ?? 'rights were not asked for'
    return target.rights.filter((r) => !r.allowed && r.optional !== true).map((r) => {
      const what = `${r.resource}${r.group === '' ? '' : `.${r.group}`}${r.name === undefined ? '' : ` ${JSON.stringify(r.name)}`}`
      return { message: `may not ${r.verb} ${what} ${r.namespace === '' ? 'cluster-wide' : `in ${r.namespace}`}${r.why === undefined ? '' : ` (${r.why})`}${r.reason === undefined ? '' : `: ${r.reason}`}` }
    })
  },
} satisfies Rule as Rule
