import { PintleError, isPintleError } from '../../../errors/index.ts'
import { upgradeSides } from '../../../delivery/plan/index.ts'
import { userValues } from '../chart-args.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { contextNamespace } from '../context-namespace.ts'
import { diffFlags, showsSecrets } from '../diff-flags.ts'
import { chartForDiff, diffRenderFlags, renderOffline, renderOnline } from '../diff-render.ts'
import { diffExitCode, diffFailure, indexSides, logged, reportDiff } from '../diff-report.ts'
import { usage } from '../flags.ts'
import { liveFlags } from '../live-flags.ts'
import { reuseOf } from '../release-flags.ts'
import { withSession } from '../session.ts'

/** `pintle diff upgrade`: what an upgrade would change in the manifest of a release. */
export const diffUpgrade: Command = {
  use: 'diff upgrade [flags] RELEASE CHART',
  long: `Shows what an upgrade would change: the manifest and hooks of the last revision against the chart rendered with the values given.

Without values the last ones are used again, all of them: --reset-values, --reuse-values and --reset-then-reuse-values say otherwise.
With --three-way-merge the live objects are compared, and what the server would make of them. With --dry-run=client no cluster is
asked, and everything counts as added.

With --live, which helm-diff does not have, what would really change is shown, field by field, the most dangerous first, as the upgrade
would do it: custom resources, drift and defaults included, Secrets by marks that are equal for equal values. Where the server may not be asked
(no right to patch), changes are worked out here, and said so.`,
  examples: `pintle diff upgrade shop ./charts/shop -f values-prod.yaml
pintle diff upgrade --install shop ./charts/shop --detailed-exitcode
pintle diff upgrade shop ./charts/shop --live --origins --ignore chart-label --output markdown`,
  flags: [
    ...diffFlags, ...diffRenderFlags.filter((f) => f.name !== 'take-ownership'), ...liveFlags,
    { name: 'install', type: 'bool', usage: 'a release that does not exist yet is compared with nothing' },
    { name: 'allow-unreleased', type: 'bool', usage: 'the same' },
    { name: 'reset-values', type: 'bool', usage: "start from the chart's values alone" },
    { name: 'reuse-values', type: 'bool', usage: "start from the last release's values, its chart's defaults included" },
    { name: 'reset-then-reuse-values', type: 'bool', usage: "start from the new chart's defaults and the last release's values" },
    { name: 'no-hooks', type: 'bool', usage: 'leave hooks out' },
    { name: 'three-way-merge', type: 'bool', usage: 'compare the live objects with what the server would make of them' },
    { name: 'take-ownership', type: 'bool', usage: 'as the upgrade with this flag: says which objects change hands; implies --three-way-merge' },
    { name: 'disable-validation', type: 'bool', usage: 'render without the cluster' },
    { name: 'disable-openapi-validation', type: 'bool', usage: 'accepted, as helm-diff does' },
    { name: 'dry-run', type: 'string', noValue: 'client', default: '', usage: "'client' asks no cluster; 'server' does, as without the flag", completes: ['client', 'server'] },
    { name: 'server-side', type: 'string', default: 'auto', usage: "'true', 'false' or 'auto'; accepted, as helm-diff does", completes: ['auto', 'true', 'false'] },
  ],
  globals: false,
  printsValues: showsSecrets,
  completes: ['release', 'chart'],
  ignoreUnknownFlags: () => process.env.HELM_DIFF_IGNORE_UNKNOWN_FLAGS === 'true',
  async run(context) {
    const { args, flags, out } = context
    if (args.length !== 2) throw usage('This command needs 2 arguments: release name, chart path')
    const dryRun = flags.string('dry-run')
    if (!['', 'server', 'client', 'true', 'false'].includes(dryRun)) throw usage(`flag "dry-run" must take a bool value or either "client" or "server", but got ${JSON.stringify(dryRun)}`)
    const serverSide = flags.string('server-side')
    if (!['true', 'false', 'auto'].includes(serverSide)) throw usage(`flag "server-side" must be "true", "false" or "auto", but got ${JSON.stringify(serverSide)}`)
    if (flags.bool('live')) {
      if (dryRun === 'client' || dryRun === 'true') throw usage('--live asks the cluster, and --dry-run=client none')
      const { diffLive } = await import('../diff-live.ts')
      return withSession(context, async (session) => diffExitCode(context, await diffLive(context, session)))
    }
    for (const { name } of liveFlags) if (name !== 'live' && flags.changed(name)) throw usage(`--${name} is for --live`)
    const threeWay = asked(context, 'three-way-merge', 'HELM_DIFF_THREE_WAY_MERGE', 'three way merge') || flags.bool('take-ownership')
    const normalize = asked(context, 'normalize-manifests', 'HELM_DIFF_NORMALIZE_MANIFESTS', 'normalize manifests')
    const lines = flags.changed('context') ? flags.number('context') : contextOf(process.env.HELM_DIFF_OUTPUT_CONTEXT)
    const offline = dryRun === 'client' || dryRun === 'true'
    if (offline && !threeWay) {
      const [name, reference] = args as [string, string]
      const chart = chartForDiff(context, reference)
      const manifest = await userValues(context)
        .then((values) => renderOffline(context, { name, chart, values, isUpgrade: true, noHooks: flags.bool('no-hooks') }))
        .catch((error: unknown) => { throw rendering(context, error) })
      const namespace = await contextNamespace(context.settings)
      const sides = indexSides(context, [{ manifest: '', namespace }, { manifest, namespace }], normalize)
      return diffExitCode(context, await reportDiff(context, sides, { context: lines }))
    }
    return withSession(context, async (session) => {
      const { sides, ownership } = await sidesOf(context, session, { threeWay, normalize, offline })
      return diffExitCode(context, await reportDiff(context, sides, { context: lines, ...(ownership && { ownership }) }))
    }, { unreachable: out.plain ? `Failed to get release ${args[0]} in namespace ${context.settings.namespace}: exit status 1: Error: ` : '' })
  },
}

