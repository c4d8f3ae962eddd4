import { relative } from 'node:path'
import { SchemaLibrary } from '../../charts/checks/index.ts'
import { HttpClient } from '../../charts/http/index.ts'
import { chartFacts, defaultKeys, loadPolicy, planFacts, reviewChecks, rulesDigest, type PlanFile, type PreparedRelease, type ReleaseChecks } from '../../delivery/plan/index.ts'
import { evaluatePolicy, formatPolicyText, mergeResults, policySummary, type ManifestFacts, type Policy, type PolicyReport, type TargetFacts } from '../../delivery/policy/index.ts'
import { readOnce } from '../../cluster/kube/index.ts'
import { mapParallel, readLease } from '../../cluster/release/index.ts'
import { gitopsSeen, openIncidents } from '../../delivery/doctor/index.ts'
import { canonicalJson, sha256 } from '../../delivery/attestation/index.ts'
import { scanRelease, secretFacts } from '../../delivery/secret-scan/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext, Session } from './command.ts'
import { subjectOfTarget, type Subject } from './doctor-subject.ts'
import { attestedImages, chartTrust } from './image-attestations.ts'
import { flagValues, GitFolders, isOfEnvironment, lintFacts, pinnedDigests, withoutDefinitions } from './policy-facts.ts'
import { overridesOf, packOf, reportsOf } from './policy-flags.ts'
import type { ReadTarget } from './plan-request.ts'
import { gatherOptions, processFacts, stagedParts, targetFacts } from './target-facts.ts'
import { readValueFiles } from './value-files.ts'
import { versions } from './versions.ts'

/** What the policy of its environment says of a prepared release. */
export interface JudgedRelease { readonly name: string; readonly report: PolicyReport; readonly policy: Policy; readonly reference: string; readonly checked: ReleaseChecks }

/** Releases judged at once. */
const atOnce = 8

/** Judges prepared releases, each by the policy of its environment. What they share the cluster is asked once. */
export async function judgePrepared(context: CommandContext, session: Session, read: readonly ReadTarget[], prepared: readonly PreparedRelease[]): Promise<JudgedRelease[]> {
  const now = new Date()
  const library = await SchemaLibrary.load()
  const git = new GitFolders()
  const { namespace, records, simulated, context: name } = session
  const once: Session = { cluster: readOnce(session.cluster), namespace, records, simulated, context: name, close: () => session.close() }
  const pack = packOf(context.flags)
  return await mapParallel(prepared, async (release): Promise<JudgedRelease> => {
    const from = read.find((r) => r.target.release === release.request.name)!
    const { target } = from
    const policy = await loadPolicy({ settings: target.policy, base: target.base, environment: target.environment, service: target.release, now, overrides: overridesOf(context.flags, now), ...(pack && { pack }) })
    const facts = await factsOf(context, once, release, from, { now, library, policy, git })
    return { name: release.request.name, reference: target.reference, policy, report: evaluatePolicy(facts, policy), checked: reviewChecks(release.request.name, facts) }
  }, atOnce)
}

/**
 * Judges what a plan is made of, as makePlan asks for it: warnings are told, what blocks refuses.
 * @throws PintleError rule.refused naming rules, places and what to do; nothing was changed
 */
export function planPolicy(context: CommandContext, session: Session, read: readonly ReadTarget[]): (prepared: readonly PreparedRelease[]) => Promise<PlanFile['policy']> {
  return async (prepared) => {
    const judged = await judgePrepared(context, session, read, prepared)
    tell(context, judged)
    const pack = packOf(context.flags)
    const digests = new Set(await Promise.all(read.map(({ target }) => rulesDigest({ settings: target.policy, base: target.base, ...(pack && { pack }) }))))
    return {
      pack: [...new Set(judged.map((j) => j.policy.pack))].join(', '), digest: digests.size === 1 ? [...digests][0]! : sha256(canonicalJson([...digests])), results: mergeResults(judged),
      overrides: [...new Map(judged.flatMap((j) => j.policy.overrides).map((o) => [canonicalJson(o), o])).values()],
      checked: judged.map((j) => j.checked),
    }
  }
}

/** @throws PintleError rule.refused */
function tell({ out }: CommandContext, judged: readonly { name: string; report: PolicyReport; policy: Policy }[]): void {
  const several = judged.length > 1
  const blocked = judged.filter((j) => j.report.blocked)
  for (const { name, report } of judged) {
    out.note(`${'policy'.padEnd(8)} ${several ? `${name}: ` : ''}${policySummary(report)}`)
    for (const { override, why } of report.idle) out.note(`  the override of ${override.rule} by ${override.by}: ${why}`)
  }
  if (blocked.length === 0) return
  const text = blocked.map(({ name, report, policy: { rules } }) => {
    const results = report.results.filter((r) => report.blockedBy.includes(r.rule))
    return `${several ? `${name}:\n` : ''}${formatPolicyText({ ...report, results, idle: [] }, { rules, summary: false })}`
  }).join('')
  const place = blocked[0]!.report.results.find((r) => blocked[0]!.report.blockedBy.includes(r.rule))?.violations[0]?.place
  throw new PintleError('rule.refused', `rules refuse this release; nothing was changed\n${text.trimEnd()}`, {
    hint: 'Mend it, or let it pass on record: `pintle policy explain RULE`, --override RULE=REASON, pintle-overrides.yaml.',
    ...(place?.file && { place: { file: place.file, ...(place.line !== undefined && { line: place.line }), ...(place.column !== undefined && { column: place.column }) } }),
    details: { rules: [...new Set(blocked.flatMap((b) => b.report.blockedBy))] },
  })
}

