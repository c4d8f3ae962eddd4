import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Chart } from '../../charts/chart/index.ts'
import { diffObjects, noises, type ChangeSet, type Noise, type ObjectPair } from '../../cluster/diff/index.ts'
import { preview, releaseHistory, requireLosslessCrds, type PreviewedObject, type ReleaseRecord } from '../../cluster/release/index.ts'
import { crdFiles, hookPairs, renderForCluster, runningHooks } from '../../delivery/plan/index.ts'
import { actionOptions } from './change-options.ts'
import { loadInstallable, locateChart, userValues } from './chart-args.ts'
import type { CommandContext, Session } from './command.ts'
import { diffOutput } from './diff-flags.ts'
import { calm, unsteadyFields, type LeftOut, type RenderArguments } from './diff-live-noise.ts'
import { hookNotes, objectNotes, type Noted } from './diff-live-notes.ts'
import { Origins } from './diff-live-origins.ts'
import { printLive, type LiveSection } from './diff-live-print.ts'
import { usage } from './flags.ts'
import { redactor } from './redactor.ts'
import { reuseOf } from './release-flags.ts'
import { isPostRendered } from './secret-reading.ts'

const formats = ['diff', 'simple', 'json', 'markdown', 'html']
const originViews = ['', 'fields', 'lines']

/** `pintle diff upgrade --live`. @returns whether something would change */
export async function diffLive(context: CommandContext, session: Session): Promise<boolean> {
  const { args, flags, out, signal } = context
  const [name, reference] = args as [string, string]
  const output = diffOutput(flags)
  if (!formats.includes(output)) throw usage(`with --live, --output is one of: ${formats.join(', ')}`)
  const ignored = flags.list('ignore') as Noise[]
  for (const word of ignored) if (!noises.includes(word)) throw usage(`nothing to ignore is called ${JSON.stringify(word)}; there are: ${noises.join(', ')}`)
  if (!originViews.includes(flags.string('origins'))) throw usage(`--origins is 'fields' or 'lines', not ${JSON.stringify(flags.string('origins'))}`)
  const { cluster, namespace } = session
  const [chart, values, { current, last }] = await Promise.all([
    locateChart(reference, context).then((path) => loadInstallable(path, context)), userValues(context), revisions(context, session, name),
  ])
  const render: RenderArguments = [
    {
      chart, values, cluster, reuse: reuseOf(flags), skipSchemaValidation: flags.bool('skip-schema-validation'), enableDns: flags.bool('enable-dns'), signal,
      ...(isPostRendered(context) && { postRender: (await import('./post-renderer.ts')).postRendererOf(context)! }),
    },
    { name, namespace, revision: (last?.version ?? 0) + 1, isUpgrade: current !== undefined, ...(current && { current: currentOf(current) }) },
  ]
  const { rendered, locate } = await renderForCluster(...render)
  const crds = crdFiles(rendered.chart)
  const answered = await preview({
    cluster, namespace, name, manifest: rendered.manifest, previous: current?.manifest ?? '', crds, upgradesCrds: flags.bool('upgrade-crds'), tellUnread: true,
    serverSide: current === undefined || current.apply_method === 'ssa', driver: session.records, signal,
  })
  const unsteady = ignored.includes('lookup') ? await unsteadyFields(rendered, render, (text) => out.note(text)) : new Map<string, readonly string[]>()
  const leftOut: LeftOut = new Map()
  const redact = redactor()
  const changesOf = (objects: readonly PreviewedObject[]): ChangeSet => diffObjects(objects.map((p): ObjectPair => ({
    ...calm(known(p), ignored, unsteady, leftOut), ...(p.source !== undefined && { source: p.source }), ...(p.kept && { kept: true }),
  })), redact)
  const stays = (p: PreviewedObject): boolean => p.surveyed.role === 'crd' && !flags.bool('upgrade-crds') && (current !== undefined || p.before !== undefined)
  const changes = changesOf(answered.filter((p) => !stays(p)))
  const noted = { changes, answered, losses: flags.bool('upgrade-crds') ? await lossesOf(context, session, chart) : new Map() } satisfies Noted
  const origins = flags.string('origins') === '' ? undefined : await Origins.of(context, chart, locate)
  const sections: LiveSection[] = [{ key: 'objects', title: '', changes, notes: objectNotes(noted, origins !== undefined && flags.string('origins') !== 'lines' ? origins : undefined) }]
  const hooks = flags.bool('no-hooks') ? [] : rendered.hooks.filter((hook) => !hook.events.includes('test') || flags.bool('include-tests'))
  const stored = flags.bool('no-hooks') ? [] : (current?.hooks ?? []).filter((hook) => !hook.events.includes('test') || flags.bool('include-tests'))
  const hookChanges = diffObjects(hookPairs(stored, hooks), redact)
  sections.push({
    key: 'hooks', title: 'Hooks', changes: hookChanges, notes: hookNotes(hooks),
    verbs: { add: 'is a new hook', change: 'is a hook that changes', remove: 'is a hook no longer', keep: 'is a hook', none: 'is a hook' },
    after: runningHooks(hooks, current !== undefined).map((hook) => `${hook.kind}/${hook.name} runs: ${hook.events.join(', ')}${hook.weight === 0 ? '' : `, weight ${hook.weight}`}`),
  })
  const staying = answered.filter(stays)
  sections.push({
    key: 'crds', title: 'CRDs that stay as they are', changes: changesOf(staying.filter((p) => p.unread !== true)), notes: objectNotes(noted, undefined),
    verbs: { add: 'is missing, and an upgrade does not create it', change: 'differs, and stays as it is without --upgrade-crds', remove: 'stays', keep: 'stays', none: 'stays' },
    after: staying.filter((p) => p.unread === true).map((p) => `${p.ref.name} could not be read (${p.unchecked}): whether it differs is not known`),
  })
  printLive(context, output, sections, { release: { name, namespace, revision: last?.version ?? 0 }, noted, ...(origins && { origins }) })
  tell(context, answered, leftOut)
  return [changes, hookChanges].some((set) => set.added + set.changed + set.removed > 0)
}

