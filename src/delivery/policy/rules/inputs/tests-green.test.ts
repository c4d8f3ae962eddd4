import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './tests-green.ts'

const git = { commit: 'a'.repeat(40), dirty: false, files: [] }

ruleSuite(rule, {
  fires: {
    'lint': [inputs({ lint: [{ rule: 'schema/type', severity: 'error', path: 'templates/a.yaml', line: 3, message: 'replicas must be an integer' }] }), 'lint: replicas must be an integer (schema/type)'],
    'a test': [inputs({ tests: [{ name: 'smoke', passed: false }] }), 'test smoke failed'],
    'of another commit': [inputs({ git, tests: [{ name: 'smoke', passed: true, commit: 'b'.repeat(40) }] }), 'test smoke is of commit bbbbbbbbbbbb'],
  },
  passes: { 'green': inputs({ git, lint: [{ rule: 'helm/icon', severity: 'info', path: 'Chart.yaml', message: 'icon is recommended' }], tests: [{ name: 'smoke', passed: true, commit: git.commit }] }) },
  missing: [facts(), inputs()],
})
