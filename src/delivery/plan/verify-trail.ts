import { canonicalJson, checkApprovals, readStatement, releaseType, type ReleasePredicate, type Trust } from '../attestation/index.ts'
import { recordSignature, signedRecordDigest, type ReleaseRecord } from '../evidence/index.ts'
import type { ClearPlan, ClearRelease } from './plan-file.ts'
import { parseClearPlan } from './plan-text.ts'

/** The file of a record that holds the plan in clear: its digest is the one that was approved. */
export const planFileName = 'plan.json'
const approvalFile = /^approval-\d{1,4}\.(?:dsse|sigstore)\.json$/
const statementFile = /^[a-z]{1,40}\.dsse\.json$/

export interface Trail {
  readonly record: ReleaseRecord
  /** Content of one of the record's files, which is what its digest says; undefined when it is missing. */
  file(name: string): Promise<Uint8Array | undefined>
}

export interface TrailReport {
  /** What contradicts what. */
  readonly problems: readonly string[]
  /** What could not be looked at. */
  readonly notes: readonly string[]
  /** The plan in clear, when it is kept and is the one the record names. */
  readonly plan?: ClearPlan
  readonly release?: ClearRelease
  readonly approvedBy: readonly string[]
  readonly signedBy?: string
}

/**
 * Walks from a record to what it rests on: the plan by its digest, what the plan says of this release, the decisions about the plan as they stood when it was applied, the signatures of the record and of the
 * statements about it. Pure but for `file`; the chain over the records is checked before.
 * @param trust whom the project trusts now: keys that were taken out of it since prove nothing any more, and are told
 */
export async function verifyTrail(trail: Trail, trust: Trust, options: { readonly signal?: AbortSignal } = {}): Promise<TrailReport> {
  try {
    return await walk(trail, trust, options)
  } catch (error) {
    // A store that was written anew may hold anything.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return { problems: [`the record is not as records are: ${error.message}`], notes: [], approvedBy: [] }
  }
}

async function walk({ record, file }: Trail, trust: Trust, options: { readonly signal?: AbortSignal }): Promise<TrailReport> {
  const problems: string[] = []
  const notes: string[] = []
  const names = Object.keys(record.files)
  const textOf = async (name: string): Promise<string | undefined> => {
    const bytes = await file(name)
    return bytes === undefined ? undefined : Buffer.from(bytes).toString()
  }
  const signedBy = await signerOfRecord(record, trust, textOf, problems, notes)
  for (const name of names.filter((n) => statementFile.test(n) && n !== recordSignature)) await checkStatement(name, record, trust, textOf, problems)

  const found = await planOf(record, file, problems, notes)
  if (found === undefined) return { problems, notes, approvedBy: [], ...(signedBy !== undefined && { signedBy }) }
  compare(record, found.plan, found.release, problems)
  const approvedBy = await approvers(record, found.plan, trust, textOf, { problems, notes, ...options })
  return { problems, notes, ...found, approvedBy, ...(signedBy !== undefined && { signedBy }) }
}

type TextOf = (name: string) => Promise<string | undefined>

async function planOf(record: ReleaseRecord, file: Trail['file'], problems: string[], notes: string[]): Promise<{ plan: ClearPlan; release: ClearRelease } | undefined> {
  const digest = record.files[planFileName]
  if (digest === undefined) {
    if (record.review.how === 'approvals') problems.push('the plan that was approved is not kept')
    else notes.push('no plan is kept')
    return undefined
  }
  // The file's digest is the plan's: the store has compared it with the content.
  if (digest !== record.plan.digest) {
    problems.push(`the plan that is kept is ${digest}, the record names ${record.plan.digest}`)
    return undefined
  }
  const bytes = await file(planFileName)
  if (bytes === undefined) {
    problems.push('the plan is missing')
    return undefined
  }
  let plan: ClearPlan
  try {
    plan = parseClearPlan(bytes, planFileName)
  } catch (error) {
    problems.push((error as Error).message)
    return undefined
  }
  const { release: name, namespace } = record.target
  const release = plan.releases.find((r) => r.name === name && r.namespace === namespace)
  if (release === undefined) problems.push(`the plan has no release ${namespace}/${name}`)
  return release && { plan, release }
}

