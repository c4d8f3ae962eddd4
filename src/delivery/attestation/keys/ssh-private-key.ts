import { sign, type KeyObject } from 'node:crypto'
import { readOpenSshKey, sshCurve, sshMpint, sshString } from '../../../charts/ssh/index.ts'
import { SshPublicKey } from './ssh-public-key.ts'
import { sshSignature, sshSignedData } from './ssh-signature.ts'
import type { SigningKey } from './signing-key.ts'

/** A file of OpenSSH's (PROTOCOL.key), as far as it can be read without a passphrase. */
export type SshPrivateFile =
  | { readonly readable: true; readonly key: SigningKey }
  /** Encrypted, or the private half lies on a token. */
  | { readonly readable: false; readonly publicKey: SshPublicKey; readonly why: string }

/**
 * @param text of the file; @param from names it in errors
 * @throws Error in words; PintleError signature.key
 */
export function readSshPrivateKey(text: string, from: string): SshPrivateFile {
  const { type, publicBlob, key, encrypted } = readOpenSshKey(text)
  const publicKey = new SshPublicKey(publicBlob, from)
  if (key === undefined) return { readable: false, publicKey, why: encrypted ? 'it is encrypted' : 'it lies on a security key' }
  const hash = 'sha512'
  return {
    readable: true,
    key: { id: publicKey.id, verifying: publicKey, sign: async (data) => sshSignature(publicKey.blob, hash, signBlob(type, key, sshSignedData(data, hash))) },
  }
}

function signBlob(type: string, key: KeyObject, data: Buffer): Buffer {
  if (type === 'ssh-ed25519') return blob(type, sign(null, data, key))
  if (type === 'ssh-rsa') return blob('rsa-sha2-512', sign('sha512', data, key))
  const { hash, size } = sshCurve(type)!
  const both = sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })
  return blob(type, Buffer.concat([sshMpint(both.subarray(0, size)), sshMpint(both.subarray(size))]))
}

const blob = (algorithm: string, content: Uint8Array): Buffer => Buffer.concat([sshString(algorithm), sshString(content)])
