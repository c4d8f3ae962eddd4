import { readFileSync, statSync } from 'node:fs'
import { goFsError } from '../../chart/index.ts'
import { armoredBlocks } from './armor.ts'
import { readKeyring, type Entity } from './entity.ts'
import { isKeybox, keyboxKeys } from './keybox.ts'
import type { Library } from './openpgp-library.ts'

/** A keyring is no data base; GnuPG's own of thousands of keys is smaller. */
const maxSize = 64 * 1024 * 1024

/**
 * Loads a keyring: packets (pubring.gpg, secring.gpg), a keybox (pubring.kbx), or armored keys, several blocks too.
 * Upstream: loadKeyRing of pkg/provenance/sign.go.
 * @throws Error with Helm's text
 */
export async function loadKeyring(library: Library, path: string, signal?: AbortSignal): Promise<Entity[]> {
  let bytes
  try {
    if (statSync(path).size > maxSize) throw new Error(`keyring ${path} is larger than ${maxSize} bytes`)
    bytes = readFileSync(path)
  } catch (error) {
    throw goFsError(error, (error as { code?: string }).code === 'EISDIR' ? 'read' : 'open', path)
  }
  if (isKeybox(bytes)) {
    let keys
    try {
      keys = keyboxKeys(bytes)
    } catch (error) {
      throw new Error(`reading keybox ${path}: ${(error as Error).message}`, { cause: error })
    }
    return readKeyring(library, keys, signal)
  }
  const text = bytes.toString('latin1')
  if (!text.trimStart().startsWith('-----BEGIN PGP')) return readKeyring(library, bytes, signal)
  try {
    return await armoredKeys(library, text, signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw new Error(`reading armored keyring ${path}: ${(error as Error).message}`, { cause: error })
  }
}

async function armoredKeys(library: Library, text: string, signal: AbortSignal | undefined): Promise<Entity[]> {
  const entities: Entity[] = []
  for (const block of armoredBlocks(text)) {
    const { type } = block
    if (type !== 'PGP PUBLIC KEY BLOCK' && type !== 'PGP PRIVATE KEY BLOCK') throw new Error(`expected a public or private key block, got ${JSON.stringify(type)}`)
    entities.push(...(await readKeyring(library, block.bytes, signal)))
  }
  if (entities.length === 0) throw new Error('no keys found')
  return entities
}
