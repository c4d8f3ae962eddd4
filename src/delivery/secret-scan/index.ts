/**
 * Owns the search for secrets that stand in plain text: in values files, rendered objects, tracked files. Findings hold no part of a value.
 * Refuses to read files and clusters: it is handed text.
 */
export { atLeast, confidences } from './finding.ts'
export type { Confidence, SecretFact, SecretFinding, SecretPlace } from './finding.ts'
export { longestText } from './find-hits.ts'
export { scanText, scanYaml } from './scan-values.ts'
export type { Scan, ScanTextOptions } from './scan-values.ts'
export { scanRendered } from './scan-rendered.ts'
export { scanChart, scanChartFile, scanFile } from './scan-file.ts'
export { scanTable } from './scan-table.ts'
export { scanRelease, secretFacts } from './scan-release.ts'
export type { ReleaseInputs } from './scan-release.ts'
export { decryptedFiles, trackedFindings } from './tracked-files.ts'
export { secretsIn } from './secrets-in.ts'
export { secretRules } from './rules.ts'
export { encryptionFindings } from './encryption-findings.ts'
export type { EncryptionFinding } from './encryption-findings.ts'
