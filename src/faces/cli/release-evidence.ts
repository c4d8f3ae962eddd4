import { keep, makeRecord, signRecord, type ExactFile, type KeepReport } from '../../delivery/evidence/index.ts'
import { formatMarkdown } from '../../cluster/diff/index.ts'
import { attestRelease, clearPlanText, planFileName } from '../../delivery/plan/index.ts'
import { recordKey, type ReleaseRecord } from '../../cluster/release/index.ts'
import { marshalPlain } from '../../language/yaml/index.ts'
import { watchRecord } from '../../delivery/verify/index.ts'
import { rolloutRecord } from '../../delivery/rollout/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { approvalFiles } from './approval-trail.ts'
import { recordFacts, type EvidenceFacts } from './record-facts.ts'
import { releaseSecrets } from './release-secrets.ts'

/** Keeps the evidence of a release. No secret value of values and manifests, those of the revision before included, reaches it, wherever a check may have repeated it. */
export async function writeEvidence(f: EvidenceFacts): Promise<KeepReport> {
  const { planned, history } = f.release
  const { name, namespace, changes, operations, rollback } = planned
  const before = history.deployed?.readable
  const { marks, objects, clean } = releaseSecrets(f.release)
  const files = {
    'manifests.yaml': objects.map(({ source, text, object }) => `---\n${object === null ? text : `${source}${marshalPlain(marks.shown(object))}`.trimEnd()}\n`).join(''),
    'diff.md': formatMarkdown(changes),
    'upgrade-plan.md': `# Plan ${f.digest}\n\n${operations.map((o, i) => `${i + 1}. ${o}`).join('\n')}\n`,
    'rollback.md': `# Rollback of ${name}\n\n${rollback.steps.map((s, i) => `${i + 1}. ${s}`).join('\n')}\n`,
    ...(f.failure ? { 'failure.json': `${JSON.stringify({ message: f.failure.message, ...(isPintleError(f.failure) ? { code: f.failure.code, reason: f.failure.hint, details: f.failure.details } : {}) }, undefined, 2)}\n` } : {}),
    ...(f.notifications.length === 0 ? {} : { 'notifications.json': `${JSON.stringify(f.notifications, undefined, 2)}\n` }),
    ...(f.watch ? watchRecord(f.watch, '').files : {}),
    ...(f.rollout ? { ...rolloutRecord(f.rollout).files, 'rollout.json': `${JSON.stringify(f.rollout.transitions, undefined, 2)}\n` } : {}),
    'verification.json': `${JSON.stringify(f.steps, undefined, 2)}\n`,
  }
  const warnings: string[] = []
  const kept = makeRecord(recordFacts(f, before, await madeBy(f)), files, clean, await exactFiles(f, warnings))
  if (kept.leftOut.length > 0) warnings.push(`not kept, because a secret of the release stands in it: ${kept.leftOut.join(', ')}`)
  // The change is made: a key that fails now must not lose the record.
  const { record, files: texts } = f.signer === undefined ? kept : await signRecord(kept, f.signer).catch((error: unknown) => {
    warnings.push(`the record is not signed: ${(error as Error).message}`)
    return kept
  })
  const { evidence, session } = f
  const report = await keep({ ...evidence, ...(evidence.settings.anchor && namespace !== '' ? { anchor: { cluster: session.cluster, namespace, release: name } } : {}) }, record, texts)
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

/** The revision this run made: of one that failed its record is read again, for what its hooks did. */
async function madeBy({ failure, record, session, release: { planned, history } }: EvidenceFacts): Promise<ReleaseRecord | undefined> {
  if (failure === undefined) return record
  if (session.records.namespace !== planned.namespace) return undefined
  return (await session.records.get(recordKey(planned.name, (history.last?.version ?? 0) + 1)).catch(() => undefined))?.readable
}
