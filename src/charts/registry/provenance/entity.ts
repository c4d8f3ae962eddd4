import type { SecretKeyPacket, SignaturePacket } from 'openpgp'
import type { KeyPacket } from './key-packet.ts'
import { settings, type Library } from './openpgp-library.ts'
import { PacketStream, tags, type RawPacket } from './packets.ts'
import { PgpError, isPgpError } from './pgp-error.ts'
import { checkSignature, issuedBy, keyIdOf, readSignature } from './signature.ts'

/** A name of a key that the key itself has signed. */
export interface Identity {
  readonly name: string
  selfSignature: SignaturePacket | undefined
  readonly revocations: SignaturePacket[]
}

export interface Subkey {
  readonly key: KeyPacket
  readonly binding: SignaturePacket
  readonly revocations: readonly SignaturePacket[]
}

/** A key with its names and subkeys, as far as its own signatures vouch for them: go-crypto's openpgp.Entity. */
export interface Entity {
  readonly primary: KeyPacket
  readonly secret: SecretKeyPacket | undefined
  readonly identities: ReadonlyMap<string, Identity>
  readonly subkeys: readonly Subkey[]
  readonly revocations: readonly SignaturePacket[]
  /** The direct-key signature of a key of version 6. */
  readonly direct: SignaturePacket | undefined
}

const types = { generic: 0x10, positive: 0x13, subkeyBinding: 0x18, directKey: 0x1f, keyRevocation: 0x20, subkeyRevocation: 0x28, certificationRevocation: 0x30 } as const

/**
 * The keys of a keyring. Keys that are not understood or do not vouch for themselves are passed over, as long as one is left.
 * Upstream: ReadKeyRing and ReadEntity of go-crypto's openpgp/keys.go.
 * @throws PgpError, Error with the text of go-crypto
 */
export async function readKeyring(library: Library, bytes: Uint8Array, signal?: AbortSignal): Promise<Entity[]> {
  const reader = new EntityReader(library, new PacketStream(bytes))
  const entities: Entity[] = []
  let passedOver: PgpError | undefined
  for (;;) {
    signal?.throwIfAborted()
    try {
      const entity = await reader.entity()
      if (entity === undefined) break
      entities.push(entity)
    } catch (error) {
      if (!isPgpError(error, 'structural', 'unsupported')) throw error
      passedOver = error
      if (!(await reader.skipToNext())) break
    }
  }
  if (entities.length === 0 && passedOver !== undefined) throw passedOver
  return entities
}

/** A packet with what Helm's library makes of it. */
interface Parsed { readonly tag: number; readonly raw: RawPacket; readonly key?: KeyPacket; readonly signature?: SignaturePacket }

const isPrimary = ({ tag }: Parsed): boolean => tag === tags.publicKey || tag === tags.secretKey
const isSubkey = ({ tag }: Parsed): boolean => tag === tags.publicSubkey || tag === tags.secretSubkey

class EntityReader {
  readonly #library: Library
  readonly #packets: PacketStream
  #kept: Parsed | undefined

  constructor(library: Library, packets: PacketStream) {
    this.#library = library
    this.#packets = packets
  }

