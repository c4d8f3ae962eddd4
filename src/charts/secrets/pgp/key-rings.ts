import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import type { KeyOptions } from '../key-source.ts'
import { openWithPrivateKeys } from './private-keys.ts'
import { loadPgp } from './pgp-library.ts'

/** Far more than a person's rings have. */
const maxRing = 64 << 20

/**
 * Opens a message with the keys of secring.gpg, or of pubring.gpg where that is not there. Upstream: getSecRing in pgp/keysource.go.
 * @returns undefined when there are none, or none fits
 */
export async function openWithRings(message: string, options: KeyOptions): Promise<Uint8Array | undefined> {
  const ring = readRing('secring.gpg', options) ?? readRing('pubring.gpg', options)
  if (ring === undefined) return undefined
  const { keys } = await readKeys(ring)
  return openWithPrivateKeys(message, keys.filter((key) => key.isPrivate()).map((key) => key.write()), options)
}

/**
 * Encrypts for a key of pubring.gpg. Upstream: encryptWithOpenPGP.
 * @returns undefined when it is not there @throws PintleError secrets.key for a key that cannot be encrypted for
 */
export async function wrapWithRings(fingerprint: string, dataKey: Uint8Array, options: KeyOptions): Promise<string | undefined> {
  const ring = readRing('pubring.gpg', options)
  if (ring === undefined) return undefined
  const { library, settings, keys } = await readKeys(ring)
  const key = keys.find((k) => k.getFingerprint().toUpperCase() === fingerprint.toUpperCase())
  if (key === undefined) return undefined
  try {
    return await library.encrypt({ message: await library.createMessage({ binary: dataKey }), encryptionKeys: key.toPublic(), format: 'armored', config: settings }) as string
  } catch {
    throw new PintleError('secrets.key', 'the key of pubring.gpg is expired, revoked or not for encryption')
  }
}

async function readKeys(ring: Buffer): Promise<Awaited<ReturnType<typeof loadPgp>> & { keys: Awaited<ReturnType<Awaited<ReturnType<typeof loadPgp>>['library']['readKeys']>> }> {
  const pgp = await loadPgp()
  try {
    return { ...pgp, keys: await pgp.library.readKeys({ binaryKeys: ring, config: pgp.settings }) }
  } catch {
    return { ...pgp, keys: [] }
  }
}

function readRing(name: string, { env = process.env }: KeyOptions): Buffer | undefined {
  try {
    const ring = readFileSync(join(env.GNUPGHOME || join(env.HOME || homedir(), '.gnupg'), name))
    return ring.length === 0 || ring.length > maxRing ? undefined : ring
  } catch {
    return undefined
  }
}
