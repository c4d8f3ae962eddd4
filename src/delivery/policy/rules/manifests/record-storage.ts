import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/record-storage',
  title: 'Records of releases are kept in Secrets or a database.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: "A record holds the values and manifests of the release, secrets included. ConfigMaps are readable for far more people, and are not encrypted where Secrets are; memory forgets.",
  fix: 'Leave HELM_DRIVER alone (Secrets), or set it to `sql`.',
  check({ process }) {
    const driver = process?.settings?.recordDriver
    if (driver === undefined) return 'where records are kept'
    return /^(?:|secrets?|sql)$/i.test(driver) ? [] : [{ message: `records are kept in ${driver}` }]
  },
} satisfies Rule
