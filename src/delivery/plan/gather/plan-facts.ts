import type { Chart } from '../../../charts/chart/index.ts'
import type { SchemaLibrary } from '../../../charts/checks/index.ts'
import type { CallOptions, Cluster, KubeObject, ObjectRef } from '../../../cluster/kube/index.ts'
import { readiness } from '../../../cluster/readiness/index.ts'
import { manifestObjects, toValues, type PreviewedObject } from '../../../cluster/release/index.ts'
import type { ChangeFacts, Facts, InputFacts, ManifestFacts, ProcessFacts } from '../../policy/index.ts'
import { weightsOf, type RolloutSpec } from '../../rollout/index.ts'
import { callText } from '../lookup-answers.ts'
import type { PreparedRelease } from '../make-plan.ts'
import type { ReleasePlan } from '../prepare.ts'
import { defaultKeys, hasChangelog } from './chart-facts.ts'
import { imageFacts, type KnownImages } from './image-facts.ts'
import { manifestFacts } from './manifest-facts.ts'
import { missingReferences } from './missing-references.ts'
import { secretStores } from './secret-stores.ts'
import { objectChecks } from './object-checks.ts'

export interface PlanFactsOptions extends Pick<Facts, 'environment' | 'now' | 'run' | 'target'>, CallOptions {
  readonly cluster: Cluster
  readonly inputs: Omit<InputFacts, 'images' | 'schema' | 'nondeterministic'>
  readonly images?: KnownImages
  /** Objects whose deletion or change somebody means: `Kind/name`. */
  readonly acknowledged: readonly string[]
  /** What is known of the process beside the plan itself, and when a rollback was last practised. */
  readonly process?: Pick<ProcessFacts, 'owner' | 'notify' | 'checklist' | 'onCallTold' | 'staging' | 'errorBudgetLeft' | 'errorBudgetDetail'> & { readonly lastDrill?: string }
  readonly library: SchemaLibrary
  /** `v1.36.3` */
  readonly kubernetesVersion: string
  readonly quota?: ManifestFacts['quota']
}

/** Facts about a prepared release: what it is made from, what the cluster says of it, what would change. Changes nothing. */
export async function planFacts({ prepared, request }: PreparedRelease, options: PlanFactsOptions): Promise<Facts> {
  const { cluster, signal, environment, now, run, target, inputs } = options
  const call = signal === undefined ? {} : { signal }
  const { rendered } = prepared
  const manifests = manifestFacts(rendered, prepared.recordBytes)
  const checks = await objectChecks(rendered, {
    kubernetesVersion: options.kubernetesVersion, library: options.library, ...call,
    // Definitions that the cluster has already are read by the dry run; here those of the release count.
    definitions: prepared.crds.map((c) => c.text),
  })
  const missing = await missingReferences(manifests, prepared.namespace, cluster, call)
  const stores = await secretStores([...manifests.objects, ...manifests.hooks].map((o) => o.object), prepared.namespace, cluster, call)
  return {
    environment, service: request.service, now, run, ...(target && { target }),
    inputs: { ...inputs, ...defaultsOf(prepared, request.chart), ...(inputs.chart?.local === true && { changelog: hasChangelog(request.chart) }), images: imageFacts(rendered, options.images), schema: { present: rendered.chart.schema !== undefined, faults: [] }, nondeterministic: unsteady(prepared) },
    manifests: {
      ...manifests, ...(checks.schema && { schema: checks.schema }), ...ofPreview(prepared), unserved: [...unservedNow(prepared), ...await unservedBefore(prepared, cluster, call)],
      ...(missing && { missingReferences: missing }), ...(stores && { secretStores: stores }), ...(options.quota && { quota: options.quota }),
    },
    changes: changesOf(prepared, options.acknowledged), process: processOf({ prepared, request }, options.process ?? {}),
  }
}

/** Of the chart that is deployed against those of the new one. */
function defaultsOf({ current }: ReleasePlan, chart: Chart): Pick<InputFacts, 'defaults'> {
  const before = current?.chart
  return before === undefined || before === null ? {} : { defaults: { before: defaultKeys(toValues(before.values ?? {})), after: defaultKeys(chart.values), versionBefore: before.metadata?.version ?? '' } }
}

function strategyFacts(rollout: RolloutSpec | undefined, simple: boolean): NonNullable<ProcessFacts['strategy']> {
  if (rollout === undefined) return { kind: 'rolling', simple, steps: [100], gates: 0, keepOldColour: false }
  // A first installation, whose steps another controller will have.
  if (rollout.steps.length === 0) return { kind: rollout.strategy, simple, steps: [100], gates: rollout.gates === undefined ? 0 : 1, keepOldColour: false }
  const kept = rollout.steps.findLast((s) => s.kind === 'wait')
  return { kind: rollout.strategy, simple, steps: weightsOf(rollout).filter((w) => w > 0), gates: rollout.gates === undefined ? 0 : rollout.steps.filter((s) => s.kind === 'gate').length, keepOldColour: kept?.kind === 'wait' && kept.for > 0 }
}