/** A flag that a variable sets too, which is told. */
function asked({ flags, out }: CommandContext, name: string, variable: string, words: string): boolean {
  if (flags.changed(name)) return flags.bool(name)
  const enabled = process.env[variable] === 'true'
  if (enabled) out.note(`Enabled ${words} via the envvar`)
  return enabled
}

const contextOf = (text: string | undefined): number => (text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : -1)

const rendering = (context: CommandContext, error: unknown): unknown => diffFailure(context, error, 'Failed to render chart: ')

/** What the flags ask for, of the release and the chart. */
async function sidesOf(context: CommandContext, session: Session, { threeWay, normalize, offline }: { threeWay: boolean; normalize: boolean; offline: boolean }) {
  const { args, flags, out, signal } = context
  const [name, reference] = args as [string, string]
  const noHooks = flags.bool('no-hooks')
  const chart = chartForDiff(context, reference)
  const onServer = !offline && !flags.bool('disable-validation') && flags.string('dry-run') !== 'false'
  return upgradeSides({
    cluster: session.cluster, driver: session.records, namespace: session.namespace, name, signal, noHooks, threeWay, normalize,
    render: async (wanted) => {
      const render = { ...wanted, name, chart, noHooks }
      if (process.env.HELM_DIFF_USE_UPGRADE_DRY_RUN === 'true') return (await import('../diff-dry-run.ts')).dryRunManifest(context, session, render)
      return onServer ? renderOnline(context, session, render) : renderOffline(context, render)
    },
    values: (base) => userValues(context, base && { base }),
    noValues: ['set', 'set-string', 'set-literal', 'set-json', 'values', 'set-file'].every((flag) => flags.list(flag).length === 0),
    reuse: reuseOf(flags),
    install: flags.bool('install') || flags.bool('allow-unreleased'),
    withoutRelease: offline,
    includeTests: flags.bool('include-tests'),
    takeOwnership: flags.bool('take-ownership'),
    warn: (text) => out.note(logged(text)),
    failure: (stage, error) => (stage === 'render' ? rendering(context, error) : releaseFailure(context, session, name, error)),
  })
}

function releaseFailure(context: CommandContext, session: Session, name: string, error: unknown): unknown {
  const { out } = context
  if (!isPintleError(error, 'release.notFound')) return diffFailure(context, error, `Failed to get release ${name} in namespace ${session.namespace}: `)
  if (!out.plain) return new PintleError(error.code, error.message, { hint: 'With --install it is compared with nothing.', cause: error })
  out.note('********************\n\n\tRelease was not present in Helm.  Include the `--allow-unreleased` to perform diff without exiting in error.\n\n********************')
  return diffFailure(context, error)
}
