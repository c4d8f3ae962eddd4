import { chartRecord, type Chart, type Table } from '../../charts/chart/index.ts'
import type { Rendered } from '../../charts/render/index.ts'
import { diffObjects, type ChangeSet, type Redactor } from '../../cluster/diff/index.ts'
import type { Cluster, KubeObject } from '../../cluster/kube/index.ts'
import { KubeDriver, fittingRecord, pendingRecord, preview, releaseHistory, requireLosslessCrds, type PreviewedObject, type ReleaseRecord, type StorageDriver } from '../../cluster/release/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import { imagesOf } from './images.ts'
import type { Pin } from './lock.ts'
import { crdFiles, renderForCluster, type SourceOptions } from './release-source.ts'

export interface PrepareOptions {
  readonly cluster: Cluster
  /** Where release records are kept; default Secrets of the namespace. */
  readonly driver?: StorageDriver
  readonly name: string
  readonly namespace: string
  readonly chart: Chart
  readonly values: Table
  readonly pin: Pin
  /** Marks secret values in the diff without showing them. */
  readonly redact: Redactor
  readonly source?: Partial<SourceOptions>
  readonly signal?: AbortSignal
}

/** A line that two renders of the same input disagree about: random, time, or the order of a map. */
export interface NondeterministicLine {
  /** `chart/templates/x.yaml` */
  readonly template: string
  /** Line of the rendered file. */
  readonly line: number
}

/** What would be released, and all a reviewer needs to decide. */
export interface ReleasePlan {
  /** Digest of everything below that decides what will be applied; the same input over the same cluster gives the same one. */
  readonly digest: string
  readonly clusterUid: string
  readonly revision: { readonly before: number; readonly after: number }
  readonly current: ReleaseRecord | undefined
  readonly rendered: Rendered
  readonly config: Table
  readonly changes: ChangeSet
  /** Objects the cluster would refuse. */
  readonly rejected: readonly PreviewedObject[]
  /** Objects the cluster could not be asked about, and why. */
  readonly unchecked: readonly PreviewedObject[]
  /** The namespace does not exist yet. */
  readonly namespaceMissing: boolean
  readonly nondeterministic: readonly NondeterministicLine[]
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] }
  /** In order, in words. */
  readonly operations: readonly string[]
  readonly rollback: { readonly target: number; readonly steps: readonly string[] }
}

/**
 * Renders (twice), compares with the live cluster, and works out what applying would do. Changes nothing.
 * @throws PintleError of rendering, of the cluster, release.tooLarge, rule.refused when the chart's CRDs would take something from live objects, release.pending when another operation is under way
 */
export async function prepare(options: PrepareOptions): Promise<ReleasePlan> {
  const { cluster, name, namespace, chart, signal } = options
  const call = signal ? { signal } : {}
  const records = options.driver ? { driver: options.driver } : {}
  const history = await releaseHistory({ cluster, namespace, name, ...records, ...call }).catch((error) => {
    if (isPintleError(error, 'release.notFound')) return []
    throw error
  })
  const last = history.at(-1)?.record
  const current = history.findLast((r) => r.record.info.status === 'deployed')?.record ?? last
  const upgrading = last !== undefined && last.info.status !== 'uninstalled'
  const source: SourceOptions = { ...options.source, chart, values: options.values, cluster, ...call }
  const context = { name, namespace, revision: (last?.version ?? 0) + 1, isUpgrade: upgrading, ...(upgrading && current ? { current } : {}) }
  if (!upgrading) await requireLosslessCrds(cluster, crdFiles(chart), namespace, call)
  const { rendered, config } = await renderForCluster(source, context)
  const second = await renderForCluster(source, context)
  const serverSide = !upgrading || current?.apply_method === 'ssa'
  const wouldBe = pendingRecord(
    { chart: chartRecord(rendered.chart), config, manifest: rendered.manifest, hooks: rendered.hooks, notes: rendered.notes },
    { name, namespace, version: context.revision, serverSide, status: upgrading ? 'pending-upgrade' : 'pending-install', description: '' },
  )
  fittingRecord(wouldBe, options.driver ?? new KubeDriver(cluster, namespace))
  const clusterUid = (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, call).catch(() => undefined))?.metadata.uid ?? ''
  const answered = await preview({ cluster, namespace, name, manifest: rendered.manifest, previous: upgrading ? (current?.manifest ?? '') : '', serverSide, ...records, ...call })
  const previewed = answered.map((p) => withoutServer(p, rendered))
  const changes = diffObjects(
    previewed.map((p) => ({
      ...(p.before ? { before: p.before } : {}),
      ...(p.after ? { after: p.after } : {}),
      ...(p.source ? { source: p.source } : {}),
      ...(p.kept ? { kept: p.kept } : {}),
    })),
    options.redact,
  )
  const revision = { before: upgrading ? (current?.version ?? 0) : 0, after: context.revision }
  const objects = documentsOf(rendered)
  return {
    digest: planDigest({ clusterUid, name, namespace, revision, pin: options.pin, rendered, before: previewed }),
    clusterUid,
    revision,
    current: upgrading ? current : undefined,
    rendered,
    config,
    changes,
    rejected: previewed.filter((p) => p.rejection !== undefined),
    unchecked: previewed.filter((p) => p.unchecked !== undefined),
    namespaceMissing: previewed.some((p) => p.noNamespace),
    nondeterministic: differences(rendered, second.rendered),
    images: { before: upgrading && current ? imagesOf(parseAll(current.manifest)) : [], after: imagesOf(objects) },
    operations: operationsOf(rendered, changes, upgrading),
    rollback: rollbackSteps(name, namespace, upgrading ? (current?.version ?? 0) : 0),
  }
}

