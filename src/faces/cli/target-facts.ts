import type { HttpClient } from '../../charts/http/index.ts'
import { gatherTarget, lastDrill, onCallTold, stagingProof, type GatherOptions, type Operation, type PlannedRelease, type StagedParts } from '../../delivery/doctor/index.ts'
import { errorBudget } from '../../delivery/gates/index.ts'
import type { PreparedRelease } from '../../delivery/plan/index.ts'
import type { ManifestFacts, ProcessFacts, TargetFacts } from '../../delivery/policy/index.ts'
import type { CommandContext, Session } from './command.ts'
import { contextName } from './context-name.ts'
import type { Subject } from './doctor-subject.ts'
import { withEvidence } from './open-evidence.ts'
import { recordsFor } from './records.ts'

/** What gathering facts about a target takes, of a service and an open cluster. */
export function gatherOptions(context: CommandContext, session: Session, subject: Subject, more: Pick<GatherOptions, 'namespace' | 'planned' | 'operations' | 'http'> & { createNamespace?: boolean }): Omit<GatherOptions, 'signal' | 'repository'> {
  return {
    ...more, cluster: session.cluster, driver: recordsFor(session, more.namespace, context.settings.driver), service: subject.service, release: subject.service, context: contextName(context.settings, session), simulated: session.simulated,
    namespaceExplicit: context.settings.namespace !== '' || subject.namespace !== undefined, // A sandbox is asked for by name: no environment expects it.
    expected: session.simulated ? { clusterUid: subject.settings?.cluster } : expectedOf(subject), incidents: subject.incidents, env: process.env, otherEnvironments: subject.otherEnvironments,
  }
}

export const expectedOf = ({ settings }: Subject): NonNullable<GatherOptions['expected']> => ({ context: settings?.kubeContext, clusterUid: settings?.cluster })

type Process = Pick<ProcessFacts, 'checklist' | 'onCallTold' | 'owner' | 'notify' | 'staging' | 'errorBudgetLeft' | 'errorBudgetDetail'> & { lastDrill?: string }

/** Owner, checklist, error budget, and what the evidence says of the environment before and, with `drill`, of rollbacks. The store is opened where it is needed. */
export async function processFacts(context: CommandContext, subject: Subject, parts: StagedParts | undefined, options: { readonly drill: boolean; readonly simulated: boolean }): Promise<Process> {
  const { checklist, owner, notify, service, settings, folder } = subject
  const told = onCallTold(checklist)
  const base = { ...(checklist && { checklist }), ...(told !== undefined && { onCallTold: told }), ...(owner !== undefined && { owner }), ...(notify !== undefined && { notify }), ...await budgetFacts(context, subject, options.simulated) }
  const stagedIn = settings?.requires?.stagedIn
  if (service === '' || (stagedIn === undefined && !options.drill)) return base
  return await withEvidence(context, async ({ store }) => {
    const drill = options.drill ? await lastDrill(store, service) : undefined
    return { ...base, ...(stagedIn !== undefined && parts !== undefined && { staging: await stagingProof(store, service, stagedIn, parts) }), ...(drill !== undefined && { lastDrill: drill }) }
  }, folder)
}

/** What is left of the error budget, where the service has an objective: of a cluster that is simulated nobody measures it. */
async function budgetFacts({ signal }: CommandContext, { gates, service, environment, namespace = '', folder }: Subject, simulated: boolean): Promise<Pick<ProcessFacts, 'errorBudgetLeft' | 'errorBudgetDetail'>> {
  if (gates?.budget === undefined) return { errorBudgetDetail: 'the service has no objective (slo.objective)' }
  if (simulated) return { errorBudgetDetail: 'the cluster is simulated' }
  const budget = await errorBudget(gates, { service, release: service, namespace, environment }, { at: Date.now(), folder, signal })
  if (budget === undefined) return {}
  const burning = budget.burns.filter((b) => b.burning === true).map((b) => b.long.text)
  return { ...(budget.left !== undefined && { errorBudgetLeft: budget.left }), errorBudgetDetail: [budget.arithmetic, ...burning].join('; ') }
}

/** The parts of a prepared release that another environment can have had. */
export const stagedParts = ({ prepared, request }: PreparedRelease): StagedParts =>
  ({ chart: request.pin.chart.digest, images: prepared.images.after, values: request.pin.values.map(({ path, digest }) => ({ path, digests: [digest] })) })

/** Where a prepared release goes: all that rules read of it. Changes nothing. */
export async function targetFacts(context: CommandContext, session: Session, subject: Subject, { prepared, request }: PreparedRelease, http: HttpClient): Promise<{ target: TargetFacts; quota?: ManifestFacts['quota'] }> {
  const { rendered } = prepared
  const planned: PlannedRelease = { chart: rendered.chart.metadata.name, manifest: rendered.manifest, hooks: rendered.hooks, crds: prepared.crds.map((c) => c.text) }
  // On failure an upgrade is rolled back, an installation removed.
  const operations: Operation[] = [...(prepared.current === undefined ? ['install', 'uninstall'] as const : ['upgrade', 'rollback'] as const), 'diff', ...(request.settings.skipTests ? [] : ['test'] as const)]
  const options = gatherOptions(context, session, subject, { namespace: prepared.namespace, planned, operations, http, createNamespace: request.settings.createNamespace })
  const { target, quota } = await gatherTarget({ ...options, repository: subject.folder, signal: context.signal })
  return { target: { ...target, serverless: [] }, ...(quota && { quota }) }
}
