import type { Chart, Table } from '../../charts/chart/index.ts'
import { Engine } from '../../charts/render/index.ts'
import { readOnce, type Cluster } from '../../cluster/kube/index.ts'
import { ReleaseHistory, Storage, isPending, mapParallel, type StorageDriver } from '../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Pin } from './lock.ts'
import { freeze } from './frozen-release.ts'
import type { PlanFile, PlannedRelease } from './plan-file.ts'
import type { PlanKey } from './plan-key.ts'
import { boundText, frozenRelease, plannedRelease, type ReleaseFacts } from './planned-release.ts'
import { changesAnything, prepare, type ReleasePlan } from './prepare.ts'
import type { SourceOptions } from './release-source.ts'
import { isEnded, readJournal, underWay } from '../rollout/index.ts'
import { planStrategy } from './plan-strategy.ts'
import { inOrder } from './release-order.ts'
import { SecretMarks } from './secret-marks.ts'

/** One release that is to be planned. */
export interface PlanRequest extends ReleaseFacts {
  readonly name: string
  readonly namespace: string
  readonly chart: Chart
  readonly values: Table
  /** What was encrypted in values files: shown nowhere. */
  readonly secrets?: readonly string[]
  /** With keyed digests of values files. */
  readonly pin: Pin
  readonly source?: Partial<SourceOptions>
}

export interface MakePlanOptions extends Pick<PlanFile, 'tool' | 'author' | 'environment' | 'git' | 'ci' | 'requires' | 'emergency'> {
  readonly cluster: Cluster
  /** Where a namespace's release records are kept. */
  readonly driver: (namespace: string, cluster: Cluster) => StorageDriver
  readonly requests: readonly PlanRequest[]
  readonly key: PlanKey
  readonly now?: Date
  /** Milliseconds until it expires. */
  readonly lifetime: number
  /** Judges what was prepared. */
  readonly policy?: (prepared: readonly PreparedRelease[]) => Promise<PlanFile['policy']>
  /** Releases prepared at once. Default 8. */
  readonly concurrency?: number
  readonly signal?: AbortSignal
}

/** A release with what its plan is made from. `prepared` holds secrets. */
export interface PreparedRelease { readonly request: PlanRequest; readonly prepared: ReleasePlan }

/** A plan, and what it was made from: also of the releases that would stay as they are, which the plan leaves out. */
export interface MadePlan { readonly plan: PlanFile; readonly releases: readonly PreparedRelease[] }

/**
 * Makes a plan of several releases over one cluster. Discovery, listings and release records are read once for all, charts compiled once. Changes nothing.
 * @throws PintleError plan.order, and those of `prepare`
 */
export async function makePlan(options: MakePlanOptions): Promise<MadePlan> {
  const { key, signal, concurrency = 8 } = options
  const now = options.now ?? new Date()
  const requests = inOrder(options.requests)
  const cluster = readOnce(options.cluster)
  const engine = new Engine()
  const historyFor = histories(requests, (namespace) => options.driver(namespace, cluster), signal)
  const prepared = await mapParallel(requests, async (request) => {
    const marks = new SecretMarks(key)
    const { name, namespace, chart, values, secrets, pin, source, settings: { createNamespace, upgradeCrds } } = request
    const history = await historyFor(namespace, name)
    if (history.last !== undefined && isPending(history.last.status)) await requireNoRollout(cluster, namespace, name, signal)
    const release = await named(request, requests.length > 1, () => prepare({
      cluster, name, namespace, chart, values, pin, marks, engine, createNamespace, upgradeCrds, driver: options.driver(namespace, cluster), history, ...(source && { source }), ...(secrets && { secrets }), ...(signal && { signal }),
    }))
    const strategy = await named(request, requests.length > 1, () => planStrategy(release, request.rollout, cluster, signal ? { signal } : {}))
    // The steps of another controller are known only now.
    const told = strategy.rollout === undefined ? request : { ...request, rollout: strategy.rollout }
    return { request: told, prepared: release, strategy, clear: plannedRelease(release, told, strategy, key, marks), marks }
  }, concurrency)
  const judged = await options.policy?.(prepared) ?? { pack: '', digest: '', results: [], overrides: [] }
  // What a cluster or a rule of somebody's own says may quote an object.
  const clean = <T>(told: T): T => prepared.reduce((text, { marks }) => marks.cleanAll(text), told)
  const policy = { ...judged, results: clean(judged.results), ...(judged.checked && { checked: judged.checked.map((c) => ({ ...c, ...clean({ checks: c.checks, ...(c.staging && { staging: c.staging }) }) })) }) }
  const { tool, author, environment, git, ci, requires, emergency } = options
  const changed = prepared.filter((p) => changesAnything(p.prepared))
  const names = new Set(changed.map((p) => p.request.name))
  const clear = {
    schema: 'pintle.dev/plan/v1' as const, tool, created: now.toISOString(), expires: new Date(now.getTime() + options.lifetime).toISOString(), author, environment,
    ...(git && { git }), ...(ci && { ci }), requires, ...(emergency && { emergency }), policy, releases: changed.map((p) => ({ ...p.clear, needs: p.clear.needs.filter((need) => names.has(need)) })), key: { id: key.id },
  }
  const bound = boundText(clear)
  const releases = clear.releases.map((release, index): PlannedRelease => ({ ...release, payload: key.seal(freeze(frozenRelease(changed[index]!.prepared, changed[index]!.request, changed[index]!.marks)), `${bound} ${index}`) }))
  return { plan: { ...clear, releases }, releases: prepared.map(({ request, prepared: from }) => ({ request, prepared: from })) }
}

/** A plan over a release that is half-way to another version would take that half for the start. @throws PintleError rollout.state */
async function requireNoRollout(cluster: Cluster, namespace: string, name: string, signal: AbortSignal | undefined): Promise<void> {
  const stored = await readJournal(cluster, namespace, name, signal ? { signal } : {}).catch((error: unknown) => {
    // Who may not read it is told by the pending revision.
    if (isPintleError(error, 'kube.forbidden', 'rollout.invalid')) return undefined
    throw error
  })
  if (stored !== undefined && !isEnded(stored.journal)) throw underWay(stored.journal)
}

/** The revisions of each release: one listing for a namespace with several. */
function histories(requests: readonly PlanRequest[], driver: (namespace: string) => StorageDriver, signal: AbortSignal | undefined): (namespace: string, name: string) => Promise<ReleaseHistory> {
  const call = signal ? { signal } : {}
  const counts = new Map<string, number>()
  for (const { namespace } of requests) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  const listings = new Map<string, Promise<Map<string, ReleaseHistory>>>()
  const listing = async (namespace: string): Promise<Map<string, ReleaseHistory>> => {
    const byName = Map.groupBy(await driver(namespace).list({ owner: 'helm' }, call), (stored) => stored.name)
    return new Map([...byName].map(([name, revisions]) => [name, new ReleaseHistory(name, revisions)]))
  }
  return async (namespace, name) => {
    if (counts.get(namespace) === 1) return await new Storage(driver(namespace)).history(name, call)
    let known = listings.get(namespace)
    if (known === undefined) listings.set(namespace, known = listing(namespace))
    return (await known).get(name) ?? new ReleaseHistory(name, [])
  }
}

/** An error that says of which of several releases it is. */
async function named<T>({ name }: PlanRequest, several: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!several || !isPintleError(error)) throw error
    const { code, message, hint, place, details } = error
    throw new PintleError(code, `${name}: ${message}`, { cause: error, ...(hint !== undefined && { hint }), ...(place && { place }), ...(details && { details }) })
  }
}