type Judging = { readonly git: GitFolders; readonly now: Date; readonly library: SchemaLibrary; readonly policy: Policy }

async function factsOf(context: CommandContext, session: Session, release: PreparedRelease, { target, chart, pinned, before, changes, files }: ReadTarget, { now, library, policy, git }: Judging) {
  const { flags, signal } = context
  const { scans, tests } = reportsOf(flags)
  const set = await flagValues(context)
  const contents = await readValueFiles(files, { environment: target.environment, signal })
  const { gitVersion } = await session.cluster.version({ signal })
  const { prepared } = release
  const { findings } = scanRelease({ files: contents.map(({ file, bytes, isScript }) => ({ path: relative(process.cwd(), file), text: Buffer.from(bytes).toString(), unplaced: isScript })), set, values: release.request.values, rendered: withoutDefinitions(prepared.rendered) })
  const digests = pinnedDigests(before)
  const subject = subjectOfTarget(context, target)
  const where = await whereItGoes(context, session, release, subject, policy, gitVersion)
  return await planFacts(release, {
    cluster: session.cluster, signal, environment: target.environment, now, library, kubernetesVersion: gitVersion, acknowledged: flags.list('acknowledge'), ...where, run: subject.run,
    images: { scans, pinned: digests, ...await attestedImages(context, prepared.rendered, digests) }, process: await processFacts(context, subject, stagedParts(release), { drill: policy.pack === 'production', simulated: session.simulated }),
    inputs: {
      chart: { ...chartFacts(chart, { reference: target.reference, wantedVersion: target.version ?? flags.string('version'), digest: pinned.chart.digest, local: target.fetched.source === undefined }), ...chartTrust(context, target) },
      ...(policy.pack === 'production' && await lintFacts(target, release.request.values, prepared.namespace, signal)),
      values: contents.map(({ file, isScript }, i) => ({ path: relative(target.base, file), digest: pinned.values[i]?.digest ?? '', environmentSpecific: isOfEnvironment(file, target), script: isScript })),
      setKeys: defaultKeys(set), secrets: secretFacts(findings), pins: { present: before !== undefined, moved: changes }, ...git.of(target.base), ...(tests !== undefined && { tests }),
    },
  })
}

/** What is known of where it goes. What takes questions of its own to the cluster is asked where `production` counts; `pintle doctor` asks it at any time. */
async function whereItGoes(context: CommandContext, session: Session, release: PreparedRelease, subject: Subject, policy: Policy, serverVersion: string): Promise<{ target: TargetFacts; quota?: ManifestFacts['quota'] }> {
  const { signal } = context
  const { prepared } = release
  const http = new HttpClient({ env: process.env, userAgent: `pintle/${versions.pintle}`, patience: 2000 })
  try {
    if (policy.pack === 'production') return await targetFacts(context, session, subject, release, http)
    const { context: name, expected = {}, namespaceExplicit, otherEnvironments = [] } = gatherOptions(context, session, subject, { namespace: prepared.namespace, planned: undefined, http })
    const why = 'the cluster was not asked for it: `pintle doctor` does, and plans under `production`'
    const { last } = prepared.history
    const lease = await readLease(session.cluster, prepared.namespace, prepared.name, { signal })
    const gitops = gitopsSeen(prepared.previewed.flatMap((p) => p.before ?? []), subject.folder, { release: prepared.name, namespace: prepared.namespace, chart: prepared.pin.chart.name, objects: prepared.previewed.map((p) => p.ref) }, session.cluster.server)
    const { incidents, unread } = await openIncidents(subject.incidents, { service: subject.service, http, env: process.env, signal, cwd: subject.folder })
    return {
      target: {
        context: name, ...(expected.context !== undefined && { expectedContext: expected.context }), clusterUid: prepared.clusterUid, ...(expected.clusterUid !== undefined && { expectedClusterUid: expected.clusterUid }),
        namespace: prepared.namespace, namespaceExplicit, serverVersion, simulated: session.simulated, serverless: [], gitops, otherEnvironments, ...(incidents && { incidents }),
        release: { name: prepared.name, status: last?.record.info.status ?? '', revision: last?.version ?? 0, lastFailed: last?.record.info.status === 'failed', ...(lease !== undefined && !lease.expired && { heldBy: lease.holder }) },
        unread: { rights: why, clusterAdmin: why, gitops: why, foreignOwners: why, ...(unread !== undefined && { incidents: unread }), ...(prepared.clusterUid === '' && { clusterUid: 'the kube-system namespace may not be read' }) },
      },
    }
  } finally {
    http.close()
  }
}
