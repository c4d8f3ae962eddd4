import type { Rule } from '../../rule.ts'

export default {
  id: 'process/wait-settings',
  title: 'The release is waited for, in bounded time, and cleans up after itself.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Without waiting, "deployed" means that the API server took the objects, not that anything runs. Without a timeout a stuck rollout holds the pipeline, and what a failed one created stays behind.',
  fix: 'Leave the defaults of `pintle release` and `pintle apply` as they are; they wait for workloads and Jobs, have a timeout, and clean up.',
  check({ process }) {
    if (process?.settings === undefined) return 'the settings of the run are not known'
    const { timeout, wait, waitForJobs, cleanupOnFail } = process.settings
    const off = [
      ...(wait ? [] : ['it does not wait until the workloads are ready']), ...(waitForJobs ? [] : ['it does not wait for Jobs']),
      ...(timeout > 0 && Number.isFinite(timeout) ? [] : ['it has no timeout']), ...(cleanupOnFail ? [] : ['what a failed run created stays behind']),
    ]
    return off.map((message) => ({ message }))
  },
} satisfies Rule as Rule
