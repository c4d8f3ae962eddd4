import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { Chart } from '../../../charts/chart/index.ts'
import { install as runInstall, type ReleaseRecord } from '../../../cluster/release/index.ts'
import { chartFromArgs } from '../chart-args.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, conflictFlag, crdFlags, installFlags, outputFlag, valueFlags } from '../flag-sets.ts'
import { applyOptions, changeOptions } from '../change-options.ts'
import { reportCheck } from '../print-findings.ts'
import { endable, sayCancelled } from '../interrupts.ts'
import { postRendererOf } from '../post-renderer.ts'
import { printRelease } from '../print-release.ts'
import { progress } from '../progress.ts'
import { releaseSource } from '../../../delivery/plan/index.ts'
import { dryRunOf } from '../release-flags.ts'
import { withSessionFor } from '../session.ts'
import { waitingFlags } from '../waiting-flags.ts'
import { valuesText } from '../values-text.ts'

/** `pintle install` */
export const install: Command = {
  use: 'install [NAME] [CHART] [flags]',
  long: `Installs a chart as a new release.

The name may be left out with --generate-name. With --wait the command returns when everything is ready, with --rollback-on-failure
it removes everything again when that does not happen in time.`,
  examples: 'pintle install shop ./charts/shop -n shop --create-namespace --wait',
  flags: [
    ...installFlags, conflictFlag, ...crdFlags, ...valueFlags, ...chartFlags, outputFlag,
    { name: 'hide-secret', type: 'bool', usage: 'with --dry-run, do not print Secrets' },
    { name: 'dry-run', type: 'string', noValue: 'unset', default: 'none', usage: "'none', 'client' or 'server': only show what would be installed", completes: ['none', 'client', 'server'] },
    ...waitingFlags,
  ],
  printsValues: true,
  args: [1, Number.POSITIVE_INFINITY],
  completes: ['name', 'chart', 'none...'],
  interrupts: 'cancel',
  exclusive: [['force-replace', 'force-conflicts'], ['force', 'force-conflicts'], ['skip-crds', 'upgrade-crds']],
  async run(context) {
    const { flags, out } = context
    const dryRun = dryRunOf(flags, (text) => out.warn(text))
    const postRender = postRendererOf(context)
    return prefixed('INSTALLATION FAILED', async () => {
      const prepare = async () => {
        const wanted = await chartFromArgs(context, {})
        sayCancelled(out, context.signal, wanted.name)
        return wanted
      }
      return withSessionFor(context, prepare, async (session, { name, chart, values }) => {
        requireDryRun(context, dryRun)
        const shown = progress(out, flags.string('progress'))
        const { record, check } = await shown.of(runInstall({
          ...changeOptions(context, session),
          name,
          source: endable(releaseSource({ chart, values, cluster: session.cluster, ...renderFlags(context), ...(postRender && { postRender }) })),
          serverSide: flags.bool('server-side'),
          ...applyOptions(context),
          createNamespace: flags.bool('create-namespace'),
          replace: flags.bool('replace'),
          skipCrds: flags.bool('skip-crds'),
          takeOwnership: flags.bool('take-ownership'),
          rollbackOnFailure: flags.bool('rollback-on-failure'),
          labels: flags.map('labels'),
          ...(dryRun ? { dryRun } : {}),
          onEvent: shown.onEvent,
        }))
        printRelease(context, record, { hideNotes: flags.bool('hide-notes'), ...debugging(context, record, chart) })
        return reportCheck(out, check)
      }, { offline: dryRun === 'client', unreachable: 'cluster reachability check failed: ' })
    })
  },
}

/** --hide-secret hides what only a dry run prints. */
export function requireDryRun({ flags }: CommandContext, dryRun: unknown): void {
  if (flags.bool('hide-secret') && dryRun === undefined) throw new PintleError('usage', 'hiding Kubernetes secrets requires a dry-run mode')
}

/** With --debug, Helm prints values, hooks and manifest too. */
export function debugging({ settings }: CommandContext, record: ReleaseRecord, chart?: Chart): { debug?: boolean; extra?: () => string } {
  return settings.debug ? { debug: true, extra: () => valuesText(record, chart) } : {}
}

/** What the flags say about rendering against a cluster. */
export function renderFlags({ flags, out, signal, shared }: CommandContext) {
  return {
    ...(shared && { engine: shared.engine }),
    subNotes: flags.bool('render-subchart-notes'),
    skipSchemaValidation: flags.bool('skip-schema-validation'),
    enableDns: flags.bool('enable-dns'),
    hideSecrets: flags.has('hide-secret') && flags.bool('hide-secret'),
    warn: (text: string) => out.warn(text),
    signal,
  }
}

/** Puts Helm's words before the message of whatever fails. */
export async function prefixed<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isPintleError(error)) throw error
    throw new PintleError(error.code, `${prefix}: ${error.message}`, {
      cause: error.cause,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.place ? { place: error.place } : {}),
      ...(error.details ? { details: error.details } : {}),
    })
  }
}