/** Where the live object may not be read, the manifest of the last revision stands for it. */
function known(p: PreviewedObject): PreviewedObject {
  if (p.unread !== true) return p
  const before = p.surveyed.role === 'removed' ? p.surveyed.resource.object : p.surveyed.base
  return before === undefined ? p : { ...p, before }
}

/** What is less exact, and what was left out, on standard error. */
function tell({ out }: CommandContext, answered: readonly PreviewedObject[], leftOut: LeftOut): void {
  for (const [what, n] of [
    ['would be refused', answered.filter((p) => p.rejection !== undefined).length],
    ['could not be read: what is shown of them is between manifests', answered.filter((p) => p.unread === true).length],
    ['could not be asked about', answered.filter((p) => p.unchecked !== undefined && p.unread !== true).length],
  ] as const) if (n > 0) out.note(`${n} object(s) ${what}`)
  for (const [noise, places] of leftOut) out.note(`left out (${noise}): ${places.join('; ')}`)
}

/** What definitions would lose, by their names: an upgrade with --upgrade-crds refuses that. */
async function lossesOf({ out, signal }: CommandContext, { cluster, namespace }: Session, chart: Chart): Promise<Map<string, string[]>> {
  const losses = new Map<string, string[]>()
  try {
    await requireLosslessCrds(cluster, crdFiles(chart), namespace, { signal })
  } catch (error) {
    if (!isPintleError(error) || signal.aborted) throw error
    if (error.code !== 'rule.refused') out.note(`what the CRDs would lose could not be looked at: ${error.message}`)
    for (const { ref, field, message } of (error.details?.findings ?? []) as { ref: { name: string }; field?: string; message: string }[]) {
      losses.set(ref.name, [...(losses.get(ref.name) ?? []), `${field === undefined ? '' : `${field}: `}${message}`])
    }
  }
  return losses
}

/** Only what rendering looks at. */
const currentOf = (record: ReleaseRecord) => record as NonNullable<RenderArguments[1]['current']>

/** The revision the cluster holds, and the last one whatever came of it. */
async function revisions(context: CommandContext, session: Session, name: string): Promise<{ current?: ReleaseRecord; last?: ReleaseRecord }> {
  const { flags } = context
  try {
    const history = await releaseHistory({ ...actionOptions(context, session), name })
    const last = history.at(-1)!.record
    if (last.info.status === 'uninstalled') return { last }
    return { last, current: history.findLast((r) => r.record.info.status === 'deployed')?.record ?? last }
  } catch (error) {
    if (!isPintleError(error, 'release.notFound')) throw error
    if (flags.bool('install') || flags.bool('allow-unreleased')) return {}
    throw new PintleError(error.code, error.message, { hint: 'With --install it is compared with nothing.', cause: error })
  }
}

