import { changes } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './deletions-acknowledged.ts'

const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }
const removed = { object: claim, action: 'remove', classes: ['deletion'], fields: [] } as const

ruleSuite(rule, {
  fires: {
    'a claim': [changes([removed]), 'PersistentVolumeClaim/data: would be deleted: its data may go with it'],
    'another one is named': [changes([removed, { ...removed, object: { ...claim, kind: 'ConfigMap' } }], ['ConfigMap/other', 'PersistentVolumeClaim/data']), 'ConfigMap/data: would be deleted'],
  },
  passes: { 'named': changes([removed], ['PersistentVolumeClaim/data']), 'named with its namespace': changes([removed], ['shop/PersistentVolumeClaim/data']), 'no deletion': changes([{ ...removed, action: 'change' }]) },
})
