import { signedBytes, verifyBundle, type Envelope } from '../../charts/signatures/index.ts'
import { envelopeFrom, isWritten, readJson } from './envelope-file.ts'
import type { Trust, TrustedIdentity, TrustedKey } from './trust/trust.ts'

/** A document whose signature is good and by somebody who is trusted. Only now may its payload be read. */
export interface SignedDocument {
  readonly envelope: Envelope
  readonly identity: TrustedIdentity
  readonly how: 'key' | 'ssh' | 'sigstore'
  /** The key, which may be valid for a time only. */
  readonly key?: TrustedKey
  /** When a log or an authority for time saw the signature. */
  readonly signedAt?: Date
}

export type SignerFault = 'unreadable' | 'changed' | 'unknown-key'

/** Why a document proves nothing. */
export interface Unsigned {
  readonly fault: SignerFault
  readonly why: string
}

/**
 * The first two steps of a verifier: a readable envelope, signed by a trusted identity.
 * @param text an envelope, or a Sigstore bundle
 * @param options.anyForm an envelope may be written in any way that means the same: other base64, other white space, no keyid. Left out, it must be as Pintle writes it, to the byte
 */
export async function signerOf(text: string, trust: Trust, options: { readonly anyForm?: boolean } = {}): Promise<SignedDocument | Unsigned> {
  const json = readJson(text)
  if (typeof json === 'string') return { fault: 'unreadable', why: json }
  const bundle = json.value as { mediaType?: unknown; dsseEnvelope?: unknown; verificationMaterial?: { publicKey?: unknown } } | null
  const isBundle = typeof bundle?.mediaType === 'string' && bundle.mediaType.startsWith('application/vnd.dev.sigstore.bundle')
  const envelope = envelopeFrom(isBundle ? bundle.dsseEnvelope : json.value)
  if (typeof envelope === 'string') return { fault: 'unreadable', why: isBundle ? `${envelope}: a bundle must hold one (\`cosign attest-blob\` writes such)` : envelope }
  const strict = !isBundle && options.anyForm !== true
  if (strict && !isWritten(envelope, text)) return { fault: 'changed', why: 'it is not as Pintle writes it: bytes were changed, or it was made by another tool and not taken over by `pintle approve --envelope`' }
  if (envelope.signatures.length !== 1) return { fault: 'unreadable', why: 'it must have one signature' }
  if (isBundle && bundle.verificationMaterial?.publicKey === undefined) return certified(json.value, envelope, trust)
  const { sig, keyid } = envelope.signatures[0]!
  const data = signedBytes(envelope)
  const hint = isBundle ? (bundle.verificationMaterial?.publicKey as { hint?: unknown } | undefined)?.hint : undefined
  for (const identity of trust.identities) {
    for (const key of identity.keys) {
      // Which keys are tried may hang on a hint, and which signature is good never does. An envelope of ours always has the right one.
      if (strict && keyid !== key.key.id) continue
      if (key.key.verifies(data, sig) || (hint !== undefined && key.key.hint === hint && key.key.verifiesPrehashed?.(data, sig) === true)) return { envelope, identity, key, how: isBundle ? 'sigstore' : key.key.kind === 'ssh' ? 'ssh' : 'key' }
    }
  }
  const claimed = trust.identities.find((i) => i.keys.some((k) => k.key.id === keyid || (hint !== undefined && k.key.hint === hint)))
  return claimed === undefined
    ? { fault: 'unknown-key', why: `it was signed with a key that nobody trusted has${keyid === undefined ? '' : ` (${JSON.stringify(keyid.slice(0, 80))}, as it says)`}` }
    : { fault: 'changed', why: `it names the key of ${claimed.name}, and was not signed with it, or was changed afterwards` }
}

async function certified(json: unknown, envelope: Envelope, trust: Trust): Promise<SignedDocument | Unsigned> {
  if (trust.trustedRoot === undefined) return { fault: 'unknown-key', why: 'it is signed by a certified identity, and trust.trustedRoot names nobody who may certify' }
  let signer
  try {
    signer = await verifyBundle(json, await trust.trustedRoot())
  } catch (error) {
    if ((error as { code?: unknown }).code === 'signature.key') throw error
    return { fault: 'changed', why: `its certificate, log entry or signature is not good: ${(error as Error).message}` }
  }
  const identity = trust.identities.find((i) => i.keyless.some((k) => k.identity === signer.identity && k.issuer === signer.issuer))
  if (identity === undefined) return { fault: 'unknown-key', why: `it was signed by ${signer.identity}, certified for ${signer.issuer || 'no issuer'}, whom nobody trusts` }
  return { envelope, identity, how: 'sigstore', ...(signer.signedAt && { signedAt: signer.signedAt }) }
}
