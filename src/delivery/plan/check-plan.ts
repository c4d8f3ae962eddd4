import { readOnce, type CallOptions, type Cluster } from '../../cluster/kube/index.ts'
import { ReleaseHistory, Storage, crdLosses, isPending, judgeRun, mapParallel, type StorageDriver } from '../../cluster/release/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { sha256 } from '../attestation/index.ts'
import { checkObjects } from './check-objects.ts'
import { checkSources } from './check-sources.ts'
import { thaw, type FrozenRelease } from './frozen-release.ts'
import { answerText, lookupArguments } from './lookup-answers.ts'
import type { PlannedRelease } from './plan-file.ts'
import type { PlanKey } from './plan-key.ts'
import type { DigestedPlan } from './plan-text.ts'
import { boundText } from './planned-release.ts'
import { uidOf } from './prepare.ts'
import { lookup } from './release-source.ts'
import { releaseState, type ReleaseState } from './release-state.ts'
import { objectText, type Refusal } from './refusals.ts'

export interface CheckPlanOptions extends CallOptions {
  readonly plan: DigestedPlan
  readonly key: PlanKey
  readonly cluster: Cluster
  readonly driver: (namespace: string, cluster: Cluster) => StorageDriver
  /** Version of this Pintle. */
  readonly version: string
  readonly now?: Date
  /** The digest that was approved, where one is given by hand. */
  readonly approvedDigest?: string
  /** Judges the approvals. Left out, a plan that requires any is refused. */
  readonly approvals?: (plan: DigestedPlan) => Promise<readonly Refusal[]>
  /** Digests of policies that would do now: of the environment's, of a stricter one. Left out: nobody knows. */
  readonly policyDigests?: readonly string[]
  /** Compare chart, values and lock with what lies in this folder; `strict` when they must be there. Left out: do not look. */
  readonly sources?: { readonly base: string; readonly strict: boolean }
}

/** A release of a plan, opened, and where it stands. */
export interface CheckedRelease {
  readonly planned: PlannedRelease
  readonly frozen: FrozenRelease
  readonly state: Exclude<ReleaseState, { state: 'stale' }> | undefined
  /** The revisions that were seen: whoever makes another one first wins. */
  readonly history: ReleaseHistory
}

export interface CheckedPlan {
  /** All preconditions that do not hold. Empty: it may be applied. */
  readonly refusals: readonly Refusal[]
  readonly releases: readonly CheckedRelease[]
  /** Nothing is left to do. */
  readonly applied: boolean
}

/**
 * Checks every precondition of a plan, all of them before any is reported. Changes nothing.
 * @throws PintleError plan.invalid for a plan that its key does not open, and those of the cluster
 */
export async function checkPlan(options: CheckPlanOptions): Promise<CheckedPlan> {
  const { plan: { plan, digest }, key, signal } = options
  const call = signal ? { signal } : {}
  if (key.id !== plan.key.id) return { refusals: [{ id: 'plan/other-key', message: `it was made with key ${plan.key.id}, this is key ${key.id}` }], releases: [], applied: false }
  const bound = boundText(plan)
  const opened = plan.releases.map((planned, index) => ({ planned, frozen: thaw(key.open(planned.payload, `${bound} ${index}`)) }))
  const cluster = readOnce(options.cluster)
  const clusterUid = await uidOf(cluster, 'kube-system', call) ?? ''
  const foreign = plan.releases.filter((r) => r.target.clusterUid !== clusterUid)
  if (foreign.length > 0) {
    const message = `the plan was made for the cluster whose kube-system namespace has UID ${foreign[0]!.target.clusterUid || '(unknown)'} (${foreign[0]!.target.server}); this one has ${clusterUid || '(unknown)'}`
    // Of another cluster nothing else is worth comparing.
    return { refusals: [...await ofPlan(options), { id: 'target/other-cluster', message }], releases: [], applied: false }
  }
  const read = await mapParallel(opened, async ({ planned, frozen }) => {
    const history = await new Storage(options.driver(planned.namespace, cluster)).history(planned.name, call)
    return { planned, frozen, history, state: releaseState(planned, history, digest) }
  })
  const releases = read.map(({ state, ...rest }): CheckedRelease => ({ ...rest, state: state.state === 'stale' ? undefined : state }))
  if (read.every((r) => r.state.state === 'applied')) return { refusals: [], releases, applied: true }
  // Once this plan was begun, what its own releases changed is no reason to stop half-way.
  const begun = read.some((r) => r.state.state === 'applied' || r.state.state === 'begun')
  const found = await mapParallel(read, async ({ state, ...release }): Promise<Refusal[]> => {
    if (state.state === 'applied') return []
    const target = await ofTarget(options, cluster, release, begun)
    if (state.state === 'stale') return [state.refusal, ...target]
    const { history, planned, frozen } = release
    const known = new ReleaseHistory(planned.name, history.revisions.filter((r) => r.version <= (planned.storage.serial?.revision ?? 0)))
    const last = history.last
    if (last !== undefined && isPending(last.status)) {
      const run = await judgeRun(cluster, planned.namespace, last, call)
      if (run?.expired !== true) return [...target, { id: 'stale/release-busy', release: planned.name, message: `revision ${last.version} is ${last.status}${run === undefined ? ', and nothing tells whether its run still lives' : `: ${run.holder} runs ${run.operation} since ${run.since}`}` }]
    }
    const objects = await checkObjects({ cluster, planned, frozen, history: known, key, begun: state.state === 'begun', ...call })
    return [...target, ...objects, ...(objects.some((r) => r.id === 'stale/crd-changed') ? [] : await ofUse(cluster, release, call))]
  })
  return { refusals: [...await ofPlan(options), ...found.flat()], releases, applied: false }
}

