import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Stanza } from 'age-encryption'
import { PintleError } from '../../../errors/index.ts'
import { isOpenSshKey, readOpenSshKey, sshMpint, sshString } from '../../ssh/index.ts'
import type { KeyOptions } from '../key-source.ts'
import type { AgeIdentity } from './age-identity.ts'
import { askedPassphrase } from './passphrase.ts'
import { stanzasFor, unwrapByEd25519, unwrapByRsa } from './ssh-stanzas.ts'

/** A private key of SSH, as far as its file can be read. */
interface PrivateKey {
  readonly type: string
  readonly publicBlob: Buffer
  /** Undefined while it is encrypted. */
  readonly key: KeyObject | undefined
  open(passphrase: string): KeyObject | undefined
}

/**
 * A private key of SSH as an identity of age: its passphrase is asked for only when a file is for it. Upstream: agessh and age/ssh_parse.go.
 * @param from the path; the public key may lie beside it
 * @throws PintleError secrets.key
 */
export function sshIdentity(content: Buffer, from: string, options: KeyOptions, { asks = true } = {}): AgeIdentity {
  const file = privateKeyOf(content.toString('latin1'), from)
  if (file.type !== 'ssh-ed25519' && file.type !== 'ssh-rsa') throw new PintleError('secrets.key', `keys of type ${JSON.stringify(file.type.slice(0, 60))} are none of age`)
  if (file.key === undefined && !asks) throw new PintleError('secrets.key', 'the SSH key is protected by a passphrase, which is not supported for commands')
  let { key } = file
  const unwrapFileKey = async (stanzas: Stanza[]): Promise<Uint8Array | null> => {
    for (const stanza of stanzasFor(file.type, file.publicBlob, stanzas)) {
      key ??= opened(file, await askedPassphrase(`Enter passphrase for ${JSON.stringify(from)}:`, options))
      const found = file.type === 'ssh-rsa' ? unwrapByRsa(key, stanza) : unwrapByEd25519(file.publicBlob, key, stanza)
      if (found !== null) return found
    }
    return null
  }
  return { from, open: async () => [{ unwrapFileKey }] }
}

function opened(file: PrivateKey, passphrase: string): KeyObject {
  try {
    const key = file.open(passphrase)
    if (key !== undefined) return key
  } catch {
    // OpenSSL's words say less.
  }
  throw new PintleError('secrets.key', 'incorrect passphrase')
}

function privateKeyOf(text: string, from: string): PrivateKey {
  try {
    if (isOpenSshKey(text)) {
      const { type, publicBlob, key } = readOpenSshKey(text)
      return { type, publicBlob, key, open: (passphrase) => readOpenSshKey(text, passphrase).key }
    }
    if (/BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
      const [type = '', blob = ''] = readFileSync(`${from}.pub`, 'latin1').split(/\s+/)
      return { type, publicBlob: Buffer.from(blob, 'base64'), key: undefined, open: (passphrase) => createPrivateKey({ key: text, passphrase }) }
    }
    const key = createPrivateKey(text)
    return { ...publicPart(key), key, open: () => key }
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') throw new PintleError('secrets.key', 'it is encrypted, and its public key does not lie beside it')
    throw new PintleError('secrets.key', 'it is no private key of SSH that can be read')
  }
}

function publicPart(key: KeyObject): { type: string; publicBlob: Buffer } {
  const { kty, crv, x, n, e } = createPublicKey(key).export({ format: 'jwk' })
  if (kty === 'RSA') return { type: 'ssh-rsa', publicBlob: Buffer.concat([sshString('ssh-rsa'), sshMpint(Buffer.from(e!, 'base64url')), sshMpint(Buffer.from(n!, 'base64url'))]) }
  return { type: crv === 'Ed25519' ? 'ssh-ed25519' : String(crv ?? kty), publicBlob: Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.from(x ?? '', 'base64url'))]) }
}
