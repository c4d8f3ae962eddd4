import { createHash } from 'node:crypto'
import { PintleError } from '../../../errors/index.ts'
import { quote } from '../../../language/go/index.ts'
import { marshalPlain } from '../../../language/yaml/index.ts'
import { armor } from './armor.ts'
import { isBrainpool } from './brainpool.ts'
import { prepareClearSigned } from './clear-signed.ts'
import type { Entity } from './entity.ts'
import { loadKeyring } from './keyring.ts'
import { loadLibrary, settings, type Library } from './openpgp-library.ts'

export interface SignerOptions {
  readonly signal?: AbortSignal
  /** Path of the keyring. */
  readonly keyring: string
  /** Name of the key, or a part of it that no other has. */
  readonly key: string
  /** Called once the keyring is read, to get ready; what it gives is asked when the key is protected. @param name of the key */
  readonly passphrase: () => (name: string) => Promise<string>
}

/** Makes provenance files with one key. */
export interface ProvenanceSigner {
  /**
   * @param metadata Chart.yaml of the archive
   * @returns the text of NAME.tgz.prov
   */
  sign(archive: Uint8Array, fileName: string, metadata: string): Promise<string>
}

/**
 * Finds the key to sign with and unlocks it. Upstream: NewFromKeyring and DecryptKey of pkg/provenance/sign.go.
 * @throws PintleError chart.signature with Helm's text
 */
export async function provenanceSigner({ signal, keyring, key: id, passphrase }: SignerOptions): Promise<ProvenanceSigner> {
  return told(signal, async () => {
    const library = await loadLibrary()
    const entity = chooseKey(await loadKeyring(library, keyring, signal), id)
    const ask = passphrase()
    if (entity === undefined) throw new Error('private key not found')
    const { secret, identities } = entity
    if (secret === undefined) throw new Error('provided key is not a private key. Try providing a keyring with secret keys')
    if (!secret.isDecrypted() && !secret.isDummy()) await unlock(library, secret, await ask([...identities.keys()].find((name) => name !== '') ?? 'Unknown'))
    return { sign: (archive, fileName, metadata) => told(signal, () => sign(library, secret, archive, fileName, metadata)) }
  })
}

/** The key of that very name, or the only one whose name holds it. */
function chooseKey(ring: readonly Entity[], id: string): Entity | undefined {
  let candidate: Entity | undefined
  let vague = false
  for (const entity of ring) {
    for (const name of entity.identities.keys()) {
      if (name === id) return entity
      if (!name.includes(id)) continue
      if (candidate !== undefined) vague = true
      candidate = entity
    }
  }
  if (vague) throw new Error(`more than one key contain the id ${quote(id)}`)
  return candidate
}

type Secret = NonNullable<Entity['secret']>

async function unlock(library: Library, secret: Secret, passphrase: string): Promise<void> {
  try {
    await (secret.decrypt as (passphrase: string, config: unknown) => Promise<unknown>).call(secret, passphrase, settings(library))
  } catch (error) {
    const { message } = error as Error
    if (message === 'Incorrect key passphrase') throw new Error('openpgp: invalid data: private key checksum failure', { cause: error })
    if (message.startsWith('Incorrect key passphrase')) throw new Error('cipher: message authentication failed', { cause: error })
    throw new Error(`openpgp: invalid data: ${message}`, { cause: error })
  }
}

async function sign(library: Library, secret: Secret, archive: Uint8Array, fileName: string, metadata: string): Promise<string> {
  if (secret.isDummy()) throw new Error('failed to either sign or armor message block: openpgp: s2k GNU dummy key: dummy key found')
  if ((secret.algorithm as number) === 19 && isBrainpool(secret)) throw new Error('signing with keys on Brainpool curves is not supported')
  const files = { [fileName]: `sha256:${createHash('sha256').update(archive).digest('hex')}` }
  // A line of dots parts the two documents: dashes mean something else in a clear-signed text.
  const { signed, head } = prepareClearSigned(`${metadata}\n...\n${marshalPlain({ files })}`)
  const { SignaturePacket, PacketList, enums } = library
  const signature = new SignaturePacket()
  signature.signatureType = enums.signature.text
  signature.publicKeyAlgorithm = secret.algorithm
  signature.hashAlgorithm = enums.hash.sha512
  const data = { text: null, getBytes: () => signed }
  await (signature.sign as (...args: unknown[]) => Promise<void>).call(signature, secret, data, new Date(), false, settings(library))
  const packets = new PacketList()
  packets.push(signature)
  return head + armor('PGP SIGNATURE', packets.write())
}

async function told<T>(signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof PintleError ? error : new PintleError('chart.signature', (error as Error).message, { cause: error })
  }
}
