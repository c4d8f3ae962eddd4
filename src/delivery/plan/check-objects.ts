import { diffObjects } from '../../cluster/diff/index.ts'
import type { CallOptions, Cluster } from '../../cluster/kube/index.ts'
import { preview, survey, type ReleaseHistory, type SurveyOptions, type SurveyedObject } from '../../cluster/release/index.ts'
import { sha256 } from '../attestation/index.ts'
import type { FrozenRelease } from './frozen-release.ts'
import { liveState, plannedKey, surveyedKey } from './object-states.ts'
import type { PlannedObject, PlannedRelease } from './plan-file.ts'
import type { PlanKey } from './plan-key.ts'
import { baseOf, runningHooks } from './prepare.ts'
import { objectText, type Refusal } from './refusals.ts'

export interface CheckObjectsOptions extends CallOptions {
  readonly cluster: Cluster
  readonly planned: PlannedRelease
  readonly frozen: FrozenRelease
  /** Of the revisions the plan knows. */
  readonly history: ReleaseHistory
  readonly key: PlanKey
  /** A run of this plan began already: objects may also be as the plan leaves them. */
  readonly begun: boolean
}

/**
 * Compares every object the plan touches with what was seen when it was made: who it is, and the fields that the release owns or would write. Status and the
 * fields of others may change.
 */
export async function checkObjects(options: CheckObjectsOptions): Promise<Refusal[]> {
  const { cluster, planned, frozen, history, key, begun, signal } = options
  const { name, namespace } = planned
  const { current } = baseOf(history)
  const serverSide = planned.applyMethod === 'ssa'
  const surveying: SurveyOptions = {
    cluster, namespace, name, manifest: frozen.manifest, previous: current?.record.manifest ?? '', history, hooks: runningHooks(frozen.hooks, current !== undefined), crds: frozen.crds, ...(signal && { signal }),
  }
  const found = await survey(surveying)
  const all = [...planned.crds, ...planned.objects, ...planned.hooks]
  const before = Map.groupBy(all, plannedKey)
  const now = Map.groupBy(found, surveyedKey)
  const refusals: { refusal: Refusal; surveyed?: SurveyedObject }[] = []
  for (const keyText of new Set([...before.keys(), ...now.keys()])) {
    const [was = [], is = []] = [before.get(keyText), now.get(keyText)]
    // What was not there and is to be removed was no part of the plan.
    if (was.length === 0 && is.every((s) => s.role === 'removed' && s.live === undefined)) continue
    if (!sameBytes(was, is, key)) refusals.push({ refusal: { id: 'plan/bytes-differ', release: name, ...refOf(was[0], is[0]), message: `${keyText} would be sent otherwise than planned` } })
    const [one, other] = [was[0], is[0]]
    const why = one === undefined || other === undefined ? undefined : staleness(one, other, serverSide, key)
    if (why !== undefined && one !== undefined) {
      const id = one.action === 'crd' && why.id !== 'stale/object-unreadable' ? 'stale/crd-changed' : why.id
      refusals.push({ refusal: { id, release: name, object: one.ref, message: `${objectText(one.ref)} ${why.message}` }, ...(other && { surveyed: other }) })
    }
  }
  if (!refusals.some((r) => mayBeOurs(r, begun))) return refusals.map((r) => r.refusal)
  const ours = await asPlanned(surveying, serverSide)
  return refusals.filter((r) => !(mayBeOurs(r, begun) && r.surveyed !== undefined && ours(r.surveyed))).map((r) => r.refusal)
}

const refOf = (a: PlannedObject | undefined, b: SurveyedObject | undefined): { object?: PlannedObject['ref'] } => ({ ...((a?.ref ?? b?.resource.ref) && { object: (a?.ref ?? b?.resource.ref)! }) })

/** Definitions are brought before there is a record to tell whose they are: as the plan leaves them they are fine. */
const mayBeOurs = ({ refusal, surveyed }: { refusal: Refusal; surveyed?: SurveyedObject }, begun: boolean): boolean =>
  (begun && refusal.id.startsWith('stale/object-') && refusal.id !== 'stale/object-unreadable') || (surveyed?.role === 'crd' && refusal.id === 'stale/crd-changed')

/** The JSON that would be sent is the one that was planned, object by object. */
function sameBytes(was: readonly PlannedObject[], is: readonly SurveyedObject[], key: PlanKey): boolean {
  const texts = is.map((s) => (s.role === 'removed' ? '' : JSON.stringify(s.resource.object)))
  return was.length === is.length && was.every(({ digest }, i) => digest === (texts[i] === '' ? '' : digest.startsWith('hmac-') ? key.digest(texts[i]!) : sha256(texts[i]!)))
}

function staleness(was: PlannedObject, is: SurveyedObject, serverSide: boolean, key: PlanKey): Pick<Refusal, 'id' | 'message'> | undefined {
  const isHook = was.action === 'hook'
  if (is.failure !== undefined) return { id: 'stale/object-unreadable', message: `cannot be read: ${(is.failure as Error).message}` }
  // A hook is made anew whatever an earlier run left of it, and may be cleaned away at any time.
  if (isHook && (is.live === undefined || is.live.metadata.annotations?.['helm.sh/hook'] !== undefined)) return undefined
  const live = liveState(is, serverSide, key)
  if (was.live === undefined) return live === undefined ? undefined : { id: 'stale/object-appeared', message: 'exists now and did not when the plan was made' }
  if (live === undefined) return { id: 'stale/object-gone', message: 'existed when the plan was made and is gone' }
  if (live.uid !== was.live.uid) return { id: 'stale/object-replaced', message: 'was deleted and made anew' }
  if (live.owned !== was.live.owned) return { id: 'stale/object-changed', message: 'was changed in fields that the release owns or would write' }
  return undefined
}

/** Tells whether an object is as the plan leaves it: the server would change nothing any more. */
async function asPlanned(surveying: SurveyOptions, serverSide: boolean): Promise<(surveyed: SurveyedObject) => boolean> {
  const settled = new Set<string>()
  for (const { surveyed, before, after, rejection, unchecked } of await preview({ ...surveying, serverSide })) {
    if (rejection !== undefined || unchecked !== undefined || before === undefined || after === undefined) continue
    const [change] = diffObjects([{ before, after }], (value) => value).objects
    if (change?.action === 'none') settled.add(surveyedKey(surveyed))
  }
  return (surveyed) => surveyed.role === 'hook' || (surveyed.role === 'removed' ? surveyed.live === undefined : settled.has(surveyedKey(surveyed)))
}
