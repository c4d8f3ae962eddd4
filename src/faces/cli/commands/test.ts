import { PintleError, isPintleError } from '../../../errors/index.ts'
import { runTests, type ReleaseRecord } from '../../../cluster/release/index.ts'
import { actionOptions } from '../change-options.ts'
import type { Command } from '../command.ts'
import { timeoutFlag } from '../flag-sets.ts'
import { printRelease } from '../print-release.ts'
import { progress } from '../progress.ts'
import { withSession } from '../session.ts'
import { progressFlag } from '../waiting-flags.ts'

/** `pintle test` */
export const test: Command = {
  use: 'test [RELEASE] [flags]',
  long: "Runs the test hooks of a release's last revision.",
  flags: [
    timeoutFlag, progressFlag,
    { name: 'logs', type: 'bool', usage: 'print the logs of the test pods' },
    { name: 'filter', type: 'strings', usage: 'name=TEST to run only that one, !name=TEST to leave it out; can be repeated' },
  ],
  args: [1, 1],
  completes: ['release'],
  interrupts: 'stop',
  async run(context) {
    const { flags, args, out } = context
    const only = flags.list('filter').flatMap((f) => (f.startsWith('name=') ? [f.slice(5)] : []))
    const except = flags.list('filter').flatMap((f) => { const m = /^!\s?name=(.*)$/s.exec(f); return m ? [m[1]!] : [] })
    return withSession(context, async (session) => {
      const shown = progress(out, flags.string('progress'))
      const result = await shown.of(runTests({
        ...actionOptions(context, session), name: args[0]!, timeout: flags.duration('timeout'), filters: { name: only, notName: except }, logs: flags.bool('logs'), onEvent: shown.onEvent,
      }))
      const debug = context.settings.debug ? { debug: true, extra: await debugValues(result.record) } : {}
      printRelease(context, result.record, { hideNotes: true, ...debug })
      if (flags.bool('logs')) {
        out.line()
        for (const log of result.logs) out.line(`POD LOGS: ${log.pod} (${log.container})\n${log.text}`)
      }
      if (result.logErrors.length > 0) throw withLogErrors(result.error, result.logErrors)
      if (result.error) throw result.error
      return 0
    })
  },
}

/** Go's errors.Join of how the tests ended and why logs are missing. */
function withLogErrors(failure: Error | undefined, reasons: readonly string[]): PintleError {
  const known = isPintleError(failure) ? failure : undefined
  return new PintleError(known?.code ?? 'release.hookFailed', [...(failure === undefined ? [] : [failure.message]), ...reasons].join('\n'), {
    cause: failure, ...(known?.hint === undefined ? {} : { hint: known.hint }), ...(known?.details ? { details: known.details } : {}),
  })
}

async function debugValues(record: ReleaseRecord): Promise<() => string> {
  const { valuesText } = await import('../values-text.ts')
  return () => valuesText(record)
}
