import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './crds-first.ts'

ruleSuite(rule, {
  fires: { 'a definition that is not established': [manifests('', { pendingCrds: ['widgets.acme.example'] }), 'CustomResourceDefinition/widgets.acme.example'] },
  passes: { 'none': manifests('', { pendingCrds: [] }) },
  missing: manifests(''),
})
