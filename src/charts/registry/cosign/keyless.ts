import { X509Certificate, createHash } from 'node:crypto'
import { readTrustedRoot, verifyBundle, type CertifiedSigner, type KeylessPolicy } from '../../signatures/index.ts'
import type { Found } from './find-signatures.ts'

/** Whom to believe, and who must have signed. */
export interface RootedPolicy extends KeylessPolicy {
  /** Path of a trusted root. */
  readonly trustedRoot: string
}

/**
 * Checks a signature made with a short-lived certificate.
 * @throws Error in words; PintleError signature.key when the root cannot be used
 */
export async function checkKeyless(found: Found, policy: RootedPolicy): Promise<CertifiedSigner> {
  const root = await readTrustedRoot(policy.trustedRoot)
  const { json, artifact } = bundleOf(found)
  return verifyBundle(json, root, { policy, ...(artifact && { artifact }) })
}

/** The bundle, or one made of what older versions of cosign put into annotations. */
function bundleOf(found: Found): { json: any; artifact?: Buffer } {
  if (found.form === 'bundle') return { json: found.json }
  const { annotations } = found
  const certificate = annotations['dev.sigstore.cosign/certificate']
  if (certificate === undefined) throw new Error('it has no certificate')
  const chain = [certificate, ...(annotations['dev.sigstore.cosign/chain'] ?? '').split(/(?<=-----END CERTIFICATE-----)/)].map((c) => c.trim()).filter((c) => c !== '')
  // The root is for the verifier to know.
  const certificates = chain.map((pem) => new X509Certificate(pem)).filter((c, i) => i === 0 || !c.checkIssued(c)).map((c) => ({ rawBytes: c.raw.toString('base64') }))
  const verificationMaterial = { x509CertificateChain: { certificates }, ...logOf(annotations), ...timestampOf(annotations) }
  const mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1'
  if (found.form === 'envelope') return { json: { mediaType, verificationMaterial, dsseEnvelope: found.json } }
  const digest = createHash('sha256').update(found.payload).digest('base64')
  return { json: { mediaType, verificationMaterial, messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature: found.signature.toString('base64') } }, artifact: found.payload }
}

/** pkg/cosign/bundle of cosign: an entry of Rekor with its signed timestamp. */
function logOf(annotations: Readonly<Record<string, string>>): object {
  const text = annotations['dev.sigstore.cosign/bundle']
  if (text === undefined) return { tlogEntries: [] }
  const { SignedEntryTimestamp, Payload } = JSON.parse(text)
  const body = JSON.parse(Buffer.from(Payload.body, 'base64').toString())
  return {
    tlogEntries: [{
      logIndex: String(Payload.logIndex), logId: { keyId: Buffer.from(Payload.logID, 'hex').toString('base64') }, kindVersion: { kind: body.kind, version: body.apiVersion },
      integratedTime: String(Payload.integratedTime), inclusionPromise: { signedEntryTimestamp: SignedEntryTimestamp }, canonicalizedBody: Payload.body,
    }],
  }
}

function timestampOf(annotations: Readonly<Record<string, string>>): object {
  const text = annotations['dev.sigstore.cosign/rfc3161timestamp']
  return text === undefined ? {} : { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: JSON.parse(text).SignedRFC3161Timestamp }] } }
}