function unsteady({ nondeterministic, recorded }: ReleasePlan): NonNullable<InputFacts['nondeterministic']> {
  return [
    ...nondeterministic.map(({ template, line }) => ({ template, line, why: `line ${line} of what ${template} renders to differs from render to render` })),
    ...[...recorded.keys()].map((key) => ({ template: '', line: 0, why: `a template asks: ${callText(key)}` })),
  ]
}

/** What the server's dry run and its reads showed. */
function ofPreview({ previewed, rejected }: ReleasePlan): Pick<ManifestFacts, 'dryRun' | 'pendingCrds' | 'externalSecrets'> {
  const targets = previewed.filter((p) => p.surveyed.role === 'target' || p.surveyed.role === 'hook')
  const pending = targets.filter((p) => p.surveyed.unserved !== undefined && !ownGroup.test(p.ref.apiVersion))
  return {
    dryRun: {
      rejected: rejected.filter((p) => !isGone(p)).map(({ ref, rejection, source }) => ({ object: ref, reason: rejection!, ...(source !== undefined && { place: { file: source } }) })),
      unchecked: targets.filter((p) => p.unchecked !== undefined).map(({ ref, unchecked }) => ({ object: ref, reason: unchecked! })),
    },
    pendingCrds: [...new Set(pending.map(({ ref }) => `${ref.kind} (${ref.apiVersion})`))],
    externalSecrets: targets.filter((p) => p.ref.kind === 'ExternalSecret' && p.before !== undefined).map(({ ref, before }) => ({ object: ref, ...readyNow(before!) })),
  }
}

function readyNow(before: KubeObject): { ready: boolean; reason?: string } {
  const { status, reason } = readiness(before)
  return { ready: status === 'current', ...(reason !== undefined && { reason }) }
}

/** Groups of Kubernetes itself. */
const ownGroup = /^[^./]+(?:\/|$)|\.k8s\.io\//

/** A kind of Kubernetes itself that this server does not serve: of a version that is gone, or not there yet. */
const isGone = ({ ref, surveyed }: PreviewedObject): boolean => surveyed.unserved !== undefined && ownGroup.test(ref.apiVersion)

const unservedNow = ({ previewed }: ReleasePlan): NonNullable<ManifestFacts['unserved']> =>
  previewed.filter(isGone).map(({ ref, source, surveyed: { unserved } }) => ({ object: ref, of: 'manifest', reason: unserved!, ...(source !== undefined && { place: { file: source } }) }))

/** Each kind of the revision that a rollback returns to is asked for once. */
async function unservedBefore({ current }: ReleasePlan, cluster: Cluster, call: CallOptions): Promise<NonNullable<ManifestFacts['unserved']>> {
  if (current === undefined) return []
  const kinds = new Map<string, ObjectRef>()
  for (const { apiVersion, kind, metadata } of manifestObjects(current.manifest)) if (!kinds.has(`${apiVersion} ${kind}`)) kinds.set(`${apiVersion} ${kind}`, { apiVersion, kind, name: metadata?.name ?? '' })
  const out: NonNullable<ManifestFacts['unserved']>[number][] = []
  for (const object of kinds.values()) if (await cluster.mapping(object.apiVersion, object.kind, call) === undefined) out.push({ object, of: 'rollback-target', reason: `${object.apiVersion} ${object.kind} is not served` })
  return out
}

function changesOf({ changes }: ReleasePlan, acknowledged: readonly string[]): ChangeFacts {
  return {
    acknowledged, unchangedReleases: [],
    objects: changes.objects.flatMap(({ apiVersion, kind, namespace, name, action, classes, fields }) => (action === 'add' || action === 'change' || action === 'remove'
      ? [{ object: { apiVersion, kind, ...(namespace !== undefined && { namespace }), name }, action, classes, fields: fields.map((f) => f.path) }]
      : [])),
  }
}

/** What applying a plan always does: it waits, for Jobs too, goes back on failure and cleans up, and keeps what it applied. */
function processOf({ prepared: { rollback, driver }, request: { settings, rollout, simple } }: PreparedRelease, { lastDrill, ...known }: NonNullable<PlanFactsOptions['process']>): ProcessFacts {
  return {
    ...known, ...(simple !== undefined && { strategy: strategyFacts(rollout, simple) }), rollback: { target: rollback.target, steps: rollback.steps, reversible: rollback.reversible, ...(lastDrill !== undefined && { lastDrill }) },
    settings: { timeout: settings.timeout, wait: true, waitForJobs: true, rollbackOnFailure: true, cleanupOnFail: true, historyMax: settings.historyMax, recordDriver: driver, snapshot: true },
  }
}