/** A kind the cluster does not serve is refused, unless the chart brings its definition. */
function withoutServer(p: PreviewedObject, rendered: Rendered): PreviewedObject {
  if (!p.unserved) return p
  const group = p.ref.apiVersion.includes('/') ? p.ref.apiVersion.split('/')[0]! : ''
  const defines = (text: string) => new RegExp(`^ {2,}kind: *["']?${p.ref.kind}["']?\\s*$`, 'm').test(text) && text.includes(group)
  const brought = rendered.chart.crds().some((crd) => defines(crd.file.text)) || rendered.manifests.some((m) => m.kind === 'CustomResourceDefinition' && defines(m.content))
  if (brought) return p
  const { unchecked, ...rest } = p
  return { ...rest, rejection: unchecked ?? 'the cluster does not serve this kind' }
}

/** Over the bytes that would be applied and the state they were compared with; never over secrets in a guessable form: the manifest is hashed whole. */
function planDigest(facts: { clusterUid: string; name: string; namespace: string; revision: ReleasePlan['revision']; pin: Pin; rendered: Rendered; before: readonly PreviewedObject[] }): string {
  const { tool: _tool, ...pinned } = facts.pin
  return sha256(canonicalJson({
    cluster: facts.clusterUid, name: facts.name, namespace: facts.namespace, revision: facts.revision, pin: pinned,
    manifest: sha256(facts.rendered.manifest),
    hooks: facts.rendered.hooks.map((h) => sha256(`${h.path}\n${h.manifest}`)),
    before: facts.before.map((p) => ({ ref: p.ref, uid: p.before?.metadata.uid, generation: p.before?.metadata.generation })).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)),
  }))
}

/** Every line of the rendered files that differs between two renders. */
export function differences(a: Pick<Rendered, 'files'>, b: Pick<Rendered, 'files'>): NondeterministicLine[] {
  const out: NondeterministicLine[] = []
  for (const [template, text] of a.files) {
    const other = b.files.get(template)
    if (other === text) continue
    const lines = text.split('\n')
    const others = (other ?? '').split('\n')
    for (let i = 0; i < Math.max(lines.length, others.length); i++) if (lines[i] !== others[i]) out.push({ template, line: i + 1 })
  }
  return out
}

function documentsOf(rendered: Rendered): KubeObject[] {
  return [...rendered.manifests.map((m) => m.content), ...rendered.hooks.map((h) => h.manifest)].flatMap((text) => {
    const object = parseDocument(text) as KubeObject | null
    return object === null ? [] : [object]
  })
}

function parseAll(manifest: string): KubeObject[] {
  return manifest.split(/^---[ \t]*$/m).flatMap((text) => {
    const object = text.trim() === '' ? null : (parseDocument(text) as KubeObject | null)
    return object === null ? [] : [object]
  })
}

function operationsOf(rendered: Rendered, changes: ChangeSet, upgrading: boolean): string[] {
  const out: string[] = [upgrading ? 'store the new revision as pending-upgrade' : 'store the revision as pending-install']
  const hooks = (event: string) => rendered.hooks.filter((h) => h.events.includes(event as never)).sort((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : 1))
  const verb = upgrading ? 'upgrade' : 'install'
  for (const h of hooks(`pre-${verb}`)) out.push(`run hook ${h.kind}/${h.name} (pre-${verb}, weight ${h.weight})`)
  const order = new Map(rendered.manifests.map((m, i) => [`${m.kind}/${m.name}`, i]))
  const applied = changes.objects.filter((o) => o.action === 'add' || o.action === 'change').sort((a, b) => (order.get(`${a.kind}/${a.name}`) ?? 0) - (order.get(`${b.kind}/${b.name}`) ?? 0))
  for (const o of applied) out.push(`${o.action === 'add' ? 'create' : 'change'} ${o.kind}/${o.name}`)
  for (const o of changes.objects.filter((c) => c.action === 'remove')) out.push(`delete ${o.kind}/${o.name}`)
  out.push('wait until everything is ready')
  for (const h of hooks(`post-${verb}`)) out.push(`run hook ${h.kind}/${h.name} (post-${verb}, weight ${h.weight})`)
  out.push('store the revision as deployed')
  return out
}

function rollbackSteps(name: string, namespace: string, target: number): ReleasePlan['rollback'] {
  if (target === 0) {
    return { target, steps: [`\`pintle uninstall ${name} -n ${namespace} --wait\` removes the release: there was none before.`] }
  }
  return {
    target,
    steps: [
      `\`pintle history ${name} -n ${namespace}\` shows the revisions; ${target} is the one before this release.`,
      `\`pintle rollback ${name} ${target} -n ${namespace} --wait --timeout 5m\` makes it the current one again (\`helm rollback\` does the same).`,
      `\`pintle status ${name} -n ${namespace}\` shows whether it runs. Hooks that changed data (migrations) are not undone by a rollback.`,
    ],
  }
}
