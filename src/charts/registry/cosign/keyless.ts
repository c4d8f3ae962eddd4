import { readFileSync } from 'node:fs'
import { X509Certificate, createHash } from 'node:crypto'
import * as sigstoreBundle from '@sigstore/bundle'
import * as specs from '@sigstore/protobuf-specs'
import * as sigstore from '@sigstore/verify'
import { PintleError } from '../../../errors/index.ts'
import type { Found } from './find-signatures.ts'
import { signedBytes, type Envelope } from './statement.ts'

/** Whom to believe, and who must have signed. */
export interface KeylessPolicy {
  /** Path of a trusted root in Sigstore's JSON form (`cosign trusted-root create`, or the public one's trusted_root.json). */
  readonly trustedRoot: string
  /** The certificate's subject, exactly; or a pattern for all of it. */
  readonly identity: string | RegExp
  /** Who vouched for the identity: the OIDC issuer, exactly. */
  readonly issuer: string
}

/**
 * Checks a signature made with a short-lived certificate: chain, transparency log, timestamps, identity. Offline: all there is to know is in the
 * trusted root and beside the signature. What the root has no authority for (logs of private installations) is not demanded.
 * @throws Error in words; PintleError signature.key when the root cannot be used
 */
export async function checkKeyless(found: Found, policy: KeylessPolicy): Promise<{ identity: string; issuer: string }> {
  const root = readRoot(policy.trustedRoot)
  const { tlogs, ctlogs } = root
  const verifier = new sigstore.Verifier(sigstore.toTrustMaterial(root), { tlogThreshold: tlogs.length > 0 ? 1 : 0, ctlogThreshold: ctlogs.length > 0 ? 1 : 0, timestampThreshold: 1 })
  const { json, artifact } = bundleOf(found)
  const entity = sigstore.toSignedEntity(sigstoreBundle.bundleFromJSON(json), artifact)
  const signer = verifier.verify(found.form === 'simple-signing' || found.envelope === undefined ? entity : { ...entity, signature: alsoBySignedBytes(entity.signature, found.envelope) })
  const identity = signer.identity?.subjectAlternativeName ?? ''
  const issuer = signer.identity?.extensions?.issuer ?? ''
  const fits = typeof policy.identity === 'string' ? identity === policy.identity : new RegExp(`^(?:${policy.identity.source})$`, policy.identity.flags).test(identity)
  if (identity === '' || !fits) throw new Error(`it was signed by ${identity || 'nobody'}, not by ${typeof policy.identity === 'string' ? policy.identity : policy.identity.source}`)
  if (issuer !== policy.issuer) throw new Error(`the identity was certified for ${issuer || 'no issuer'}, not for ${policy.issuer}`)
  return { identity, issuer }
}

/**
 * Logs of Rekor's second version hold the digest of what was signed over, those of the first that of the payload. Version 3 of @sigstore/verify compares with the
 * payload alone.
 */
function alsoBySignedBytes(content: ReturnType<typeof sigstore.toSignedEntity>['signature'], envelope: Envelope): typeof content {
  const digest = createHash('sha256').update(signedBytes(envelope)).digest()
  return {
    signature: content.signature, compareSignature: (signature) => content.compareSignature(signature), verifySignature: (key) => content.verifySignature(key),
    compareDigest: (logged) => content.compareDigest(logged) || digest.equals(logged),
  }
}

function readRoot(path: string): ReturnType<typeof specs.TrustedRoot.fromJSON> {
  try {
    const root = specs.TrustedRoot.fromJSON(JSON.parse(readFileSync(path, 'utf8')))
    if (root.certificateAuthorities.length === 0) throw new Error('it has no certificate authorities')
    return root
  } catch (error) {
    throw new PintleError('signature.key', `the trusted root ${path} cannot be used: ${(error as Error).message}`, { cause: error, hint: '`cosign trusted-root create` writes one.' })
  }
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
