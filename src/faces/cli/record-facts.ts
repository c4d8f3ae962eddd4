import type { PodLog, ReleaseRecord } from '../../cluster/release/index.ts'
import type { SigningKey } from '../../delivery/attestation/index.ts'
import { parseTraceparent, type CheckRecord, type HookRecord, type LogExcerpt, type Outcome, type PhaseRecord, type RecordFacts, type RollbackUse, type StepResult } from '../../delivery/evidence/index.ts'
import type { Delivery } from '../../delivery/notify/index.ts'
import type { CheckedRelease, PlanFile } from '../../delivery/plan/index.ts'
import { rolloutRecord, watchOf, type Journal } from '../../delivery/rollout/index.ts'
import { watchRecord, type WatchOutcome } from '../../delivery/verify/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { approvalRecords, type ApprovalTrail } from './approval-trail.ts'
import type { Session } from './command.ts'
import { ciRun, gitState, operator } from './operator.ts'
import type { OpenEvidence } from './open-evidence.ts'
import { versions } from './versions.ts'

export interface EvidenceFacts {
  readonly evidence: OpenEvidence
  readonly environment: string
  readonly started: Date
  readonly steps: readonly StepResult[]
  readonly phases: readonly PhaseRecord[]
  readonly release: CheckedRelease
  /** Of the plan, or of what was reviewed in its place. */
  readonly digest: string
  readonly outcome: Outcome
  readonly reason: string
  readonly review: { readonly by: string; readonly how: 'prompt' | 'digest' | 'approvals' | 'none'; readonly at?: string }
  readonly ticket?: string
  readonly session: Session
  readonly record: ReleaseRecord | undefined
  /** Who was told, and who could not be. */
  readonly notifications: readonly Delivery[]
  /** How the rules judged it, and who made the plan, where there is no file of it. */
  readonly policy?: PlanFile['policy']
  readonly author?: string
  /** The plan of the file that was applied. */
  readonly plan?: PlanFile
  readonly emergency?: PlanFile['emergency']
  readonly approvals?: ApprovalTrail
  /** Signs the record, and the statements about it. */
  readonly signer?: SigningKey
  /** How it went, step by step. */
  readonly rollout?: Journal
  /** How the time after it went. */
  readonly watch?: WatchOutcome
  /** Waits were divided by it. */
  readonly compression?: number
  /** Why the change itself failed; its details (pods, logs, events) are kept. */
  readonly failure?: Error
}

/** What this run knows of itself; the rest is left out, and is "not recorded". @param before the revision that was deployed @param ran the revision this run made */
export function recordFacts(f: EvidenceFacts, before: ReleaseRecord | undefined, ran: ReleaseRecord | undefined): RecordFacts {
  const { planned: { name, namespace, changes, rollback, revision, pin, strategy, target, images }, frozen, history } = f.release
  const ended = new Date().toISOString()
  const policy = f.plan?.policy ?? f.policy
  const author = f.plan?.author ?? f.author
  const ci = ciRun()
  // What a plan froze is of the commit it was made from, wherever it is applied.
  const git = f.plan === undefined ? gitState(process.cwd()) : f.plan.git
  const trace = parseTraceparent(process.env.TRACEPARENT)
  const first = (history.last?.version ?? 0) + 1
  const last = f.record?.version ?? first
  const { metadata } = before?.chart ?? {}
  const logs = logsOf(f.failure)
  const rollout = f.rollout && rolloutRecord(f.rollout)
  const watched = f.rollout ? watchOf(f.rollout) : f.watch && watchRecord(f.watch, operator()).watch
  const compression = f.rollout?.compression ?? f.compression ?? 1
  const checked = policy?.checked?.find((c) => c.release === name)
  const checks = [...(policy ? checksOf(policy) : []), ...(checked?.checks ?? [])]
  return {
    tool: { pintle: versions.pintle, helm: versions.helm },
    operation: revision.before === 0 ? 'install' : 'upgrade', strategy: strategy.kind,
    service: name, environment: f.environment,
    target: { server: f.session.cluster.server, clusterUid: target.clusterUid, context: f.session.context, namespace, release: name, simulated: f.session.simulated },
    operator: operator(), ...(author ? { author } : {}), ...(f.ticket ? { ticket: f.ticket } : {}), ...(ci ? { ci } : {}), ...(git ? { git } : {}), ...(trace ? { trace } : {}),
    started: f.started.toISOString(), ended, outcome: f.outcome, ...(f.reason === '' ? {} : { reason: f.reason }),
    chart: { ...pin.chart, appVersion: frozen.chart.metadata?.appVersion ?? '' },
    ...(metadata?.name ? { chartBefore: { name: metadata.name, version: metadata.version ?? '', appVersion: metadata.appVersion ?? '' } } : {}),
    dependencies: pin.dependencies, values: pin.values, images,
    ...(pin.images ? { imageDigests: { before: digestsIn(images.before), after: [...digestsIn(images.after), ...pin.images.filter((i) => !i.image.includes('@'))] } } : {}),
    plan: { digest: f.digest, changes: { add: changes.added, change: changes.changed, remove: changes.removed }, classes: [...new Set(changes.objects.flatMap((o) => o.classes))] },
    review: f.review, ...(f.emergency ? { emergency: f.emergency } : {}), approvals: f.approvals ? approvalRecords(f.approvals) : [],
    ...(policy && policy.results.length > 0 ? { policy: { pack: policy.pack, digest: policy.digest, results: policy.results } } : {}),
    ...(checks.length > 0 ? { checks } : {}), ...(checked?.staging ? { staging: checked.staging } : {}),
    revision: { before: revision.before, after: f.record?.version ?? 0 },
    revisions: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i),
    rollback: { target: rollback.target, steps: rollback.steps, reversible: rollback.reversible, ...(f.outcome === 'rolled-back' ? { used: { ...rollbackOf(f, ended), ...rollout?.rollback } } : {}) },
    steps: f.steps, phases: f.phases, ...(compression > 1 && { compression }), ...(rollout ? { rollout: rollout.steps } : {}), ...(watched ? { watch: watched } : {}),
    ...(ran ? { hooks: hooksOf(ran), migrations: migrationsOf(ran, revision.before === 0 ? 'pre-install' : 'pre-upgrade') } : {}),
    ...(logs.length > 0 ? { logs } : {}),
  }
}

