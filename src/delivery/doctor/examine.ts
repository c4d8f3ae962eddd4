import { join } from 'node:path'
import type { ClusterConfig } from '../../cluster/kube/index.ts'
import { allRules, evaluatePolicy, makePolicy, type Facts, type Policy, type ProcessFacts, type RunFacts, type TargetFacts } from '../policy/index.ts'
import { manifestObjects } from '../../cluster/release/index.ts'
import { checksOf, shown, type Check } from './check.ts'
import { gatherTarget, type GatherOptions, type Gathered } from './gather-target.ts'
import { gitopsFolders } from './stack/gitops-folders.ts'
import { kustomizeLayers, serverlessSigns } from './stack/serverless.ts'
import { credentialAge } from './state/credential-age.ts'

export interface ExamineOptions {
  readonly environment: string
  readonly service: string
  readonly now: Date
  readonly run: RunFacts
  /** The project's folder. */
  readonly folder: string
  /** Whether the service has a chart: then files of other platforms beside it prove nothing. */
  readonly hasChart: boolean
  /** Why the chart could not be rendered. */
  readonly chartFault?: string | undefined
  /** The cluster, or why there is none. */
  readonly target: Omit<GatherOptions, 'service' | 'signal' | 'repository'> | { readonly none: 'context' | 'answer'; readonly why: string; readonly context: string; readonly namespace: string; readonly namespaceExplicit: boolean; readonly expected?: GatherOptions['expected'] }
  readonly config?: ClusterConfig | undefined
  readonly process?: Pick<ProcessFacts, 'checklist' | 'onCallTold' | 'owner' | 'notify' | 'staging' | 'rollback' | 'errorBudgetLeft' | 'errorBudgetDetail'>
  /** Of the environment. Default: the pack baseline. */
  readonly policy?: Policy
  readonly signal?: AbortSignal | undefined
}

export interface Examination {
  readonly checks: readonly Check[]
  /** Something says not to release. */
  readonly stop: boolean
  readonly facts: Facts
  readonly gathered?: Gathered
}

/** The rules a doctor looks at: those whose facts it gathers. */
const examined = (id: string): boolean => id.startsWith('target/') || ['process/checklist', 'process/on-call', 'process/staged', 'process/rollback-drill', 'manifests/quota', 'manifests/monitoring', 'inputs/secret-stores', 'continuous/token-age', 'continuous/error-budget'].includes(id)

/** Those that need no service. */
const ofFolder = ['target/serverless', 'target/server-version', 'target/no-cluster-admin', 'continuous/token-age']

/** Looks at stack, cluster, release, rights, incidents and credentials before a release. Changes nothing. */
export async function examine(options: ExamineOptions): Promise<Examination> {
  const { target, folder, service, now, signal, process } = options
  const signs = serverlessSigns(folder)
  const serverless = { serverless: options.hasChart ? [] : signs.map((s) => `${s.file} (${s.platform})`) }
  const call = signal === undefined ? {} : { signal }
  const gathered = 'none' in target ? undefined : await gatherTarget({ ...target, service, repository: folder, ...call })
  const age = options.config === undefined ? undefined : await credentialAge(options.config, now, 'none' in target ? undefined : target.cluster, call)
  const facts: Facts = {
    environment: options.environment, service, now, run: options.run, target: { ...(gathered?.target ?? withoutCluster(options)), ...serverless },
    ...(process && { process }), ...manifestsOf(target, gathered),
    ...(age?.days !== undefined && { outcome: { outcome: '', checks: [], tokenAgeDays: age.days } }),
  }
  const whole = options.policy ?? makePolicy({ pack: 'baseline', rules: allRules })
  const rules = whole.rules.filter((r) => (service === '' ? ofFolder.includes(r.id) : examined(r.id)))
  const policy = { ...whole, rules }
  const judged = (['plan', 'continuous'] as const).flatMap((phase) => checksOf(evaluatePolicy(facts, policy, phase), rules, facts))
  const checks = [...stackChecks(options, signs.length > 0), ...judged, ...(age?.expires === undefined ? [] : [expiry(age.kind, age.expires, now)])].map(shown)
  return { checks, stop: checks.some((c) => c.status === 'stop'), facts, ...(gathered && { gathered }) }
}

