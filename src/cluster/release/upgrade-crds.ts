import { PintleError } from '../../errors/index.ts'
import { definitionLosses } from '../custom/index.ts'
import { equalJson } from '../kube/index.ts'
import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import { updateResources } from './apply.ts'
import type { ApplyRules } from './apply.ts'
import type { ConflictRule } from './conflicts.ts'
import { objectsUnder } from './crd-objects.ts'
import { crdFailure, readCrdFile } from './crds.ts'
import { waitEstablished } from './established.ts'
import type { OnEvent } from './events.ts'
import { wrapped } from './failure.ts'
import { refusalOf } from './finding.ts'
import type { Finding } from './finding.ts'
import { readLive } from './live.ts'
import type { CrdFile } from './options.ts'
import { mapParallel } from './parallel.ts'
import type { Resource } from './resources.ts'
import { trial } from './trial.ts'

export interface UpgradeCrdsOptions extends CallOptions {
  namespace: string
  /** Go on where something would be lost, and name it. */
  force: boolean
  forceConflicts?: boolean
  conflicts?: readonly ConflictRule[] | undefined
  onEvent?: OnEvent | undefined
}

/** What an upgrade of definitions would come to. */
export interface CrdCheck {
  /** What would be lost. */
  losses: Finding[]
  /** What the server refuses. */
  refused: { error: unknown; findings: Finding[] }[]
  /** What could not be looked at. */
  notes: Finding[]
  /** Those that are new, or would change. */
  changed: Resource[]
  live: ReadonlyMap<Resource, KubeObject | undefined>
}

/** Checks a chart's definitions against the server's dry run, against their versions in use, and against the live objects. Changes nothing. */
export async function checkCrds(cluster: Cluster, files: readonly CrdFile[], namespace: string, rules: ApplyRules): Promise<CrdCheck> {
  const call: CallOptions = rules.signal === undefined ? {} : { signal: rules.signal }
  const resources = await readDefinitions(cluster, files, namespace, call)
  const { objects: live } = await readLive(cluster, resources, call)
  const check: CrdCheck = { losses: [], refused: [], notes: [], changed: [], live }
  for (const resource of resources) {
    const before = live.get(resource)
    const { after, rejection, unchecked } = await trial(cluster, resource, before, undefined, rules)
    if (rejection !== undefined) check.refused.push({ error: rejection, findings: refusalOf(rejection, resource) })
    else if (before === undefined || after === undefined || !sameDefinition(before, after)) check.changed.push(resource)
    if (unchecked !== undefined) check.notes.push({ ref: resource.ref, message: `could not be tried: ${unchecked}` })
    if (before === undefined || before.kind !== 'CustomResourceDefinition') continue
    // Where the server refuses, what the chart says is all there is to compare.
    const { findings, notes } = await lossesOf(cluster, resource, before, after ?? resource.object, call)
    check.losses.push(...findings)
    check.notes.push(...notes.map((message) => ({ ref: resource.ref, message })))
  }
  return check
}

/**
 * Brings a chart's definitions into the cluster, new ones and changed ones, by server-side apply, and waits until they are established.
 * All are checked before the first is written.
 * @throws rule.refused when something would be lost, with nothing changed
 */
export async function upgradeCrds(cluster: Cluster, files: readonly CrdFile[], options: UpgradeCrdsOptions): Promise<void> {
  const { namespace, force, onEvent, signal } = options
  const call: CallOptions = signal === undefined ? {} : { signal }
  onEvent?.({ type: 'phase', phase: 'crds' })
  const rules = crdRules(options)
  const { losses, refused, notes, changed, live } = await checkCrds(cluster, files, namespace, rules)
  for (const { ref, message } of notes) onEvent?.({ type: 'warning', message: `${ref.name}: ${message}` })
  if (losses.length > 0 && !force) throw refusal(losses)
  const [first] = refused
  if (first !== undefined) throw wrapped(first.error, (m) => crdFailure(first.findings[0]?.source ?? '', m), { fallback: 'release.apply', details: { findings: refused.flatMap((r) => r.findings) } })
  for (const { ref, field, message } of losses) onEvent?.({ type: 'warning', message: `--force-crds: ${ref.name}${field === undefined ? '' : ` ${field}`}: ${message}` })
  if (changed.length === 0) return
  const { error } = await updateResources(cluster, [], changed, { ...rules, live, onEvent })
  if (error !== undefined) throw wrapped(error, (m) => `failed to upgrade CRDs: ${m}`)
  await waitEstablished(cluster, changed, { onEvent, ...call })
}

/**
 * For before a review, and before what was reviewed is applied: what bringing the chart's definitions would lose, and what could not be looked at.
 * Changes nothing.
 */
