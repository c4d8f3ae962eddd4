import { testState } from '../../../delivery/helmfile/index.ts'
import { argsFlag, argsOf, concurrencyFlag } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { runVerb } from '../helmfile/run-verb.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

/** `helmfile test`. Upstream: Test in pkg/app/app.go. */
export const helmfileTest: HelmfileVerb = {
  use: 'test [flags]',
  long: 'Runs the tests of the releases of a state, as helm test does.',
  flags: [
    argsFlag, concurrencyFlag,
    { name: 'cleanup', type: 'bool', usage: 'accepted with a warning: hook-delete-policy of the tests counts' },
    { name: 'logs', type: 'bool', usage: 'show the logs of test pods' },
    { name: 'timeout', type: 'int', default: 300, usage: 'seconds that tests may take; left out: the timeout of the release' },
  ],
  interrupts: 'stop',
  async run(context) {
    const { flags, log } = context
    const options = { args: argsOf(context), logs: flags.bool('logs'), timeout: flags.changed('timeout') ? flags.number('timeout') : undefined }
    const warn = (): void => log('warn', 'warn: requested cleanup will not be applied. To clean up test resources with Helm 3, you have to remove them manually or set helm.sh/hook-delete-policy\n')
    await runVerb(context, { command: 'test', load: { filter: true }, charts: chartsOptions(context), alwaysFound: true, ...(flags.bool('cleanup') && { before: warn }), act: (run) => testState(run, options) })
  },
}