/** What concerns the plan as a whole. */
async function ofPlan({ plan: digested, version, now = new Date(), approvedDigest, approvals, policyDigests }: CheckPlanOptions): Promise<Refusal[]> {
  const { plan, digest } = digested
  const out: Refusal[] = []
  if (plan.tool.pintle !== version) out.push({ id: 'plan/tool-version', message: `it was made by Pintle ${plan.tool.pintle}, this is ${version}` })
  if (!(Date.parse(plan.expires) > now.getTime())) out.push({ id: 'plan/expired', message: `it expired at ${plan.expires}` })
  if (approvedDigest !== undefined && approvedDigest !== digest) out.push({ id: 'plan/other-digest', message: `approved is ${approvedDigest}, this plan is ${digest}` })
  if (policyDigests !== undefined && !policyDigests.includes(plan.policy.digest)) out.push({ id: 'plan/policy-changed', message: `it was judged by the policy ${plan.policy.digest || '(none)'} (pack ${plan.policy.pack || '(none)'}), the environment's is ${policyDigests[0] ?? '(none)'} now` })
  const blocking = plan.policy.results.filter((r) => r.severity === 'block' && r.status === 'violated')
  const lapsed = plan.policy.results.flatMap((r) => (r.severity === 'block' ? r.overrides.filter((o) => !(Date.parse(o.expires) > now.getTime())) : []))
  for (const { rule, by, expires } of lapsed) out.push({ id: 'plan/override-expired', message: `the override of ${rule} by ${by} ended at ${expires}` })
  if (blocking.length > 0) out.push({ id: 'plan/blocked', message: `rules block it: ${blocking.map((r) => r.rule).join(', ')}` })
  if (approvals !== undefined) out.push(...await approvals(digested))
  else if (plan.requires.approvals > 0) out.push({ id: 'plan/unapproved', message: `it needs ${plan.requires.approvals} approval(s), and has none` })
  return out
}

/** What concerns a release apart from its revisions and objects. */
async function ofTarget({ key, driver, sources, signal }: CheckPlanOptions, cluster: Cluster, { planned }: { planned: PlannedRelease }, begun: boolean): Promise<Refusal[]> {
  const call = signal ? { signal } : {}
  const { name: release, namespace, target, capabilities } = planned
  const out: Refusal[] = []
  const storage = driver(namespace, cluster).name
  if (storage !== planned.storage.driver) out.push({ id: 'plan/other-storage', release, message: `its records are kept in ${planned.storage.driver}s, this run keeps them in ${storage}s` })
  const uid = await uidOf(cluster, namespace, call)
  if (target.namespaceUid !== undefined && target.namespaceUid !== '' && uid !== target.namespaceUid) {
    out.push(uid === '' ? { id: 'stale/namespace-gone', release, message: `namespace ${namespace} is gone` } : { id: 'stale/namespace-replaced', release, message: `namespace ${namespace} was deleted and made anew` })
  }
  const { gitVersion } = await cluster.version(call)
  if (gitVersion !== capabilities.kubeVersion) out.push({ id: 'stale/capabilities-changed', release, message: `the server is ${gitVersion}, it was ${capabilities.kubeVersion}` })
  if (!begun && capabilities.apiVersions !== '' && sha256((await cluster.apiVersions(call)).join('\n')) !== capabilities.apiVersions) {
    out.push({ id: 'stale/capabilities-changed', release, message: 'the cluster serves other API versions than when the chart asked for them' })
  }
  if (!begun) for (const { call: text, digest } of planned.lookups) if (!await sameAnswer(text, digest, key, cluster, call)) out.push({ id: 'stale/lookup-changed', release, message: `${text} has another answer now` })
  if (sources !== undefined) out.push(...await checkSources(planned, key, sources.base, sources.strict))
  return out
}

/** What objects made since would lose by the definitions that the plan brings. */
async function ofUse(cluster: Cluster, { planned, frozen }: { planned: PlannedRelease; frozen: FrozenRelease }, call: CallOptions): Promise<Refusal[]> {
  const { losses } = await crdLosses(cluster, frozen.crds, planned.namespace, call)
  return losses.map(({ ref, field, message }) => ({ id: 'stale/crd-in-use', release: planned.name, object: ref, message: `${objectText(ref)} ${field === undefined ? '' : `${field}: `}${message}` }))
}

async function sameAnswer(text: string, digest: string, key: PlanKey, cluster: Cluster, call: CallOptions): Promise<boolean> {
  const args = lookupArguments(text)
  if (args === undefined) return true
  try {
    return key.digest(answerText(await lookup(cluster, ...args, call))) === digest
  } catch (error) {
    // It was answered when the plan was made.
    if (isPintleError(error) && error.code.startsWith('kube.') && error.code !== 'kube.forbidden' && error.code !== 'kube.notFound' && error.code !== 'kube.noMatch') throw error
    return false
  }
}
