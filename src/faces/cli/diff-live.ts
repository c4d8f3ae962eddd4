import { relative } from 'node:path'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { valueLayers, type Chart } from '../../charts/chart/index.ts'
import { diffObjects, findMoves, formatHtml, formatMarkdown, formatText, noises, summary, withoutNoise, type ChangeSet, type Noise, type ObjectChange } from '../../cluster/diff/index.ts'
import { preview, releaseHistory, type Locate, type PreviewedObject, type ReleaseRecord } from '../../cluster/release/index.ts'
import { renderForCluster } from '../../delivery/plan/index.ts'
import { actionOptions } from './change-options.ts'
import { loadInstallable, locateChart, userValues } from './chart-args.ts'
import type { CommandContext, Session } from './command.ts'
import { layerSources, pathKeys } from './commands/explain.ts'
import { diffColour, diffOutput } from './diff-flags.ts'
import { usage } from './flags.ts'
import { Output } from './output.ts'
import { redactor } from './redactor.ts'
import { reuseOf } from './release-flags.ts'

const formats = ['diff', 'simple', 'json', 'markdown', 'html']
/** Origins beyond this many fields are not looked up. */
const maxOrigins = 500

interface Annotated {
  readonly change: ObjectChange
  readonly notes: readonly string[]
  readonly previewed: PreviewedObject | undefined
  readonly origins: ReadonlyMap<string, string>
}

/** `pintle diff upgrade --live`. @returns whether something would change */
export async function diffLive(context: CommandContext, session: Session): Promise<boolean> {
  const { args, flags, out, signal } = context
  const [name, reference] = args as [string, string]
  const output = diffOutput(flags)
  if (!formats.includes(output)) throw usage(`with --live, --output is one of: ${formats.join(', ')}`)
  const ignored = flags.list('ignore')
  for (const word of ignored) if (!noises.includes(word as Noise)) throw usage(`nothing to ignore is called ${JSON.stringify(word)}; there are: ${noises.join(', ')}`)
  const { cluster, namespace } = session
  const [chart, values, { current, last }] = await Promise.all([
    locateChart(reference, context).then((path) => loadInstallable(path, context)), userValues(context), revisions(context, session, name),
  ])
  const source = {
    chart, values, cluster, reuse: reuseOf(flags), skipSchemaValidation: flags.bool('skip-schema-validation'), enableDns: flags.bool('enable-dns'), signal,
    ...(flags.list('post-renderer').length > 0 && { postRender: (await import('./post-renderer.ts')).postRendererOf(context)! }),
  }
  const { rendered, locate } = await renderForCluster(source, {
    name, namespace, revision: (last?.version ?? 0) + 1, isUpgrade: current !== undefined, ...(current && { current: currentOf(current) }),
  })
  const answered = await preview({
    cluster, namespace, name, manifest: rendered.manifest, previous: current?.manifest ?? '', serverSide: current === undefined || current.apply_method === 'ssa', driver: session.records, signal,
  })
  const clean = (object: NonNullable<PreviewedObject['after']>) => withoutNoise(object, ignored as Noise[])
  const changes = diffObjects(answered.map((p) => ({
    ...(p.before && { before: clean(p.before) }), ...(p.after && { after: clean(p.after) }), ...(p.source !== undefined && { source: p.source }), ...(p.kept && { kept: true }),
  })), redactor())
  const annotated = await annotate(context, { changes, answered, chart, locate })
  print(context, output, changes, annotated, { name, namespace, revision: last?.version ?? 0 })
  for (const [what, n] of [['would be refused', answered.filter((p) => p.rejection !== undefined).length], ['could not be asked about', answered.filter((p) => p.unchecked !== undefined).length]] as const) {
    if (n > 0) out.note(`${n} object(s) ${what}`)
  }
  return changes.added + changes.changed + changes.removed > 0
}

/** Only what rendering looks at. */
const currentOf = (record: ReleaseRecord) => record as NonNullable<Parameters<typeof renderForCluster>[1]['current']>

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

