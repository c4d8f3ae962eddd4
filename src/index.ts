/**
 * The library `pintle`: charts, rendering, diffs and releases for programs, typed, with AbortSignal and events.
 *
 * ```ts
 * import { connect, loadChart, render, upgrade, releaseSource } from 'pintle'
 *
 * const chart = await loadChart('./charts/shop')
 * const { manifest } = await render(chart, { release: { name: 'shop', namespace: 'default' } })
 *
 * const cluster = await connect({ context: 'staging' })
 * await upgrade({ cluster, namespace: 'shop', name: 'shop', source: releaseSource({ chart, values: new Map(), cluster }), wait: 'watcher' })
 * ```
 */
export { PintleError, isPintleError, errorCodes } from './errors/index.ts'
export type { ErrorCode, Place } from './errors/index.ts'

export { loadArchive, loadChart, readValues, parseKubeVersion, defaultCapabilities } from './charts/chart/index.ts'
export type { Chart, ValueSources } from './charts/chart/index.ts'
export { render } from './charts/render/index.ts'
export type { RenderInput, Rendered } from './charts/render/index.ts'

export { checkChart, lintChart, sarif } from './charts/checks/index.ts'
export type { CheckChartOptions, ChartFindings, Finding as ChartFinding, LintOptions, ObjectsReport } from './charts/checks/index.ts'
export { valuesTypes } from './charts/types/index.ts'
export { sbom } from './charts/sbom/index.ts'
export type { SbomImage, SbomOptions } from './charts/sbom/index.ts'

export { connect, connectSync } from './cluster/kube/index.ts'
export type { Cluster, KubeObject, ObjectRef } from './cluster/kube/index.ts'
export { diffObjects, formatMarkdown, formatText } from './cluster/diff/index.ts'
export type { ChangeSet, FieldChange, ObjectChange } from './cluster/diff/index.ts'
export { compareManifests, formatDiff, formatSimple, indexManifest } from './cluster/helm-diff/index.ts'
export type { CompareOptions, ManifestIndex, Report as ManifestReport, ReportEntry as ManifestReportEntry } from './cluster/helm-diff/index.ts'
export {
  KubeDriver, MemoryDriver, SqlDriver, getRelease, install, listReleases, parseConflictRule, preview, releaseHistory, repair, rollback, runTests, streamed, uninstall, upgrade, upgradeOrInstall,
} from './cluster/release/index.ts'
export type { ConflictRule, Finding, InstallOptions, ReleaseCheck, ReleaseEvent, ReleaseRecord, RollbackOptions, StorageDriver, UninstallOptions, UpgradeOptions } from './cluster/release/index.ts'

export { PlanKey, applyPlan as apply, checkPlan, makePlan as plan, parsePlan, planText, readPlanKey, refusedPlan, releaseSource, upgradeSides } from './delivery/plan/index.ts'
export type { CheckedPlan, DigestedPlan, PlanFile, PlanRequest, PlannedRelease, Refusal } from './delivery/plan/index.ts'
export { healthChecks as verify, smokeChecks } from './delivery/verify/index.ts'
export { deployNote, makeRecord, openStore as openEvidence } from './delivery/evidence/index.ts'
export type { EvidenceStore, RecordFacts, ReleaseRecord as EvidenceRecord } from './delivery/evidence/index.ts'
export {
  agentKeys, approvalStatement, checkApprovals, imageSummary, nobody, openSigningKey, policyResult, readApprovalDocuments, readEnvelope, readStatement, readTrust, renderProvenance, signStatement, testResult, writeEnvelope,
} from './delivery/attestation/index.ts'
export type { Approval, ApprovalReport, PlanUnderReview, Requirement, SigningKey, Trust, TrustedIdentity } from './delivery/attestation/index.ts'
