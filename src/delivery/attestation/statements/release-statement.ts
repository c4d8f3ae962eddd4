import { statement, subjectOf, type AttestationStatement } from '../statement.ts'

export const releaseType = 'https://pintle.dev/attestation/release/v1'

/** What was released where, and by which plan: the predicate of type releaseType. Its subject is the record it speaks for. Times are RFC 3339 in UTC. */
export interface ReleasePredicate {
  readonly record: string
  readonly service: string
  readonly environment: string
  readonly target: { readonly server: string; readonly clusterUid: string; readonly namespace: string; readonly release: string; readonly simulated: boolean }
  readonly operator: string
  readonly outcome: string
  readonly startedOn: string
  readonly finishedOn: string
  readonly revision: { readonly before: number; readonly after: number }
  readonly plan: { readonly digest: string }
  /** Digests of the signed approvals that counted. */
  readonly approvals: readonly { readonly by: string; readonly digest?: string }[]
}

/** @param recordDigest of the record as canonical JSON, without its signature */
export function releaseStatement(recordDigest: string, predicate: ReleasePredicate): AttestationStatement<ReleasePredicate> {
  return statement([subjectOf('record', recordDigest)], releaseType, predicate)
}
