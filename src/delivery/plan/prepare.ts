import { chartRecord, type Chart, type Table } from '../../charts/chart/index.ts'
import type { Engine, Rendered } from '../../charts/render/index.ts'
import { diffObjects, type ChangeSet, type ObjectPair } from '../../cluster/diff/index.ts'
import type { CallOptions, Cluster, KubeObject, ObjectRef } from '../../cluster/kube/index.ts'
import {
  KubeDriver, Storage, fittingRecord, manifestObjects, pendingRecord, plainJson, preview, requireLosslessCrds, type CrdFile, type PreviewedObject, type ReleaseHistory, type ReleaseRecord, type StorageDriver, type StoredRelease,
} from '../../cluster/release/index.ts'
import { isPintleError } from '../../errors/index.ts'
import type { Value } from '../../language/go/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import { differences, type NondeterministicLine } from './determinism.ts'
import { imagesOf } from './images.ts'
import type { Pin } from './lock.ts'
import type { PlannedRelease } from './plan-file.ts'
import { operationsOf, rollbackOf, type CrdChange } from './plan-words.ts'
import { crdFiles, renderForCluster, type SeenCapabilities, type SourceOptions } from './release-source.ts'
import type { SecretMarks } from './secret-marks.ts'

export interface PrepareOptions {
  readonly cluster: Cluster
  /** Where release records are kept; default Secrets of the namespace. */
  readonly driver?: StorageDriver
  readonly name: string
  readonly namespace: string
  readonly chart: Chart
  readonly values: Table
  readonly pin: Pin
  /** Learns the secrets of this release, and keeps them out of what is shown. */
  readonly marks: SecretMarks
  /** What was encrypted in values files. */
  readonly secrets?: readonly string[]
  readonly createNamespace?: boolean
  /** On an upgrade, too, bring the chart's definitions up to date first. */
  readonly upgradeCrds?: boolean
  /** The revisions there are, when somebody has read them already. */
  readonly history?: ReleaseHistory
  /** Shared by those who render the same chart. */
  readonly engine?: Engine
  readonly source?: Partial<SourceOptions>
  readonly signal?: AbortSignal
}

/** What would be released, and all a reviewer needs to decide. Holds secrets in `rendered`, `config`, `previewed` and `recorded`. */
export interface ReleasePlan {
  readonly name: string
  readonly namespace: string
  readonly clusterUid: string
  /** UID of the release's namespace; '' when there is none, undefined where it may not be read. */
  readonly namespaceUid: string | undefined
  readonly pin: Pin
  readonly revision: { readonly before: number; readonly after: number }
  /** The revision that is upgraded; undefined for an install. */
  readonly current: ReleaseRecord | undefined
  readonly history: ReleaseHistory
  readonly driver: string
  readonly serverSide: boolean
  readonly rendered: Rendered
  readonly config: Table
  readonly capabilities: SeenCapabilities
  /** What templates looked up, with the answers. */
  readonly recorded: ReadonlyMap<string, Value>
  /** Definitions that are brought along. */
  readonly crds: readonly CrdFile[]
  readonly previewed: readonly PreviewedObject[]
  /** Redacted. */
  readonly changes: ChangeSet
  /** Of hooks against those of the revision before. Redacted. */
  readonly hookChanges: ChangeSet
  /** Objects the cluster would refuse. */
  readonly rejected: readonly PreviewedObject[]
  /** Objects the cluster could not be asked about, and why. */
  readonly unchecked: readonly PreviewedObject[]
  /** The namespace does not exist yet. */
  readonly namespaceMissing: boolean
  /** Of the encoded release record; 0 where there is no limit. */
  readonly recordBytes: number
  readonly nondeterministic: readonly NondeterministicLine[]
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] }
  /** In order, in words. */
  readonly operations: readonly string[]
  readonly rollback: PlannedRelease['rollback']
}

/**
 * Renders (twice), compares with the live cluster, and works out what applying would do. Changes nothing.
 * @throws PintleError of rendering, of the cluster, release.tooLarge, rule.refused when the chart's CRDs would take something from live objects
 */
