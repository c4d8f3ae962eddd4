import { changes } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './change-classes.ts'

const service = { apiVersion: 'v1', kind: 'Service', name: 'web' }
const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'once' }

ruleSuite(rule, {
  fires: {
    'an immutable field': [changes([{ object: job, action: 'change', classes: ['immutable', 'image'], fields: ['spec.template.spec.containers[name=a].image'] }]), 'Job/once: an immutable field changes: spec.template'],
    'the selector of a Service': [changes([{ object: service, action: 'change', classes: ['selector'], fields: ['spec.selector.track'] }]), 'Service/web: its selector changes'],
  },
  passes: {
    'other classes': changes([{ object: { ...job, kind: 'Deployment' }, action: 'change', classes: ['image', 'probe', 'selector'], fields: ['spec.template.metadata.labels.version'] }]),
    'said to be meant': changes([{ object: service, action: 'change', classes: ['selector'], fields: ['spec.selector.track'] }], ['Service/web']),
    'additions and removals': changes([{ object: service, action: 'add', classes: ['selector'], fields: [] }, { object: job, action: 'remove', classes: ['deletion'], fields: [] }]),
  },
})
