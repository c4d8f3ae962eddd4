import type { Delivery } from '../../delivery/notify/index.ts'
import type { SigningKey } from '../../delivery/attestation/index.ts'
import { keep, makeRecord, signRecord, type ExactFile, type KeepReport, type Outcome, type RecordFacts, type StepResult } from '../../delivery/evidence/index.ts'
import { formatMarkdown } from '../../cluster/diff/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { PlanKey, SecretMarks, attestRelease, clearPlanText, planFileName, type CheckedRelease, type PlanFile } from '../../delivery/plan/index.ts'
import type { ReleaseRecord } from '../../cluster/release/index.ts'
import { marshalPlain, parseDocument } from '../../language/yaml/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { approvalFiles, approvalRecords, type ApprovalTrail } from './approval-trail.ts'
import { ciRun, gitState, operator } from './operator.ts'
import type { OpenEvidence } from './open-evidence.ts'
import type { Session } from './command.ts'
import { versions } from './versions.ts'

export interface EvidenceFacts {
  readonly evidence: OpenEvidence
  readonly environment: string
  readonly started: Date
  readonly steps: readonly StepResult[]
  readonly release: CheckedRelease
  /** Of the plan, or of what was reviewed in its place. */
  readonly digest: string
  readonly outcome: Outcome
  readonly reason: string
  readonly review: { readonly by: string; readonly how: 'prompt' | 'digest' | 'approvals' | 'none'; readonly at?: string }
  readonly session: Session
  readonly record: ReleaseRecord | undefined
  /** Who was told, and who could not be. */
  readonly notifications: readonly Delivery[]
  /** The plan of the file that was applied. */
  readonly plan?: PlanFile
  readonly approvals?: ApprovalTrail
  /** Signs the record, and the statements about it. */
  readonly signer?: SigningKey
  /** Why the change itself failed; its details (pods, logs, events) are kept. */
  readonly failure?: Error
}

/** Keeps the evidence of a release. No secret value of the manifest reaches it, wherever a check may have repeated it. */
export async function writeEvidence(f: EvidenceFacts): Promise<KeepReport> {
  const { planned, frozen } = f.release
  const { name, namespace, changes, operations, rollback, revision, pin } = planned
  const marks = new SecretMarks(PlanKey.random(), frozen.secrets)
  const clean = (text: string): string => marks.clean(text)
  const ended = new Date()
  const rolledBack = f.outcome === 'rolled-back'
  const ci = ciRun()
  const git = gitState(process.cwd())
  const facts: RecordFacts = {
    operation: revision.before === 0 ? 'install' : 'upgrade',
    strategy: planned.strategy.kind,
    tool: { pintle: versions.pintle, helm: versions.helm },
    service: name,
    environment: f.environment,
    target: { server: f.session.cluster.server, clusterUid: planned.target.clusterUid, context: f.session.context, namespace, release: name, simulated: f.session.simulated },
    operator: operator(),
    ...(ci ? { ci } : {}),
    ...(git ? { git } : {}),
    started: f.started.toISOString(),
    ended: ended.toISOString(),
    outcome: f.outcome,
    ...(f.reason === '' ? {} : { reason: f.reason }),
    chart: { ...pin.chart, appVersion: frozen.chart.metadata?.appVersion ?? '' },
    dependencies: pin.dependencies,
    values: pin.values,
    images: planned.images,
    plan: {
      digest: f.digest,
      changes: { add: changes.added, change: changes.changed, remove: changes.removed },
      classes: [...new Set(changes.objects.flatMap((o) => o.classes))],
    },
    review: f.review,
    revision: { before: revision.before, after: f.record?.version ?? 0 },
    rollback: {
      target: rollback.target,
      steps: rollback.steps,
      reversible: rollback.reversible,
      ...(rolledBack ? { used: { at: ended.toISOString(), reason: f.reason, automatic: true, toRevision: rollback.target } } : {}),
    },
    steps: f.steps,
    ...(f.plan && { author: f.plan.author }),
    ...(f.plan && f.plan.policy.results.length > 0 && { policy: { pack: f.plan.policy.pack, digest: f.plan.policy.digest, results: f.plan.policy.results } }),
    ...(f.approvals && { approvals: approvalRecords(f.approvals) }),
  }
  const files = {
    'manifests.yaml': redactedManifest(f.release, marks),
    'diff.md': formatMarkdown(changes),
    'upgrade-plan.md': `# Plan ${f.digest}\n\n${operations.map((o, i) => `${i + 1}. ${o}`).join('\n')}\n`,
    'rollback.md': `# Rollback of ${name}\n\n${rollback.steps.map((s, i) => `${i + 1}. ${s}`).join('\n')}\n`,
    ...(f.failure ? { 'failure.json': `${JSON.stringify({ message: f.failure.message, ...(isPintleError(f.failure) ? { code: f.failure.code, reason: f.failure.hint, details: f.failure.details } : {}) }, undefined, 2)}\n` } : {}),
    ...(f.notifications.length === 0 ? {} : { 'notifications.json': `${JSON.stringify(f.notifications, undefined, 2)}\n` }),
    'verification.json': `${JSON.stringify(f.steps, undefined, 2)}\n`,
  }
  const warnings: string[] = []
  const kept = makeRecord(facts, files, clean, await exactFiles(f, warnings))
  if (kept.leftOut.length > 0) warnings.push(`not kept, because a secret of the release stands in it: ${kept.leftOut.join(', ')}`)
  // The change is made: a key that fails now must not lose the record.
  const { record, files: texts } = f.signer === undefined ? kept : await signRecord(kept, f.signer).catch((error: unknown) => {
    warnings.push(`the record is not signed: ${(error as Error).message}`)
    return kept
  })
  const report = await keep(f.evidence, record, texts)
  return { ...report, warnings: [...report.warnings, ...warnings] }
}

/** What digests and signatures are over: the plan in clear, whose digest is the one that was approved, the decisions about it, and statements about the release. */
async function exactFiles({ plan, approvals, signer, release, digest, steps }: EvidenceFacts, warnings: string[]): Promise<Record<string, ExactFile>> {
  const files: Record<string, ExactFile> = {}
  if (plan !== undefined) files[planFileName] = { text: clearPlanText(plan) }
  if (approvals !== undefined) Object.assign(files, approvalFiles(approvals))
  if (plan === undefined || signer === undefined) return files
  const checks = steps.filter((s) => s.kind !== 'phase').map((s) => ({ name: `${s.kind} ${s.name}`, passed: s.passed }))
  const { payload: _, ...planned } = release.planned
  const statements = await attestRelease({ digest, plan, release: planned, checks }, signer).catch((error: unknown): Record<string, string> => {
    warnings.push(`the statements about the release are not signed: ${(error as Error).message}`)
    return {}
  })
  for (const [name, text] of Object.entries(statements)) files[name] = { text, says: Buffer.from((JSON.parse(text) as { payload: string }).payload, 'base64').toString() }
  return files
}

function redactedManifest({ frozen }: CheckedRelease, marks: SecretMarks): string {
  const documents = frozen.manifest.split(/^---[ \t]*\n/m).filter((text) => text.trim() !== '')
  return [...documents, ...frozen.hooks.map((h) => `# Source: ${h.path}\n${h.manifest}`)]
    .map((text) => {
      const object = parseDocument(text) as KubeObject | null
      const source = /^# Source: .*\n/.exec(text)?.[0] ?? ''
      const shown = object !== null && marks.learn(object) ? `${source}${marshalPlain(marks.shown(object))}` : marks.clean(text)
      return `---\n${shown.trimEnd()}\n`
    })
    .join('')
}
