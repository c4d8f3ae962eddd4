import type { Rule } from '../../rule.ts'

/** A Service's selector decides who gets its traffic. */
const movesTraffic = (kind: string, fields: readonly string[]): boolean => kind === 'Service' && fields.some((f) => /^spec\.selector\b/.test(f))

export default {
  id: 'manifests/change-classes',
  title: 'Changes of immutable fields and of Service selectors are meant.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'The server refuses a change of an immutable field in the middle of the upgrade. A changed Service selector moves all traffic at once, to nobody if no pod has the labels yet. Every other change is classified in the plan for the reviewer: selector, probe, resources, ingress, secret.',
  fix: 'Immutable: give the object a new name, or delete it first in a planned step. Selector: release the labels first and the selector after, or say that it is meant with `--acknowledge Service/NAME`.',
  check({ changes }) {
    if (changes === undefined) return 'what would change in the cluster'
    return changes.objects.filter(({ action, object }) => action === 'change' && !changes.acknowledged.includes(`${object.kind}/${object.name}`)).flatMap(({ object, classes, fields }) => {
      if (classes.includes('immutable')) return [{ object, message: `an immutable field changes: ${fields.join(', ')}` }]
      return movesTraffic(object.kind, fields) ? [{ object, message: 'its selector changes: traffic moves to other pods at once' }] : []
    })
  },
} satisfies Rule
