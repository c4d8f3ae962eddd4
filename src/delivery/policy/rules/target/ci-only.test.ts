import { facts } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './ci-only.ts'

const run = (more: object) => facts({ run: { operator: 'ada@laptop', ciRequired: true, ...more } })

ruleSuite(rule, {
  fires: {
    'a workstation': [run({}), 'ada@laptop releases from outside of CI, which prod does not take'],
    'an emergency without a reason': [run({ breakGlass: '' }), 'ada@laptop'],
  },
  passes: { 'a CI run': run({ ci: 'github' }), 'an emergency with its reason': run({ breakGlass: 'INC-7: rollback pipeline is down' }), 'an environment that takes any': run({ ciRequired: false }) },
  missing: 'never',
})