  /** The next packet; packets of unsupported versions and kinds are passed over. */
  async #next(): Promise<Parsed | undefined> {
    if (this.#kept !== undefined) {
      const kept = this.#kept
      this.#kept = undefined
      return kept
    }
    for (let raw = this.#packets.next(); raw !== undefined; raw = this.#packets.next()) {
      try {
        return await this.#parse(raw)
      } catch (error) {
        if (!isPgpError(error, 'unsupported')) throw error
      }
    }
    return undefined
  }

  async #parse(raw: RawPacket): Promise<Parsed> {
    const { tag, body } = raw
    if (tag === tags.signature) return { tag, raw, signature: readSignature(this.#library, body) }
    const { PublicKeyPacket, PublicSubkeyPacket, SecretKeyPacket, SecretSubkeyPacket } = this.#library
    const Packet = { [tags.publicKey]: PublicKeyPacket, [tags.publicSubkey]: PublicSubkeyPacket, [tags.secretKey]: SecretKeyPacket, [tags.secretSubkey]: SecretSubkeyPacket }[tag]
    if (Packet === undefined) return { tag, raw }
    if (body[0] !== 4 && body[0] !== 6) throw new PgpError('unsupported', `public key version ${body[0]}`)
    const key = new Packet()
    try {
      // The packet keeps views of the bytes it reads.
      await (key.read as (bytes: Uint8Array, config: unknown) => Promise<unknown>).call(key, Uint8Array.from(body), settings(this.#library))
    } catch (error) {
      const { name, message } = error as Error
      throw new PgpError(name === 'UnsupportedError' || /unsupported|unknown/i.test(`${name} ${message}`) ? 'unsupported' : 'structural', message, { cause: error })
    }
    return { tag, raw, key }
  }

  /** Goes on to where the next key begins. */
  async skipToNext(): Promise<boolean> {
    for (let packet = await this.#next(); packet !== undefined; packet = await this.#next()) {
      if (packet.tag !== tags.publicKey && packet.tag !== tags.secretKey) continue
      this.#kept = packet
      return true
    }
    return false
  }

  async entity(): Promise<Entity | undefined> {
    const first = await this.#next()
    if (first === undefined) return undefined
    if (!isPrimary(first)) {
      this.#kept = first
      throw new PgpError('structural', 'first packet was not a public/private key')
    }
    const primary = first.key!
    // RSA, RSA for signing, DSA, ECDSA, EdDSA, Ed25519, Ed448.
    if (![1, 3, 17, 19, 22, 27, 28].includes(primary.algorithm as number)) throw new PgpError('structural', 'primary key cannot be used for signatures')
    const identities = new Map<string, Identity>()
    const subkeys: Subkey[] = []
    const revocations: SignaturePacket[] = []
    const direct: SignaturePacket[] = []
    for (let packet = await this.#next(); packet !== undefined; packet = await this.#next()) {
      if (isPrimary(packet)) {
        this.#kept = packet
        break
      }
      if (packet.tag === tags.userId) await this.#identity(primary, packet.raw, identities)
      else if (isSubkey(packet)) subkeys.push(await this.#subkey(primary, packet.key!))
      else if (packet.signature?.signatureType === types.keyRevocation) revocations.push(packet.signature)
      else if (packet.signature?.signatureType === types.directKey) direct.push(packet.signature)
    }
    if (identities.size === 0 && primary.version < 6) throw new PgpError('structural', `v${primary.version} entity without any identities`)
    const own = primary.version === 6 ? await this.#direct(primary, direct) : undefined
    for (const revocation of revocations) {
      try {
        await checkSignature(this.#library, revocation, primary, { key: primary })
      } catch (error) {
        throw new PgpError('structural', 'revocation signature signed by alternate key', { cause: error })
      }
    }
    return { primary, secret: first.tag === tags.secretKey ? (primary as SecretKeyPacket) : undefined, identities, subkeys, revocations, direct: own }
  }

  /** Reads the signatures of a name; the name counts when the key itself signed it. */
  async #identity(primary: KeyPacket, { body }: RawPacket, identities: Map<string, Identity>): Promise<void> {
    const name = Buffer.from(body).toString('utf8')
    const identity: Identity = { name, selfSignature: undefined, revocations: [] }
    const userID = { write: () => body }
    for (let packet = await this.#next(); packet !== undefined; packet = await this.#next()) {
      const { signature } = packet
      if (signature === undefined) {
        this.#kept = packet
        return
      }
      const type = signature.signatureType as number
      if ((type < types.generic || type > types.positive) && type !== types.certificationRevocation) throw new PgpError('structural', 'user ID signature with wrong type')
      if (!issuedBy(signature, primary)) continue
      try {
        await checkSignature(this.#library, signature, primary, { userID, key: primary })
      } catch (error) {
        throw new PgpError('structural', `user ID self-signature invalid: ${(error as Error).message}`, { cause: error })
      }
      if (type === types.certificationRevocation) identity.revocations.push(signature)
      else if (identity.selfSignature === undefined || signature.created! > identity.selfSignature.created!) identity.selfSignature = signature
      identities.set(name, identity)
    }
  }

  /** Reads the signatures that bind a subkey to its key, and of a subkey that may sign, that it agrees. */
  async #subkey(primary: KeyPacket, key: KeyPacket): Promise<Subkey> {
    let binding: SignaturePacket | undefined
    const revocations: SignaturePacket[] = []
    for (;;) {
      let packet
      try {
        packet = await this.#next()
      } catch (error) {
        throw new PgpError('structural', `subkey signature invalid: ${(error as Error).message}`, { cause: error })
      }
      if (packet === undefined) break
      const { signature } = packet
      if (signature === undefined) {
        this.#kept = packet
        break
      }
      const type = signature.signatureType as number
      if (type !== types.subkeyBinding && type !== types.subkeyRevocation) throw new PgpError('structural', 'subkey signature with wrong type')
      try {
        await this.#bound(primary, key, signature)
      } catch (error) {
        throw new PgpError('structural', `subkey signature invalid: ${(error as Error).message}`, { cause: error })
      }
      if (type === types.subkeyRevocation) revocations.push(signature)
      else if (binding === undefined || signature.created! > binding.created!) binding = signature
    }
    if (binding === undefined) throw new PgpError('structural', 'subkey packet not followed by signature')
    return { key, binding, revocations }
  }

  async #bound(primary: KeyPacket, key: KeyPacket, signature: SignaturePacket): Promise<void> {
    const about = { key: primary, bind: key }
    await checkSignature(this.#library, signature, primary, about)
    if (((signature.keyFlags?.[0] ?? 0) & 2) === 0) return
    const cross = signature.embeddedSignature as SignaturePacket | null
    if (cross === null) throw new PgpError('structural', 'signing subkey is missing cross-signature')
    try {
      await checkSignature(this.#library, cross, key, about)
    } catch (error) {
      throw new PgpError('structural', `error while verifying cross-signature: ${(error as Error).message}`, { cause: error })
    }
  }

  async #direct(primary: KeyPacket, direct: readonly SignaturePacket[]): Promise<SignaturePacket> {
    if (direct.length === 0) throw new PgpError('structural', 'v6 entity without a valid direct-key signature')
    let newest: SignaturePacket | undefined
    for (const signature of direct) if (issuedBy(signature, primary) && (newest === undefined || signature.created! > newest.created!)) newest = signature
    if (newest === undefined) throw new PgpError('structural', 'no valid direct-key self-signature for v6 primary key found')
    try {
      await checkSignature(this.#library, newest, primary, { key: primary })
    } catch (error) {
      throw new PgpError('structural', 'invalid direct-key self-signature for v6 primary key', { cause: error })
    }
    return newest
  }
}

/** A key that may have made a signature, with what the entity says of it. */
export interface Candidate {
  readonly entity: Entity
  readonly key: KeyPacket
  readonly isSubkey: boolean
  readonly self: SignaturePacket | undefined
  readonly revocations: readonly SignaturePacket[]
}

/** The keys of an id that may sign. Upstream: KeysByIdUsage, ibid. */
export function signingKeys(entities: readonly Entity[], keyId: string): Candidate[] {
  const out: Candidate[] = []
  for (const entity of entities) {
    const self = primarySelfSignature(entity).signature
    if (keyIdOf(entity.primary) === keyId) out.push({ entity, key: entity.primary, isSubkey: false, self, revocations: entity.revocations })
    for (const { key, binding, revocations } of entity.subkeys) {
      if (keyIdOf(key) === keyId) out.push({ entity, key, isSubkey: true, self: binding, revocations })
    }
  }
  return out.filter(({ self }) => ((self?.keyFlags?.[0] ?? 0) & 2) !== 0)
}

/** The signature that says what a key is for and how long it lives. Upstream: PrimarySelfSignature and PrimaryIdentity, ibid. */
export function primarySelfSignature({ primary, direct, identities }: Entity): { signature: SignaturePacket | undefined; identity?: Identity } {
  if (primary.version === 6) return { signature: direct }
  let found: Identity | undefined
  for (const identity of identities.values()) if (preferred(found, identity)) found = identity
  return { signature: found?.selfSignature, ...(found === undefined ? {} : { identity: found }) }
}

function preferred(old: Identity | undefined, next: Identity): boolean {
  if (old === undefined) return true
  if (old.revocations.length !== next.revocations.length) return old.revocations.length > next.revocations.length
  if (old.selfSignature === undefined) return true
  if (next.selfSignature === undefined) return false
  const wasPrimary = old.selfSignature.isPrimaryUserID === true
  const isPrimaryNow = next.selfSignature.isPrimaryUserID === true
  if (wasPrimary !== isPrimaryNow) return isPrimaryNow
  return next.selfSignature.created! > old.selfSignature.created!
}