export async function prepare(options: PrepareOptions): Promise<ReleasePlan> {
  const { cluster, name, namespace, chart, marks, signal } = options
  const call = signal ? { signal } : {}
  const driver = options.driver ?? new KubeDriver(cluster, namespace)
  const history = options.history ?? await new Storage(driver).history(name, call)
  const { last, current } = baseOf(history)
  const upgrading = current !== undefined
  const source: SourceOptions = { ...options.source, chart, values: options.values, cluster, ...(options.engine && { engine: options.engine }), ...call }
  const context = { name, namespace, revision: (last?.version ?? 0) + 1, isUpgrade: upgrading, ...(current && { current: current.record }) }
  const crds = upgrading && options.upgradeCrds !== true ? [] : crdFiles(chart)
  const crdNotes = await requireLosslessCrds(cluster, crds, namespace, { ...call, hint: upgrading ? lossOnUpgrade : lossOnInstall })
  const { rendered, config, recorded, capabilities } = await renderForCluster(source, context)
  const second = await renderForCluster(source, context)
  const serverSide = current === undefined || current.record.apply_method === 'ssa'
  const wouldBe = pendingRecord(
    { chart: chartRecord(rendered.chart), config, manifest: rendered.manifest, hooks: rendered.hooks, notes: rendered.notes },
    { name, namespace, version: context.revision, serverSide, status: upgrading ? 'pending-upgrade' : 'pending-install', description: '' },
  )
  const stored = fittingRecord(wouldBe, driver)
  const [clusterUid = '', namespaceUid] = await Promise.all([uidOf(cluster, 'kube-system', call), uidOf(cluster, namespace, call)])
  const running = runningHooks(rendered.hooks, upgrading)
  const previewed = (await preview({
    cluster, namespace, name, manifest: rendered.manifest, previous: current?.record.manifest ?? '', history, hooks: running, crds, upgradesCrds: true, serverSide, ...call,
  })).map(rejectedWhereUnserved)
  for (const { surveyed } of previewed) marks.open(surveyed.resource.object)
  for (const { before, after, surveyed } of previewed) for (const object of [surveyed.resource.object, before, after]) if (object !== undefined) marks.learn(object)
  for (const value of recorded.values()) if (value instanceof Map) marks.learn(JSON.parse(plainJson(value)) as KubeObject)
  marks.learnValues(options.secrets ?? [])
  marks.learnPlaintext(config)
  marks.learnPlaintext(rendered.values)
  const changes = shownDiff(previewed.filter((p) => p.surveyed.role !== 'hook').map((p) => ({
    ...(p.before ? { before: p.before } : {}), ...(p.after ? { after: p.after } : {}), ...(p.source ? { source: p.source } : {}), ...(p.kept ? { kept: p.kept } : {}),
  })), marks)
  const revision = { before: current?.version ?? 0, after: context.revision }
  const definitions = crdChanges(previewed, changes, crdNotes)
  const namespaceMissing = namespaceUid === '' || previewed.some((p) => p.noNamespace)
  return {
    name, namespace, clusterUid, namespaceUid, pin: options.pin, revision, current: current?.record, history, driver: driver.name, serverSide, rendered, config,
    capabilities: capabilities ?? { kubeVersion: '', apiVersions: undefined },
    recorded, crds, previewed, changes,
    hookChanges: shownDiff(hookPairs(current === undefined ? [] : runningHooks(current.record.hooks, true), running), marks),
    rejected: previewed.filter((p) => p.rejection !== undefined),
    unchecked: previewed.filter((p) => p.unchecked !== undefined),
    namespaceMissing,
    recordBytes: stored?.length ?? 0,
    nondeterministic: differences(rendered, second.rendered),
    images: { before: current === undefined ? [] : imagesOf(manifestObjects(current.record.manifest)), after: imagesOf([...rendered.manifests.map((m) => m.content), ...rendered.hooks.map((h) => h.manifest)].flatMap(manifestObjects)) },
    operations: operationsOf(rendered, changes, {
      upgrading, namespace, createNamespace: namespaceMissing && options.createNamespace === true, crds: definitions,
    }),
    rollback: rollbackOf(name, namespace, revision.before, rendered.hooks, definitions),
  }
}

