import type { Rule } from '../../rule.ts'

export default {
  id: 'target/server-version',
  title: 'The cluster runs Kubernetes 1.28 or newer.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Older versions get no security fixes, and lack what releases are checked with: stable CRD validation rules, server-side field validation, and their own dry run for all of it.',
  fix: 'Upgrade the cluster, one minor version after the other, before releasing to it.',
  check({ target }) {
    if (target === undefined || target.serverVersion === '') return 'the version of the server is not known'
    const version = /^v?(\d+)\.(\d+)/.exec(target.serverVersion)
    if (version === null) return `${JSON.stringify(target.serverVersion)} is no version of Kubernetes`
    const [major, minor] = [Number(version[1]), Number(version[2])]
    return major > 1 || (major === 1 && minor >= 28) ? [] : [{ message: `the server runs ${target.serverVersion}` }]
  },
} satisfies Rule as Rule