/** What record and plan both say must be the same. */
function compare(record: ReleaseRecord, plan: ClearPlan, release: ClearRelease, problems: string[]): void {
  const same = (what: string, recorded: unknown, planned: unknown): void => {
    if (canonicalJson(recorded ?? null) !== canonicalJson(planned ?? null)) problems.push(`${what} is not what the plan says`)
  }
  const verdicts = (results: readonly { readonly rule: string; readonly severity: string; readonly status: string }[]) => results.map(({ rule, severity, status }) => ({ rule, severity, status }))
  same('the environment', record.environment, plan.environment)
  same('the author', record.author, plan.author)
  same('the cluster', record.target.clusterUid, release.target.clusterUid)
  same('the chart', record.chart.digest, release.pin.chart.digest)
  same('the list of dependencies', record.dependencies, release.pin.dependencies)
  same('the list of values files', record.values, release.pin.values)
  same('the list of images', record.images, release.images)
  same('the number of changes', record.plan.changes, { add: release.changes.added, change: release.changes.changed, remove: release.changes.removed })
  same('the revision before', record.revision.before, release.revision.before)
  same('the rollback target', record.rollback.target, release.rollback.target)
  if (record.policy !== undefined || plan.policy.results.length > 0) same('what the rules said', record.policy && { pack: record.policy.pack, digest: record.policy.digest, results: verdicts(record.policy.results) }, { pack: plan.policy.pack, digest: plan.policy.digest, results: verdicts(plan.policy.results) })
  if (Date.parse(record.started) < Date.parse(plan.created)) problems.push('the plan was made after the release began')
  if (Date.parse(record.review.at ?? record.started) > Date.parse(plan.expires)) problems.push('the plan had expired when it was applied')
}

/** Counts the approvals as they stood when the plan was applied. */
async function approvers(record: ReleaseRecord, plan: ClearPlan, trust: Trust, textOf: TextOf, options: { readonly problems: string[]; readonly notes: string[]; readonly signal?: AbortSignal }): Promise<string[]> {
  const { problems, notes } = options
  const counted = (record.approvals ?? []).filter((a) => a.counted && a.decision === 'approved').map((a) => a.by).sort()
  const documents: { name: string; text: string }[] = []
  for (const name of Object.keys(record.files).filter((n) => approvalFile.test(n))) documents.push({ name, text: (await textOf(name)) ?? '' })
  if (documents.length === 0 && counted.length === 0 && plan.requires.approvals === 0) return []
  if (trust.identities.length === 0) {
    notes.push('approvals were not checked: nobody is trusted here')
    return []
  }
  const { author, created, expires, environment } = plan
  const report = await checkApprovals({ digest: record.plan.digest, author, created, expires, environment }, documents, {
    trust, requirements: [plan.requires], now: new Date(record.review.at ?? record.started), ...(options.signal && { signal: options.signal }),
  })
  for (const e of report.examined) if (!e.counts) problems.push(`${e.name}: ${e.why}`)
  for (const r of report.rejectedBy) problems.push(`the plan was rejected by ${r.identity}`)
  const approvedBy = report.approvedBy.map((a) => a.identity).sort()
  if (report.approvedBy.length < report.needed) problems.push(`${report.approvedBy.length} of ${report.needed} approvals are there`)
  if (canonicalJson(approvedBy) !== canonicalJson(counted)) problems.push(`approved by ${approvedBy.join(', ') || 'nobody'}, the record says by ${counted.join(', ') || 'nobody'}`)
  const digests = new Set((record.approvals ?? []).filter((a) => a.counted).map((a) => a.digest))
  for (const a of report.approvedBy) if (!digests.has(a.digest)) problems.push(`${a.name} is not the approval that the record names`)
  return approvedBy
}

async function signerOfRecord(record: ReleaseRecord, trust: Trust, textOf: TextOf, problems: string[], notes: string[]): Promise<string | undefined> {
  if (record.files[recordSignature] === undefined) {
    notes.push('the record is not signed')
    return undefined
  }
  if (trust.identities.length === 0) {
    notes.push('the signature was not checked: nobody is trusted here')
    return undefined
  }
  const read = await readStatement((await textOf(recordSignature)) ?? '', trust)
  if ('why' in read) {
    problems.push(`${recordSignature}: ${read.why}`)
    return undefined
  }
  const { statement, identity } = read
  const said = statement.predicate as Partial<ReleasePredicate> | undefined
  if (statement.predicateType !== releaseType || statement.subjects.length !== 1 || statement.subjects[0] !== signedRecordDigest(record)) problems.push(`${recordSignature} is about another record`)
  else if (said?.record !== record.id || said.outcome !== record.outcome || said.plan?.digest !== record.plan.digest) problems.push(`${recordSignature} says something else than the record`)
  else return identity
  return undefined
}

/** A statement about the release: its signature, and that it is about this plan. */
async function checkStatement(name: string, record: ReleaseRecord, trust: Trust, textOf: TextOf, problems: string[]): Promise<void> {
  if (trust.identities.length === 0) return
  const read = await readStatement((await textOf(name)) ?? '', trust)
  if ('why' in read) problems.push(`${name}: ${read.why}`)
  else if (!read.statement.subjects.includes(record.plan.digest)) problems.push(`${name} is about another plan`)
}
