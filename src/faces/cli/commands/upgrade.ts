import { isPintleError } from '../../../errors/index.ts'
import type { Chart, Table } from '../../../charts/chart/index.ts'
import { releaseHistory, upgrade as runUpgrade, upgradeOrInstall, type ReleaseResult } from '../../../cluster/release/index.ts'
import { loadInstallable, locateChart, requireInstallable, userValues } from '../chart-args.ts'
import { actionOptions, applyOptions, changeOptions } from '../change-options.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { chartFlags, conflictFlag, crdFlags, installFlags, outputFlag, valueFlags } from '../flag-sets.ts'
import { reportCheck } from '../print-findings.ts'
import { endable, sayCancelled } from '../interrupts.ts'
import { postRendererOf } from '../post-renderer.ts'
import { printRelease } from '../print-release.ts'
import { progress } from '../progress.ts'
import { releaseSource } from '../../../delivery/plan/index.ts'
import { dryRunOf, reuseOf } from '../release-flags.ts'
import { withSession, withSessionFor } from '../session.ts'
import { waitingFlags } from '../waiting-flags.ts'
import { debugging, prefixed, renderFlags, requireDryRun } from './install.ts'
import { usage } from '../flags.ts'

const notOfUpgrade = new Set(['replace', 'generate-name', 'name-template', 'server-side'])

/** `pintle upgrade [--install]` */
export const upgrade: Command = {
  use: 'upgrade [RELEASE] [CHART] [flags]',
  long: `Upgrades a release to a new version of a chart or to new values.

Without new values the last ones are used again; --reset-values, --reuse-values and --reset-then-reuse-values say otherwise. With
--install the release is installed when there is none.`,
  examples: 'pintle upgrade --install shop ./charts/shop -f values-prod.yaml --rollback-on-failure --timeout 5m',
  flags: [
    ...installFlags.filter((f) => !notOfUpgrade.has(f.name)), conflictFlag, ...crdFlags, ...valueFlags, ...chartFlags, outputFlag,
    { name: 'install', short: 'i', type: 'bool', usage: 'install the release when there is none' },
    { name: 'server-side', type: 'string', default: 'auto', usage: "'true', 'false', or 'auto': as the last revision was applied", completes: ['auto', 'true', 'false'] },
    { name: 'reset-values', type: 'bool', usage: "start from the chart's values alone" },
    { name: 'reuse-values', type: 'bool', usage: "start from the last release's values, its chart's defaults included" },
    { name: 'reset-then-reuse-values', type: 'bool', usage: "start from the new chart's defaults and the last release's values" },
    { name: 'history-max', type: 'int', usage: 'revisions to keep; 0 for all (default 10)' },
    { name: 'cleanup-on-fail', type: 'bool', usage: 'delete what a failed upgrade created' },
    { name: 'hide-secret', type: 'bool', usage: 'with --dry-run, do not print Secrets' },
    { name: 'dry-run', type: 'string', noValue: 'unset', default: 'none', usage: "'none', 'client' or 'server': only show what would change", completes: ['none', 'client', 'server'] },
    ...waitingFlags,
  ],
  printsValues: true,
  args: [2, 2],
  completes: ['release', 'chart'],
  interrupts: 'cancel',
  exclusive: [['force-replace', 'force-conflicts'], ['force', 'force-conflicts'], ['skip-crds', 'upgrade-crds']],
  async run(context) {
    const { flags, args, out, settings } = context
    const [name, reference] = args as [string, string]
    const dryRun = dryRunOf(flags, (text) => out.warn(text))
    const postRender = postRendererOf(context)
    const installing = flags.bool('install')
    const table = flags.string('output') === 'table'
    const announce = () => {
      if (table) out.line(`Release ${JSON.stringify(name)} does not exist. Installing it now.`)
    }
    const prepare = async (): Promise<{ chart: Chart; values: Table }> => {
      try {
        const path = await locateChart(reference, context)
        const values = await userValues(context)
        const chart = await loadInstallable(path, context, { anyType: true, dependencyUpdate: flags.bool('dependency-update') })
        sayCancelled(out, context.signal, name)
        return { chart, values }
      } catch (error) {
        // Helm looks for the release first, and says so.
        if (installing && !(await withSession(context, (session) => exists(context, session, name)))) announce()
        throw error
      }
    }
    return withSessionFor(context, prepare, async (session, { chart, values }) => {
      const method = await prefixed('UPGRADE FAILED', async () => serverSide(flags.string('server-side')))
      const shown = progress(out, flags.string('progress'))
      const options = {
        ...changeOptions(context, session),
        name,
        source: endable(releaseSource({ chart, values, cluster: session.cluster, reuse: reuseOf(flags), ...renderFlags(context), ...(postRender && { postRender }) })),
        serverSide: method,
        ...applyOptions(context),
        takeOwnership: flags.bool('take-ownership'),
        rollbackOnFailure: flags.bool('rollback-on-failure'),
        cleanupOnFail: flags.bool('cleanup-on-fail'),
        maxHistory: flags.changed('history-max') ? flags.number('history-max') : settings.maxHistory,
        labels: flags.map('labels'),
        ...(dryRun ? { dryRun } : {}),
        onEvent: shown.onEvent,
      }
      const print = ({ record, check }: ReleaseResult, installed: boolean) => {
        if (table && !installed) out.line(`Release ${JSON.stringify(name)} has been upgraded. Happy Helming!`)
        printRelease(context, record, { hideNotes: flags.bool('hide-notes'), ...debugging(context, record, chart) })
        return reportCheck(out, check)
      }
      if (!installing) {
        return prefixed('UPGRADE FAILED', async () => {
          requireDryRun(context, dryRun)
          return print(await shown.of(runUpgrade(options)), false)
        })
      }
      let fresh = false
      const onInstall = () => {
        fresh = true
        announce()
        requireInstallable(chart)
        requireDryRun(context, dryRun)
      }
      const work = async () => {
        const result = await shown.of(upgradeOrInstall({ ...options, createNamespace: flags.bool('create-namespace'), skipCrds: flags.bool('skip-crds'), onInstall }))
        return print(result, result.installed)
      }
      return work()
        // Helm looks for the release before it upgrades, so that a bad name is no failed upgrade.
        .catch((error: unknown) => (fresh || isPintleError(error, 'release.name') ? Promise.reject(error) : prefixed('UPGRADE FAILED', () => Promise.reject(error))))
    }, installing ? {} : { unreachable: 'UPGRADE FAILED: ' })
  },
}

async function exists(context: CommandContext, session: Session, name: string): Promise<boolean> {
  try {
    return (await releaseHistory({ ...actionOptions(context, session), name, max: 1 })).at(-1)?.record.info.status !== 'uninstalled'
  } catch (error) {
    if (isPintleError(error, 'release.notFound')) return false
    throw error
  }
}

/** --server-side=true|false|auto */
export function serverSide(text: string): boolean | 'auto' {
  if (text === 'auto') return 'auto'
  if (text === 'true') return true
  if (text === 'false') return false
  throw usage(`invalid/unknown release server-side apply method: ${text}`)
}
