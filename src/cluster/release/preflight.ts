import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import type { ApplyRules } from './apply.ts'
import { joined } from './failure.ts'
import { findingsOf, located } from './finding.ts'
import type { Finding, Locate } from './finding.ts'
import { touchedFrozen } from './frozen-fields.ts'
import { hooksFor } from './hooks.ts'
import { readLive } from './live.ts'
import { mapParallel } from './parallel.ts'
import type { HookEvent, ReleaseRecord } from './record.ts'
import { buildResources, unservedFinding } from './resources.ts'
import type { Resource } from './resources.ts'
import { reasonOf, trial } from './trial.ts'

export interface PreflightInput {
  cluster: Cluster
  originals: readonly Resource[]
  targets: readonly Resource[]
  /** Objects taken over: nothing is known of their last state but the live one. */
  adopted: readonly Resource[]
  live: ReadonlyMap<Resource, KubeObject | undefined>
  rules: ApplyRules
  locate?: Locate | undefined
}

/**
 * Finds, before anything is written, what the server would refuse because an object cannot change so: immutable fields, transition rules of
 * custom resources. Only objects whose manifest changes in such a place are asked about, so that an ordinary upgrade costs no request.
 * @returns live objects that were read for it
 * @throws what applying would have thrown, with `details.findings`
 */
export async function preflight(input: PreflightInput): Promise<ReadonlyMap<Resource, KubeObject | undefined>> {
  const { cluster, rules, live } = input
  const call: CallOptions = rules.signal === undefined ? {} : { signal: rules.signal }
  const suspects = await suspectsOf(input, call)
  if (suspects.length === 0) return live
  // A patch by the client, or a replacement, is made from what is there.
  const needed = rules.serverSide ? [] : suspects.map((s) => s.target).filter((r) => !live.has(r))
  const known = new Map([...live, ...(await readLive(cluster, needed, call)).objects])
  const bases = basesOf(input)
  const refusals = await mapParallel(suspects, async ({ target, fields }) => {
    const current = known.get(target)
    if (!rules.serverSide && current === undefined) return []
    const { rejection } = await trial(cluster, target, current, bases.get(target.id), { ...rules, forceConflicts: rules.serverSide })
    return rejection === undefined ? [] : [{ target, fields, rejection }]
  })
  const refused = refusals.flat()
  if (refused.length === 0) return known
  const findings = located(refused.flatMap(({ target, fields, rejection }) => sharpened(findingsOf(rejection, target, isFrozen(rejection) ? waysOut(target) : []), fields)), input.locate)
  const error = joined(refused.map((r) => r.rejection), ' && ')
  throw new PintleError(error.code, error.message, {
    cause: error.cause,
    hint: unchangedHint,
    details: { ...error.details, findings, unchanged: true },
  })
}

/**
 * Hooks of Kubernetes' own groups whose version is not served: found when their turn comes, by then with objects written. Kinds of other
 * groups may be defined by what runs before.
 */
export async function requireServedHooks(cluster: Cluster, { hooks, namespace }: ReleaseRecord, events: readonly HookEvent[], options: CallOptions & { locate?: Locate | undefined }): Promise<void> {
  const { locate, ...call } = options
  for (const event of events) {
    for (const hook of hooksFor(hooks, event)) {
      const gone: KubeObject[] = []
      await buildResources(cluster, hook.manifest, namespace, { ...call, unserved: (object) => gone.push(object) }).catch(() => [])
      const own = gone.filter(({ apiVersion }) => !/\..*\//.test(apiVersion) || /^[\w.-]+\.k8s\.io\//.test(apiVersion))
      if (own.length === 0) continue
      const findings = await Promise.all(own.map((object) => unservedFinding(cluster, object, hook.path, call)))
      throw new PintleError('release.build', `unable to build kubernetes object for ${event} hook ${hook.path}: ${findings[0]!.message}`, { hint: unchangedHint, details: { findings: located(findings, locate), unchanged: true } })
    }
  }
}

const unchangedHint = 'Nothing was changed: no revision was stored, no hook ran, no object was written.'

function basesOf({ originals, adopted, live }: Pick<PreflightInput, 'originals' | 'adopted' | 'live'>): Map<string, KubeObject> {
  const bases = new Map(originals.map((r) => [r.id, r.object]))
  for (const r of adopted) {
    const object = live.get(r)
    if (object !== undefined) bases.set(r.id, object)
  }
  return bases
}

/** An object to ask about, and what of it changes that may not. */
interface Suspect { target: Resource; fields: string[] }

async function suspectsOf(input: PreflightInput, call: CallOptions): Promise<Suspect[]> {
  const bases = basesOf(input)
  const rules = new Map<string, Promise<boolean>>()
  const suspects: Suspect[] = []
  for (const target of input.targets) {
    const base = bases.get(target.id)
    const { group } = target.mapping
    const { fields, known } = base === undefined ? { fields: [], known: true } : touchedFrozen(group, base, target.object)
    if (fields.length === 0) continue
    // Groups of custom resources have a domain.
    if (!known && group.includes('.')) {
      const name = `${target.mapping.plural}.${group}`
      if (!rules.has(name)) rules.set(name, hasTransitionRules(input.cluster, name, call))
      if (!await rules.get(name)) continue
    }
    suspects.push({ target, fields })
  }
  return suspects
}

/** Whether a custom resource's definition compares new objects with old ones: CEL rules that name `oldSelf`. Without the right to read it: yes. */
async function hasTransitionRules(cluster: Cluster, name: string, call: CallOptions): Promise<boolean> {
  try {
    const definition = await cluster.get({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name }, call)
    return definition === undefined || JSON.stringify(definition.spec?.versions ?? []).includes('oldSelf')
  } catch (error) {
    if (call.signal?.aborted) throw error
    return true
  }
}

/** Servers say of some kinds only that the spec cannot change: the fields that did are named instead. */
function sharpened(findings: readonly Finding[], changed: readonly string[]): Finding[] {
  return findings.flatMap((finding) => {
    const inside = changed.filter((field) => finding.field !== undefined && field.startsWith(`${finding.field}.`))
    return inside.length === 0 ? [finding] : inside.map((field) => ({ ...finding, field }))
  })
}

/** A server's words for what cannot change (apimachinery's FieldImmutableErrorMsg and the older texts beside it). */
function isFrozen(error: unknown): boolean {
  return /immutable|updates to .* are forbidden|is forbidden after creation|cannot change|may not change|may not be changed|can not be changed/i.test(reasonOf(error))
}

const losing: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: ' Its data goes with it, unless the volume is retained: copy it first.',
  PersistentVolume: ' Check its reclaim policy first.',
  Service: ' It gets a new address, and answers nothing meanwhile.',
  Job: ' Its pods are deleted too.',
}

function waysOut({ ref }: Resource): string[] {
  const { kind, name, namespace } = ref
  const orphan = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(kind)
  const remove = `kubectl delete ${kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` -n ${namespace}`}${orphan ? ' --cascade=orphan' : ''}`
  return [
    'keep it: set the field back to what it was',
    `recreate it: \`${remove}\`, then run this again.${orphan ? ' Its pods go on running; those that a new selector no longer matches must be deleted by hand.' : (losing[kind] ?? '')}`,
    'rename it in the chart: the new object is created, the old one deleted',
    '--force-replace does not help here: the server refuses the field in a replacement as well',
  ]
}

