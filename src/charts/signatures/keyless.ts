import { createHash } from 'node:crypto'
import * as sigstoreBundle from '@sigstore/bundle'
import * as sigstore from '@sigstore/verify'
import { envelopeOf, signedBytes, type Envelope } from './envelope.ts'
import type { TrustedRoot } from './trusted-root.ts'

/** Who must have signed. */
export interface KeylessPolicy {
  /** The certificate's subject, exactly; or a pattern for all of it. */
  readonly identity: string | RegExp
  /** Who vouched for the identity: the OIDC issuer, exactly. */
  readonly issuer: string
}

/** Whom a bundle's certificate names. */
export interface CertifiedSigner {
  readonly identity: string
  readonly issuer: string
  /** When a log or timestamp authority saw the signature: the earliest. */
  readonly signedAt?: Date
}

/**
 * Checks a Sigstore bundle made with a short-lived certificate: chain, transparency log, timestamps, signature. Offline: all there is to know is in the
 * trusted root and in the bundle. What the root has no authority for (logs of private installations) is not demanded.
 * @param json the bundle, parsed
 * @param options.artifact what was signed, where the bundle does not hold it
 * @param options.policy who must have signed; left out, the caller decides by what is returned
 * @throws Error in words
 */
export function verifyBundle(json: any, root: TrustedRoot, options: { artifact?: Buffer; policy?: KeylessPolicy } = {}): CertifiedSigner {
  const { tlogs, ctlogs } = root
  const verifier = new sigstore.Verifier(sigstore.toTrustMaterial(root), { tlogThreshold: tlogs.length > 0 ? 1 : 0, ctlogThreshold: ctlogs.length > 0 ? 1 : 0, timestampThreshold: 1 })
  const entity = sigstore.toSignedEntity(sigstoreBundle.bundleFromJSON(json), options.artifact)
  const envelope = envelopeOf(json?.dsseEnvelope)
  const signer = verifier.verify(envelope === undefined ? entity : { ...entity, signature: alsoBySignedBytes(entity.signature, envelope) })
  const identity = signer.identity?.subjectAlternativeName ?? ''
  const issuer = signer.identity?.extensions?.issuer ?? ''
  if (identity === '') throw new Error('its certificate names nobody')
  if (options.policy !== undefined) requireIdentity({ identity, issuer }, options.policy)
  const times = entity.timestamps.map((t) => (t.$case === 'timestamp-authority' ? t.timestamp.signingTime.getTime() : t.tlogEntry.inclusionPromise === undefined ? Infinity : Number(t.tlogEntry.integratedTime) * 1000)).filter(Number.isFinite)
  return { identity, issuer, ...(times.length > 0 && { signedAt: new Date(Math.min(...times)) }) }
}

function requireIdentity({ identity, issuer }: CertifiedSigner, policy: KeylessPolicy): void {
  const fits = typeof policy.identity === 'string' ? identity === policy.identity : new RegExp(`^(?:${policy.identity.source})$`, policy.identity.flags).test(identity)
  if (!fits) throw new Error(`it was signed by ${identity}, not by ${typeof policy.identity === 'string' ? policy.identity : policy.identity.source}`)
  if (issuer !== policy.issuer) throw new Error(`the identity was certified for ${issuer || 'no issuer'}, not for ${policy.issuer}`)
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