export async function crdLosses(cluster: Cluster, files: readonly CrdFile[], namespace: string, call: CallOptions = {}): Promise<Pick<CrdCheck, 'losses' | 'notes'>> {
  return files.length === 0 ? { losses: [], notes: [] } : await checkCrds(cluster, files, namespace, crdRules(call))
}

/**
 * The same where a loss ends it.
 * @returns what could not be looked at
 * @throws rule.refused when something would be lost
 */
export async function requireLosslessCrds(cluster: Cluster, files: readonly CrdFile[], namespace: string, options: CallOptions & { hint?: string } = {}): Promise<Finding[]> {
  const { hint, ...call } = options
  const { losses, notes } = await crdLosses(cluster, files, namespace, call)
  if (losses.length > 0) throw refusal(losses, hint)
  return notes
}

/** Definitions are applied on the server, whatever the release's objects are. */
export const crdRules = ({ forceConflicts, conflicts, signal }: Partial<UpgradeCrdsOptions>): ApplyRules =>
  ({ serverSide: true, forceConflicts: forceConflicts === true, conflicts, migrateManagers: true, ...(signal !== undefined && { signal }) })

const forceHint = 'Nothing was changed. --force-crds upgrades them all the same; without --upgrade-crds (on install: with --skip-crds) they stay as they are.'

function refusal(findings: Finding[], hint = forceHint): PintleError {
  const names = [...new Set(findings.map((f) => f.ref.name))]
  return new PintleError('rule.refused', `the CRDs of the chart would lose something: ${names.join(', ')}`, {
    hint,
    details: { findings },
  })
}

async function readDefinitions(cluster: Cluster, files: readonly CrdFile[], namespace: string, call: CallOptions): Promise<Resource[]> {
  const found = await mapParallel(files, (file) => readCrdFile(cluster, file, namespace, call))
  // Two charts of one tree may bring the same definition: the last one stands, as if applied one after the other.
  return [...new Map(found.flat().map((r) => [r.id, r])).values()]
}

/** What the upgrade of one definition would lose: by itself, for its clients, and in its objects. */
async function lossesOf(cluster: Cluster, resource: Resource, live: KubeObject, next: KubeObject, call: CallOptions): Promise<{ findings: Finding[]; notes: string[] }> {
  const base = { ref: resource.ref, ...(resource.source !== undefined && { source: resource.source }) }
  const losses = definitionLosses(live, next)
  const { users, lost, notes } = await objectsUnder(cluster, live, next, call)
  const findings: Finding[] = []
  for (const { kind, field, version, message, advice } of losses) {
    // A version without users may go.
    const user = version === undefined ? undefined : users.get(version)
    if (kind === 'served' && user === undefined) continue
    findings.push({ ...base, field, message: user === undefined ? message : `${message}; ${user}`, advice: [advice] })
  }
  for (const { version, field, message, count, example } of lost) {
    findings.push({
      ...base,
      field: `${version}: ${field}`,
      message: `${message} (${count === 1 ? 'in' : `in ${count} objects, such as`} ${example})`,
      advice: [`Change ${count === 1 ? 'that object' : 'those objects'} first, or keep the field in the schema of ${version}.`],
    })
  }
  return { findings, notes }
}

/** Whether two states of a definition say the same. */
export function sameDefinition(a: KubeObject, b: KubeObject): boolean {
  const essence = ({ spec, metadata: { labels, annotations } }: KubeObject): unknown => ({ spec, labels: labels ?? {}, annotations: annotations ?? {} })
  return equalJson(essence(a), essence(b))
}

/** Names of the chart's definitions that the cluster has otherwise; one read a definition. */
export async function differingCrds(cluster: Cluster, files: readonly CrdFile[], namespace: string, call: CallOptions): Promise<string[]> {
  const resources = await readDefinitions(cluster, files, namespace, call)
  const { objects: live } = await readLive(cluster, resources, { ...call, tolerant: true })
  return resources.filter((r) => live.has(r) && (live.get(r) === undefined || !says(live.get(r)!.spec, r.object.spec))).map((r) => r.ref.name)
}

/** Whether `live` says what `wanted` does: the server adds to maps what is left out, but never to a schema. */
function says(live: unknown, wanted: unknown, key = ''): boolean {
  if (key === 'openAPIV3Schema') return equalJson(terse(live), terse(wanted))
  if (Array.isArray(wanted)) return Array.isArray(live) && live.length === wanted.length && wanted.every((item, i) => says(live[i], item))
  if (typeof wanted !== 'object' || wanted === null) return equalJson(live, wanted)
  const map = wanted as Record<string, unknown>
  return typeof live === 'object' && live !== null && Object.keys(map).every((k) => says((live as Record<string, unknown>)[k], map[k], k))
}

/** A schema without what the server leaves out when it is empty. */
function terse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(terse)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, v]) => v !== false && v !== '' && !(Array.isArray(v) && v.length === 0))
  return Object.fromEntries(kept.map(([k, v]) => [k, terse(v)]))
}
