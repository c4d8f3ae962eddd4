import { keep, makeRecord, signRecord, type ExactFile, type KeepReport } from '../../delivery/evidence/index.ts'
import { formatMarkdown } from '../../cluster/diff/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import { PlanKey, SecretMarks, attestRelease, clearPlanText, planFileName } from '../../delivery/plan/index.ts'
import { marshalPlain, parseDocument } from '../../language/yaml/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { approvalFiles } from './approval-trail.ts'
import { recordFacts, type EvidenceFacts } from './record-facts.ts'

/** Keeps the evidence of a release. No secret value of values and manifests, those of the revision before included, reaches it, wherever a check may have repeated it. */
export async function writeEvidence(f: EvidenceFacts): Promise<KeepReport> {
  const { planned, frozen, history } = f.release
  const { name, namespace, changes, operations, rollback } = planned
  const marks = new SecretMarks(PlanKey.random(), frozen.secrets)
  const objects = documentsOf(frozen.manifest, frozen.hooks)
  const before = history.deployed?.readable
  for (const { object } of [...objects, ...(before === undefined ? [] : documentsOf(before.manifest, before.hooks))]) if (object !== null) marks.learn(object)
  marks.learnPlaintext(frozen.config)
  const tokens = frozen.smoke.flatMap((s) => ('http' in s ? tokensOf(s.http) : []))
  const clean = (text: string): string => tokens.reduce((t, token) => t.replaceAll(token, 'REDACTED'), marks.clean(text))
  const files = {
    'manifests.yaml': objects.map(({ source, text, object }) => `---\n${object === null ? text : `${source}${marshalPlain(marks.shown(object))}`.trimEnd()}\n`).join(''),
    'diff.md': formatMarkdown(changes),
    'upgrade-plan.md': `# Plan ${f.digest}\n\n${operations.map((o, i) => `${i + 1}. ${o}`).join('\n')}\n`,
    'rollback.md': `# Rollback of ${name}\n\n${rollback.steps.map((s, i) => `${i + 1}. ${s}`).join('\n')}\n`,
    ...(f.failure ? { 'failure.json': `${JSON.stringify({ message: f.failure.message, ...(isPintleError(f.failure) ? { code: f.failure.code, reason: f.failure.hint, details: f.failure.details } : {}) }, undefined, 2)}\n` } : {}),
    ...(f.notifications.length === 0 ? {} : { 'notifications.json': `${JSON.stringify(f.notifications, undefined, 2)}\n` }),
    'verification.json': `${JSON.stringify(f.steps, undefined, 2)}\n`,
  }
  const warnings: string[] = []
  const kept = makeRecord(recordFacts(f, before), files, clean, await exactFiles(f, warnings))
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

/** The documents of a manifest and of hooks, each with the comment that names its template. */
function documentsOf(manifest: string, hooks: readonly { readonly path: string; readonly manifest: string }[]): { source: string; text: string; object: KubeObject | null }[] {
  const documents = manifest.split(/^---[ \t]*\n/m).filter((text) => text.trim() !== '')
  return [...documents, ...hooks.map((h) => `# Source: ${h.path}\n${h.manifest}`)].map((text) => ({ source: /^# Source: .*\n/.exec(text)?.[0] ?? '', text: text.trimEnd(), object: parseDocument(text) as KubeObject | null }))
}

/** What may be a token in the URL of a check: user, password, and the values of its query. */
function tokensOf(url: string): string[] {
  try {
    const { username, password, searchParams } = new URL(url)
    return [username, password, ...searchParams.values()].flatMap((t) => [t, encodeURIComponent(t)]).filter((t) => t.length >= 5)
  } catch {
    return []
  }
}
