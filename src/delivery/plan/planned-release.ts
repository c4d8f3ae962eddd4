import { chartRecord } from '../../charts/chart/index.ts'
import { plainJson, type StoredRelease } from '../../cluster/release/index.ts'
import type { ChangeSet } from '../../cluster/diff/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import { checkName } from '../verify/index.ts'
import { refKey } from '../../cluster/diff/index.ts'
import type { FrozenRelease } from './frozen-release.ts'
import { answerText, callText } from './lookup-answers.ts'
import { liveState, sentDigest } from './object-states.ts'
import type { PlannedObject, PlannedRelease, PlannedStrategy } from './plan-file.ts'
import type { PlanKey } from './plan-key.ts'
import type { ReleasePlan } from './prepare.ts'
import type { RolloutSpec } from '../rollout/index.ts'
import type { Smoke } from './project-shape.ts'
import type { PlannedWatch } from './service-watch.ts'
import type { SecretMarks } from './secret-marks.ts'

/** What a plan says of a release that no render and no cluster tells. */
export interface ReleaseFacts {
  readonly service: string
  readonly needs: readonly string[]
  readonly target: { readonly server: string; readonly context: string; readonly simulated: boolean }
  readonly sources: PlannedRelease['sources']
  readonly settings: PlannedRelease['settings']
  readonly smoke: readonly Smoke[]
  /** How its traffic moves; left out for a rolling update. */
  readonly rollout?: RolloutSpec
  /** How it is watched once it is deployed. */
  readonly watch?: PlannedWatch
  /** Somebody said that it may be replaced at once. */
  readonly simple?: boolean
}

/** A prepared release as it stands in a plan, in clear and without its payload; every text of it is free of the release's secrets. */
export function plannedRelease(plan: ReleasePlan, facts: ReleaseFacts, strategy: PlannedStrategy, key: PlanKey, marks: SecretMarks): Omit<PlannedRelease, 'payload'> {
  const { name, namespace, history, rendered, capabilities } = plan
  const last = history.last
  const actions = new Map(plan.changes.objects.map((o) => [refKey({ ...o, metadata: { name: o.name, ...(o.namespace !== undefined && { namespace: o.namespace }) } }), o.action]))
  const planned = (roles: readonly string[]): PlannedObject[] => plan.previewed.filter((p) => roles.includes(p.surveyed.role)).map((p) => {
    const { role, resource: { object, ref } } = p.surveyed
    const live = liveState(p.surveyed, plan.serverSide, key)
    const action = role === 'hook' || role === 'crd' ? role : role === 'removed' ? (p.kept ? 'keep' : 'remove') : (actions.get(refKey(object)) ?? 'add')
    return { ref, ...(p.source !== undefined && { source: p.source }), action, digest: sentDigest(p.surveyed, key, marks), ...(live && { live }) }
  })
  return {
    service: facts.service, name, namespace, needs: facts.needs,
    target: { ...facts.target, clusterUid: plan.clusterUid, ...(plan.namespaceUid !== undefined && { namespaceUid: plan.namespaceUid }) },
    storage: { driver: plan.driver, lineage: lineageOf(history.revisions), ...(last && { serial: serialOf(last) }) },
    pin: plan.pin,
    values: key.digest(plainJson(plan.config)),
    sources: facts.sources,
    capabilities: { kubeVersion: capabilities.kubeVersion, apiVersions: capabilities.apiVersions === undefined ? '' : sha256(capabilities.apiVersions.join('\n')) },
    lookups: [...plan.recorded].map(([call, answer]) => ({ call: callText(call), digest: key.digest(answerText(answer)) })),
    nondeterministic: plan.nondeterministic,
    applyMethod: plan.serverSide ? 'ssa' : 'csa',
    manifestDigest: key.digest(rendered.manifest),
    objects: planned(['target', 'removed']), hooks: planned(['hook']), crds: planned(['crd']),
    images: plan.images,
    changes: withoutUnchanged(plan.changes),
    hookChanges: withoutUnchanged(plan.hookChanges),
    operations: [...plan.operations, ...facts.smoke.map((s) => marks.clean(`${'http' in s ? 'check' : 'run'} ${checkName(s)}`)), ...(facts.watch ? [`watch for ${facts.watch.for / 60_000} min${facts.watch.onRed === 'rollback' ? ', and roll back when it turns red' : ''}`] : [])],
    revision: plan.revision, rollback: plan.rollback,
    strategy, ...(facts.watch && { watch: facts.watch }),
    settings: facts.settings,
  }
}

/** What of a prepared release is sealed into the plan. */
export const frozenRelease = ({ rendered, config, crds }: ReleasePlan, { smoke }: ReleaseFacts, marks: SecretMarks): FrozenRelease =>
  ({ manifest: rendered.manifest, hooks: rendered.hooks, notes: rendered.notes, config, chart: chartRecord(rendered.chart), crds, smoke, secrets: marks.known })

/** Identity of the oldest revision that is kept; a release that was removed and made anew has another. */
export const lineageOf = (revisions: readonly StoredRelease[]): string => (revisions[0] === undefined ? '' : identityOf(revisions[0]).uid)

export function serialOf(stored: StoredRelease): NonNullable<PlannedRelease['storage']['serial']> {
  return { revision: stored.version, status: stored.status, ...identityOf(stored) }
}

/** Where records are no objects of the cluster, their times stand for it. */
function identityOf({ identity, labels, key }: StoredRelease): { uid: string; resourceVersion: string } {
  return { uid: identity.uid ?? `${key} ${identity.createdAt ?? labels.createdAt ?? ''}`.trim(), resourceVersion: identity.resourceVersion ?? labels.modifiedAt ?? labels.createdAt ?? '' }
}

/** What stays as it is needs no review, only its count. */
const withoutUnchanged = (changes: ChangeSet): ChangeSet => ({ ...changes, objects: changes.objects.filter((o) => o.action !== 'none') })

/** Everything of a plan that payloads are bound to. */
export const boundText = (plan: { readonly releases: readonly object[] }): string => sha256(canonicalJson({ ...plan, releases: plan.releases.map((r) => ({ ...r, payload: undefined })) }))
