import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/values-layering',
  title: 'Values are layered: a base, then the environment, nothing on the command line.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'What differs between environments must be visible as a difference between files. A `--set` in a pipeline is reviewed by nobody and forgotten by the next release.',
  fix: 'List a base file and one per environment in pintle.yaml (`values: [values/base.yaml, "values/{{ .Environment.Name }}.yaml"]`), and move what flags set into them.',
  check({ inputs, environment }) {
    if (inputs?.chart === undefined) return 'the values'
    const { values, setKeys } = inputs
    const specific = values.some((v) => v.environmentSpecific)
    return [
      ...(environment !== '' && values.length > 0 && !specific ? [{ message: `no values file is of environment ${environment}` }] : []),
      ...(values.length > 0 && specific && values.every((v) => v.environmentSpecific) ? [{ message: 'there is no base that all environments share' }] : []),
      ...(specific && values.findLastIndex((v) => !v.environmentSpecific) > values.findIndex((v) => v.environmentSpecific) ? [{ message: 'a shared values file comes after one of the environment, and wins over it' }] : []),
      ...setKeys.map((key) => ({ message: `${key} is set by a flag` })),
    ]
  },
} satisfies Rule