async function annotate(context: CommandContext, { changes, answered, chart, locate }: { changes: ChangeSet; answered: readonly PreviewedObject[]; chart: Chart; locate: Locate }): Promise<Map<ObjectChange, Annotated>> {
  const key = (o: { apiVersion: string; kind: string; namespace?: string; name: string }) => `${o.apiVersion}/${o.kind}/${o.namespace ?? ''}/${o.name}`
  const byKey = new Map(answered.map((p) => [key({ ...p.ref, namespace: p.after?.metadata.namespace ?? p.before?.metadata.namespace ?? p.ref.namespace ?? '' }), p]))
  const moves = findMoves(changes)
  const sources = context.flags.bool('origins') ? await layerSources(context) : undefined
  let left = maxOrigins
  const out = new Map<ObjectChange, Annotated>()
  for (const change of changes.objects) {
    const previewed = byKey.get(key(change))
    const notes: string[] = []
    const origins = new Map<string, string>()
    if (previewed?.rejection !== undefined) notes.push(`the cluster would refuse it: ${previewed.rejection}`)
    if (previewed?.approximate === true) notes.push(`the server could not be asked (${previewed.unchecked}): worked out here, without its defaults, admission and conversions`)
    else if (previewed?.unchecked !== undefined) notes.push(`the server could not be asked: ${previewed.unchecked}`)
    for (const { from, to, alike } of moves) {
      const percent = `${Math.round(alike * 100)}% alike`
      if (to === change) notes.push(`looks like ${placed(from)} under a new name (${percent}), which is deleted`)
      if (from === change) notes.push(`looks like it becomes ${placed(to)} (${percent})`)
    }
    if (sources !== undefined) {
      for (const field of change.fields.slice(0, left)) {
        const found = locate({ kind: change.kind, name: change.name, keys: pathKeys(field.path) })
        if (found === undefined) continue
        const read = found.values.map((value) => {
          const layer = valueLayers(chart, value.split('.'), sources).at(-1)
          return layer === undefined ? value : `${value} (${layer.file === undefined ? layer.source : `${relative(process.cwd(), layer.file) || layer.file}${layer.line === undefined ? '' : `:${layer.line}`}`})`
        })
        origins.set(field.path, `${found.place.file}:${found.place.line}${read.length === 0 ? '' : `, from ${read.join(', ')}`}`)
      }
      left = Math.max(0, left - change.fields.length)
      for (const [path, origin] of origins) notes.push(`${path}: ${origin}`)
    }
    out.set(change, { change, notes, previewed, origins })
  }
  return out
}

const placed = (o: ObjectChange): string => `${o.kind}/${o.name}${o.namespace === undefined ? '' : ` in ${o.namespace}`}`

function print(context: CommandContext, output: string, changes: ChangeSet, annotated: ReadonlyMap<ObjectChange, Annotated>, release: { name: string; namespace: string; revision: number }): void {
  const { flags, out } = context
  const lines = flags.changed('context') ? { context: flags.number('context') < 0 ? Number.MAX_SAFE_INTEGER : flags.number('context') } : {}
  const notes = (object: ObjectChange): readonly string[] => annotated.get(object)?.notes ?? []
  const styled = new Output({ colour: diffColour(context) ? 'always' : 'never' })
  switch (output) {
    case 'markdown': return out.write(formatMarkdown(changes, { ...lines, notes }))
    case 'html': return out.write(formatHtml(changes, { ...lines, notes, title: `${release.namespace}/${release.name}: what would change` }))
    case 'simple':
      for (const o of changes.objects) if (o.action !== 'none') out.line(`${o.action.padEnd(6)} ${placed(o)}${o.classes.length === 0 ? '' : `  [${o.classes.join(', ')}]`}`)
      return out.line(summary(changes))
    case 'json': return out.line(JSON.stringify({
      ...release, added: changes.added, changed: changes.changed, removed: changes.removed, unchanged: changes.unchanged,
      objects: [...annotated.values()].filter(({ change }) => change.action !== 'none').map(({ change: { before: _b, after: _a, ...change }, previewed, origins, notes: said }) => ({
        ...change, fields: change.fields.map((f) => (origins.has(f.path) ? { ...f, origin: origins.get(f.path) } : f)),
        ...(previewed?.rejection !== undefined && { rejection: previewed.rejection }), ...(previewed?.unchecked !== undefined && { unchecked: previewed.unchecked }), ...(previewed?.approximate && { approximate: true }),
        ...(said.length > 0 && { notes: said }),
      })),
    }, undefined, 2))
    default: return out.write(formatText(changes, { ...lines, notes, paint: (style, text) => styled.style(style, text) }))
  }
}