const lossOnUpgrade = 'Nothing was changed. Change what is named first, or leave out --upgrade-crds: then the definitions stay as they are. `pintle upgrade --upgrade-crds --force-crds` takes the loss.'
const lossOnInstall = 'Nothing was changed. Change what is named first. `pintle install --skip-crds` leaves the definitions as they are, `pintle install --upgrade-crds --force-crds` takes the loss.'

/** The definitions that are made or changed before all else, with what a reviewer must know of each. */
function crdChanges(previewed: readonly PreviewedObject[], changes: ChangeSet, notes: readonly { ref: ObjectRef; message: string }[]): CrdChange[] {
  return previewed.filter((p) => p.surveyed.role === 'crd').flatMap(({ ref }) => {
    const { action } = changes.objects.find((o) => o.kind === ref.kind && o.name === ref.name) ?? {}
    if (action !== 'add' && action !== 'change') return []
    return [{ action, kind: ref.kind, name: ref.name, notes: notes.filter((n) => n.ref.name === ref.name).map((n) => n.message) }]
  })
}

/** Whether applying it would change anything: objects, hooks, or a release that is not deployed. */
export function changesAnything({ changes, hookChanges, current }: Pick<ReleasePlan, 'changes' | 'hookChanges' | 'current'>): boolean {
  return [changes, hookChanges].some((set) => set.added + set.changed + set.removed > 0) || current?.info.status !== 'deployed'
}

/** The last revision, and the one an upgrade starts from: none where there is no release, or an uninstalled one. */
export function baseOf(history: ReleaseHistory): { last: StoredRelease | undefined; current: StoredRelease | undefined } {
  const { last, deployed } = history
  return { last, current: last === undefined || last.status === 'uninstalled' ? undefined : (deployed ?? last) }
}

/** The hooks that run when a release is applied. */
export function runningHooks<T extends { readonly events: readonly string[] }>(hooks: readonly T[], upgrading: boolean): T[] {
  const events = upgrading ? ['pre-upgrade', 'post-upgrade'] : ['pre-install', 'post-install']
  return hooks.filter((hook) => hook.events.some((event) => events.includes(event)))
}

/** '' when there is no such namespace, undefined where it may not be read. */
export async function uidOf(cluster: Cluster, name: string, call: CallOptions): Promise<string | undefined> {
  try {
    return (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name }, call))?.metadata.uid ?? ''
  } catch (error) {
    if (!isPintleError(error, 'kube.forbidden')) throw error
    return undefined
  }
}

/** A kind the cluster does not serve is refused: what the release defines itself counts as served. */
function rejectedWhereUnserved(p: PreviewedObject): PreviewedObject {
  if (!p.unserved) return p
  const { unchecked, ...rest } = p
  return { ...rest, rejection: unchecked ?? 'the cluster does not serve this kind' }
}

function shownDiff(pairs: readonly ObjectPair[], marks: SecretMarks): ChangeSet {
  const shown = (object: KubeObject | undefined): KubeObject | undefined => (object === undefined ? undefined : marks.shown(object))
  return diffObjects(pairs.map((pair) => {
    const [before, after] = [shown(pair.before), shown(pair.after)]
    return { ...(pair.source !== undefined && { source: pair.source }), ...(pair.kept !== undefined && { kept: pair.kept }), ...(before && { before }), ...(after && { after }) }
    // What is redacted already stays as it is.
  }), (value) => value)
}

/** Hooks are made anew each time: what changes is their manifest. */
export function hookPairs(before: readonly { path: string; manifest: string }[], after: readonly { path: string; manifest: string }[]): ObjectPair[] {
  const index = (hooks: readonly { path: string; manifest: string }[]) => new Map(hooks.flatMap((hook) => {
    const object = parseDocument(hook.manifest) as KubeObject | null
    return object === null ? [] : [[`${object.kind}/${object.metadata?.name}`, { object, source: hook.path }] as const]
  }))
  const [old, now] = [index(before), index(after)]
  return [...new Set([...old.keys(), ...now.keys()])].map((key) => {
    const [a, b] = [old.get(key), now.get(key)]
    return { source: (b ?? a)!.source, ...(a && { before: a.object }), ...(b && { after: b.object }) }
  })
}
