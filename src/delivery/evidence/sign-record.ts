import { canonicalJson, releaseStatement, sha256, signStatement, writeEnvelope, type SigningKey } from '../attestation/index.ts'
import type { Kept } from './make-record.ts'
import type { ReleaseRecord } from './record.ts'

/** The file that holds a record's signature: a statement about all of the record but that file. */
export const recordSignature = 'release.dsse.json'

/** Digest of what a record's signature is over: the record without the signature's own digest. */
export function signedRecordDigest(record: ReleaseRecord): string {
  const { [recordSignature]: _, ...files } = record.files
  return sha256(canonicalJson({ ...record, files }))
}

/**
 * Signs a record before it is stored: what was released, where, by which plan and whose approvals.
 * @throws PintleError attestation.key
 */
export async function signRecord(kept: Kept, key: SigningKey, options: { readonly signal?: AbortSignal } = {}): Promise<Kept> {
  const { record } = kept
  const { service, environment, target, operator, outcome, revision } = record
  const { server, clusterUid, namespace, release, simulated } = target
  const made = releaseStatement(signedRecordDigest(record), {
    record: record.id, service, environment, target: { server, clusterUid, namespace, release, simulated }, operator, outcome, startedOn: record.started, finishedOn: record.ended, revision, plan: { digest: record.plan.digest },
    approvals: (record.approvals ?? []).filter((a) => a.counted).map((a) => ({ by: a.by, ...(a.digest !== undefined && { digest: a.digest }) })),
  })
  const text = writeEnvelope(await signStatement(made, key, options))
  return { ...kept, record: { ...record, files: { ...record.files, [recordSignature]: sha256(text) } }, files: { ...kept.files, [recordSignature]: text } }
}
