import { statement, subjectOf, type AttestationStatement } from '../statement.ts'
import { pintleId, resource, type Resource } from './resource.ts'

const verificationSummaryType = 'https://slsa.dev/verification_summary/v1'

/** The predicate of SLSA's verification summaries, version 1. */
export interface VerificationSummary {
  readonly verifier: { readonly id: string; readonly version: Readonly<Record<string, string>> }
  readonly timeVerified: string
  readonly resourceUri: string
  readonly policy: Resource
  readonly inputAttestations: readonly Resource[]
  readonly verificationResult: 'PASSED' | 'FAILED'
  readonly verifiedLevels: readonly string[]
  readonly slsaVersion: '1.0'
}

/**
 * That an image's signature and provenance were checked. Pintle verifies who signed, not how a builder works: it claims no SLSA level of its own.
 * @param image.name with registry and tag; @param image.digest `sha256:...`
 * @param policy what was asked for, by name and digest
 * @param attestations that were looked at
 */
export function imageSummary(image: { readonly name: string; readonly digest: string; readonly passed: boolean }, policy: { readonly uri: string; readonly digest: string }, attestations: readonly Resource[], options: { readonly at: string; readonly pintle: string }): AttestationStatement<VerificationSummary> {
  return statement([subjectOf(image.name, image.digest)], verificationSummaryType, {
    verifier: { id: pintleId('images', '1'), version: { pintle: options.pintle } }, timeVerified: options.at, resourceUri: `oci://${image.name}@${image.digest}`,
    policy: resource({ uri: policy.uri }, policy.digest), inputAttestations: attestations, verificationResult: image.passed ? 'PASSED' : 'FAILED',
    // The specification's words for an artifact whose level nobody judged, and for one that failed.
    verifiedLevels: [image.passed ? 'SLSA_BUILD_LEVEL_UNEVALUATED' : 'FAILED'], slsaVersion: '1.0',
  })
}
