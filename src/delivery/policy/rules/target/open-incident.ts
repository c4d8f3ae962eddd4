import type { Rule } from '../../rule.ts'

export default {
  id: 'target/open-incident',
  title: 'There is no open incident on the service.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A change in the middle of an incident hides its cause, takes the attention of whoever works on it, and may be the second fault on top of the first.',
  fix: 'Wait until the incident is resolved, or agree with who leads it, and record that as an override. A rollback that mends the incident is such a case.',
  check({ target }) {
    if (target === undefined) return 'the target was not looked at'
    const { incidents, unread } = target
    if (incidents !== undefined && incidents.length > 0) return incidents.map((i) => ({ message: `${i.source}: ${i.title} (${i.id})${i.url === undefined ? '' : ` ${i.url}`}` }))
    return unread?.incidents ?? (incidents === undefined ? 'no source of incidents is configured (service.incidents)' : [])
  },
} satisfies Rule as Rule
