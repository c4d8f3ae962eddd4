import { EvidenceStore, deployNote, makeRecord, type Outcome, type RecordFacts, type StepResult } from '../../delivery/evidence/index.ts'
import { redactObject } from '../../cluster/diff/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import type { Pin, ReleasePlan } from '../../delivery/plan/index.ts'
import { secretCleaner, type ReleaseRecord } from '../../cluster/release/index.ts'
import { marshalPlain, parseDocument } from '../../language/yaml/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { ciRun, gitState, operator } from './operator.ts'
import { redactor } from './redactor.ts'
import type { Session } from './command.ts'
import { versions } from './versions.ts'

export interface EvidenceFacts {
  readonly root: string
  readonly service: string
  readonly environment: string
  readonly started: Date
  readonly steps: readonly StepResult[]
  readonly diff: string
  readonly plan: ReleasePlan
  readonly pinned: Pin
  readonly outcome: Outcome
  readonly reason: string
  readonly review: { readonly by: string; readonly how: 'prompt' | 'digest'; readonly at: string }
  readonly session: Session
  readonly record: ReleaseRecord | undefined
  /** Why the change itself failed; its details (pods, logs, events) are kept. */
  readonly failure?: Error
}

/** Writes the evidence folder of a release. No secret value of the manifest reaches a file, wherever a check may have repeated it. */
export function writeEvidence(f: EvidenceFacts): string {
  const clean = secretCleaner(() => documents(f.plan).map((d) => d.content))
  const { plan, session } = f
  const ended = new Date()
  const rolledBack = f.outcome === 'rolled-back'
  const ci = ciRun()
  const git = gitState(process.cwd())
  const facts: RecordFacts = {
    operation: plan.current ? 'upgrade' : 'install',
    strategy: 'rolling',
    tool: { pintle: versions.pintle, helm: versions.helm },
    service: f.service,
    environment: f.environment,
    target: { server: session.cluster.server, clusterUid: plan.clusterUid, context: session.context, namespace: session.namespace, release: f.service, simulated: session.simulated },
    operator: operator(),
    ...(ci ? { ci } : {}),
    ...(git ? { git } : {}),
    started: f.started.toISOString(),
    ended: ended.toISOString(),
    outcome: f.outcome,
    ...(f.reason === '' ? {} : { reason: f.reason }),
    chart: { ...f.pinned.chart, appVersion: plan.rendered.chart.metadata.appVersion },
    dependencies: f.pinned.dependencies,
    values: f.pinned.values,
    images: plan.images,
    plan: {
      digest: plan.digest,
      changes: { add: plan.changes.added, change: plan.changes.changed, remove: plan.changes.removed },
      classes: [...new Set(plan.changes.objects.flatMap((o) => o.classes))],
    },
    review: f.review,
    revision: { before: plan.revision.before, after: f.record?.version ?? 0 },
    rollback: {
      target: plan.rollback.target,
      steps: plan.rollback.steps,
      ...(rolledBack ? { used: { at: ended.toISOString(), reason: f.reason, automatic: true, toRevision: plan.rollback.target } } : {}),
    },
    steps: f.steps,
  }
  const files = {
    'manifests.yaml': redactedManifest(plan),
    'diff.md': f.diff,
    'upgrade-plan.md': `# Plan ${plan.digest}\n\n${plan.operations.map((o, i) => `${i + 1}. ${o}`).join('\n')}\n`,
    'rollback.md': `# Rollback of ${f.service}\n\n${plan.rollback.steps.map((s, i) => `${i + 1}. ${s}`).join('\n')}\n`,
    ...(f.failure ? { 'failure.json': `${JSON.stringify({ message: f.failure.message, ...(isPintleError(f.failure) ? { code: f.failure.code, reason: f.failure.hint, details: f.failure.details } : {}) }, undefined, 2)}\n` } : {}),
    'verification.json': `${JSON.stringify(f.steps, undefined, 2)}\n`,
  }
  return new EvidenceStore(f.root).add(makeRecord(facts, files, clean), deployNote)
}

function documents(plan: ReleasePlan): { path: string; content: string }[] {
  return [...plan.rendered.manifests.map((m) => ({ path: m.path, content: m.content })), ...plan.rendered.hooks.map((h) => ({ path: h.path, content: h.manifest }))]
}

function redactedManifest(plan: ReleasePlan): string {
  const mark = redactor()
  return documents(plan)
    .map(({ path, content }) => {
      const object = parseDocument(content) as KubeObject | null
      const text = object !== null && object.kind === 'Secret' ? marshalPlain(redactObject(object, mark)) : content
      return `---\n# Source: ${path}\n${text.trimEnd()}\n`
    })
    .join('')
}