/** The repository says something all the same. */
function withoutCluster({ target, folder, service }: ExamineOptions): TargetFacts {
  const { context, namespace, namespaceExplicit, expected } = target
  const { owners } = gitopsFolders(folder, { release: service, namespace, chart: '', objects: [] })
  const why = 'there is no cluster to ask'
  return {
    context, clusterUid: '', namespace, namespaceExplicit, serverVersion: '', simulated: false, gitops: owners,
    unread: { gitops: why, rights: why, clusterAdmin: why, release: why, foreignOwners: why, clusterUid: why, incidents: why },
    ...(expected?.context !== undefined && { expectedContext: expected.context }), ...(expected?.clusterUid !== undefined && { expectedClusterUid: expected.clusterUid }),
  }
}

/** As far as the rules that are asked look at manifests. */
function manifestsOf(target: ExamineOptions['target'], gathered: Gathered | undefined): Pick<Facts, 'manifests'> {
  if ('none' in target || target.planned === undefined) return {}
  const rendered = (text: string) => manifestObjects(text).map((object) => ({ source: '', object }))
  return { manifests: { objects: rendered(target.planned.manifest), hooks: [], crds: target.planned.crds.flatMap(rendered), recordBytes: 0, ...(gathered?.quota && { quota: gathered.quota }), ...(gathered?.secretStores && { secretStores: gathered.secretStores }) } }
}

function stackChecks({ target, folder, hasChart, chartFault, service }: ExamineOptions, serverless: boolean): Check[] {
  const out: Check[] = []
  if ('none' in target) {
    out.push(target.none === 'context'
      ? { id: 'stack/context', status: 'stop', messages: [target.why], fix: 'Choose a cluster: `--kube-context`, or `kubeContext` of the environment.' }
      : { id: 'stack/cluster', status: 'stop', messages: [target.why], fix: 'Without the cluster nothing is known about it: everything below that needs it is unknown.' })
  } else out.push({ id: 'stack/cluster', status: 'ok', messages: [`${target.simulated ? 'the sandbox, a simulation,' : target.cluster.server} answers`] })
  if (chartFault !== undefined) out.push({ id: 'stack/chart', status: 'stop', messages: [chartFault], fix: 'Mend the chart or its values: what they need of the cluster is not known before.' })
  if (serverless && hasChart) out.push({ id: 'stack/serverless', status: 'warn', messages: serverlessSigns(folder).map((s) => `${s.file} (${s.platform}) stands beside the chart`), fix: 'If the service left that platform, remove the file; if parts of it still run there, release those with its own tools.' })
  const layers = kustomizeLayers(folder)
  if (layers.length > 0) out.push({ id: 'stack/kustomize', status: 'warn', messages: [`a kustomize layer: ${layers.join(', ')}`], fix: 'What it changes is not in the chart. Move it into values, or apply it as a post-renderer, so that one tool has the last word.' })
  const { folders, owners } = gitopsFolders(folder, { release: service, namespace: target.namespace, chart: '', objects: [] })
  if (folders.length > 0 && owners.length === 0) out.push({ id: 'stack/gitops-folders', status: 'warn', messages: [`${folders.map((f) => join(f, '/')).join(', ')}: a GitOps layer, which does not name this service`], fix: 'Make sure that no controller reconciles the service from another repository.' })
  return out
}

function expiry(kind: string, expires: string, now: Date): Check {
  const hours = (Date.parse(expires) - now.getTime()) / 3_600_000
  const id = 'stack/credentials'
  return hours > 1 ? { id, status: 'ok', messages: [`the ${kind} is good until ${expires}`] } : { id, status: 'warn', messages: [`the ${kind} ends at ${expires}`], fix: 'Get new credentials first: a release that loses them in the middle cannot roll back.' }
}