const digestsIn = (images: readonly string[]) => images.filter((i) => i.includes('@')).map((image) => ({ image, digest: image.slice(image.indexOf('@') + 1) }))

/** Which rules say how a check went. */
const judged: Readonly<Record<string, CheckRecord['kind']>> = {
  'inputs/values-schema': 'schema', 'manifests/schema': 'schema', 'manifests/dry-run': 'dry-run', 'inputs/scan': 'scan', 'inputs/plaintext-secrets': 'secrets', 'inputs/literal-secrets': 'secrets', 'inputs/tracked-decrypted': 'secrets',
  'inputs/sbom': 'sbom', 'inputs/chart-signature': 'signature', 'inputs/image-signature': 'signature', 'inputs/provenance': 'provenance', 'inputs/tests-green': 'test',
}

/** Checks as the rules read them. What no rule could judge is not among them. */
const checksOf = ({ pack, results }: PlanFile['policy']): CheckRecord[] =>
  results.filter((r) => judged[r.rule] !== undefined && r.status !== 'not-evaluated').map((r) => ({
    kind: judged[r.rule]!, subject: r.rule, passed: r.status === 'passed', source: `rules ${pack}`, ...(r.violations.length > 0 ? { detail: r.violations.slice(0, 5).map((v) => v.message).join('; ') } : {}),
  }))

/** Hooks that ran. */
const hooksOf = ({ hooks }: ReleaseRecord): HookRecord[] =>
  hooks.filter((h) => h.last_run.phase !== '').map(({ name, kind, events, weight = 0, last_run: { phase, started_at: started, completed_at: ended } }) => ({ name, kind, event: events.join(','), weight, outcome: phase, ...(started ? { started: utc(started) } : {}), ...(ended ? { ended: utc(ended) } : {}) }))

/** Jobs that ran before the change: where charts migrate data. What else they do nobody knows. */
const migrationsOf = ({ hooks }: ReleaseRecord, event: string): string[] =>
  hooks.filter((h) => h.kind === 'Job' && h.last_run.phase !== '' && h.events.some((e) => e === event)).map((h) => `Job/${h.name}: ${h.last_run.phase}`)

/** How it went back, by the revision that was made for it; a first installation was removed. */
function rollbackOf({ record, reason, release, notifications, watch }: EvidenceFacts, ended: string): RollbackUse {
  const { target } = release.planned.rollback
  const { last_deployed: at, description = '', status } = record?.info ?? {}
  return {
    at: record !== undefined && at !== undefined ? utc(at) : ended, reason, automatic: true, toRevision: target,
    output: record === undefined ? 'the release was removed: no revision is left' : `revision ${record.version}: ${description}, ${status}`,
    ...(watch?.trigger && { trigger: watch.trigger }),
    paged: notifications.filter((d) => d.paged === true).map((d) => d.channel),
  }
}

const utc = (time: string): string => (Number.isNaN(Date.parse(time)) ? time : new Date(time).toISOString())

const longestLog = 8192

/** The ends of the logs that came with a failure. */
function logsOf(failure: Error | undefined): LogExcerpt[] {
  const { logs = [] } = (isPintleError(failure) ? failure.details ?? {} : {}) as { logs?: PodLog[] }
  return logs.slice(0, 10).map((l) => ({ source: `pod ${l.pod}, container ${l.container}${l.previous ? ', the run before' : ''}`, text: l.text.slice(-longestLog) }))
}
