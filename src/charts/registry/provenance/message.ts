import type { SignaturePacket } from 'openpgp'
import { primarySelfSignature, signingKeys, type Candidate, type Entity } from './entity.ts'
import type { KeyPacket } from './key-packet.ts'
import type { Library } from './openpgp-library.ts'
import { PacketStream, tags } from './packets.ts'
import { PgpError } from './pgp-error.ts'
import { checkSignature, readSignature } from './signature.ts'

/**
 * Checks a detached signature over a message. Upstream: verifyDetachedSignature of go-crypto's openpgp/read.go.
 * @param signature packets
 * @returns the entity that signed
 * @throws PgpError with the text of go-crypto: an unknown signer, a wrong signature, a revoked or expired key
 */
export async function checkMessage(library: Library, entities: readonly Entity[], message: Uint8Array, signature: Uint8Array, now: Date): Promise<Entity> {
  const packets = new PacketStream(signature)
  let found: SignaturePacket
  let keys: Candidate[]
  for (;;) {
    const packet = packets.next()
    if (packet === undefined) throw new PgpError('other', 'signature made by unknown entity')
    if (packet.tag !== tags.signature) throw new PgpError('structural', 'non signature packet found')
    try {
      found = readSignature(library, packet.body)
    } catch (error) {
      // Unsupported packets are passed over, wherever they stand.
      if (error instanceof PgpError && error.kind === 'unsupported') continue
      throw error
    }
    if (/^0*$/.test(found.issuerKeyID.toHex())) throw new PgpError('structural', "signature doesn't have an issuer")
    keys = signingKeys(entities, found.issuerKeyID.toHex())
    if (keys.length > 0) break
  }
  const type = found.signatureType as number
  if (type !== 0 && type !== 1) throw new PgpError('unsupported', `signature type: ${type}`)
  let failure: unknown
  for (const key of keys) {
    try {
      await checkSignature(library, found, key.key, { text: null, getBytes: () => message })
    } catch (error) {
      failure = error
      continue
    }
    checkDetails(key, found, now)
    return key.entity
  }
  throw failure
}

/** What may be wrong although the signature fits. Upstream: checkMessageSignatureDetails, ibid; the order counts. */
function checkDetails({ entity, key, isSubkey, self, revocations }: Candidate, signature: SignaturePacket, now: Date): void {
  const { signature: primarySelf, identity } = primarySelfSignature(entity)
  const all = [signature, primarySelf, ...(isSubkey ? [self, self?.embeddedSignature as SignaturePacket | null] : [])].filter((s) => s !== undefined && s !== null)
  for (const { rawNotations } of all) {
    const critical = (rawNotations as readonly { name: string; critical: boolean }[]).find((n) => n.critical)
    if (critical !== undefined) throw new PgpError('signature', `unknown critical notation: ${critical.name}`)
  }
  if (isRevoked(entity.revocations, now) || (isSubkey && isRevoked(revocations, now)) || isRevoked(identity?.revocations ?? [], now)) {
    throw new PgpError('other', 'signature made by revoked key')
  }
  if (isKeyExpired(entity.primary, primarySelf, now) || (isSubkey && isKeyExpired(key, self, now))) throw new PgpError('other', 'key expired')
  if (all.some((s) => isExpired(s, now))) throw new PgpError('other', 'signature expired')
}

/** A key given away is revoked from its beginning; other revocations count while they last. */
function isRevoked(revocations: readonly SignaturePacket[], now: Date): boolean {
  return revocations.some((r) => (r.reasonForRevocationFlag as number | null) === 2 || !isExpired(r, now))
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)

function isExpired({ created, signatureExpirationTime }: SignaturePacket, now: Date): boolean {
  if (seconds(created!) > seconds(now)) return true
  return !!signatureExpirationTime && seconds(now) > seconds(created!) + signatureExpirationTime
}

function isKeyExpired(key: KeyPacket, self: SignaturePacket | undefined, now: Date): boolean {
  if (seconds(key.created) > seconds(now)) return true
  const lifetime = self?.keyExpirationTime
  return !!lifetime && seconds(now) > seconds(key.created) + lifetime
}
