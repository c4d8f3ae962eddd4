import { verifyBundle } from '../../charts/signatures/index.ts'
import { signedContent, type SignedContent } from './signed-content.ts'
import type { Trust, TrustedIdentity, TrustedKey } from './trust/trust.ts'

/** A document whose signature is good and by somebody who is trusted. Only now may its payload be read. */
export interface SignedDocument {
  readonly envelope: Pick<SignedContent, 'payloadType' | 'payload'>
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
 * @param options.anyForm see signedContent
 */
export async function signerOf(text: string, trust: Trust, options: { readonly anyForm?: boolean } = {}): Promise<SignedDocument | Unsigned> {
  const content = signedContent(text, options)
  if ('fault' in content) return content
  return content.bundle !== undefined && content.hint === undefined ? certified(content, content.bundle, trust) : byKey(content, trust)
}

/** Which keys are tried may hang on a hint, and which signature is good never does. */
function byKey({ data, sig, keyid, hint, form, ...envelope }: SignedContent, trust: Trust): SignedDocument | Unsigned {
  for (const identity of trust.identities) {
    for (const key of identity.keys) {
      if (keyid !== undefined && keyid !== key.key.id) continue
      if (key.key.verifies(data, sig) || (hint !== undefined && key.key.hint === hint && key.key.verifiesPrehashed?.(data, sig) === true)) return { envelope, identity, key, how: form === 'bundle' ? 'sigstore' : key.key.kind === 'ssh' ? 'ssh' : 'key' }
    }
  }
  const claimed = trust.identities.find((i) => i.keys.some((k) => k.key.id === keyid || (hint !== undefined && k.key.hint === hint)))
  if (claimed !== undefined) return { fault: 'changed', why: `it names the key of ${claimed.name}, and was not signed with it, or was changed afterwards` }
  return { fault: 'unknown-key', why: `it was signed with a key that nobody trusted has${keyid ? ` (${JSON.stringify(keyid.slice(0, 80))}, as it says)` : ''}` }
}

async function certified(envelope: SignedContent, { json, artifact }: NonNullable<SignedContent['bundle']>, trust: Trust): Promise<SignedDocument | Unsigned> {
  if (trust.trustedRoot === undefined) return { fault: 'unknown-key', why: 'it is signed by a certified identity, and trust.trustedRoot names nobody who may certify' }
  let signer
  try {
    signer = await verifyBundle(json, await trust.trustedRoot(), artifact === undefined ? {} : { artifact })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'signature.key') throw error
    return { fault: 'changed', why: `its certificate, log entry or signature is not good: ${(error as Error).message}` }
  }
  const identity = trust.identities.find((i) => i.keyless.some((k) => k.identity === signer.identity && k.issuer === signer.issuer))
  if (identity === undefined) return { fault: 'unknown-key', why: `it was signed by ${signer.identity}, certified for ${signer.issuer || 'no issuer'}, whom nobody trusts` }
  return { envelope, identity, how: 'sigstore', ...(signer.signedAt && { signedAt: signer.signedAt }) }
}
