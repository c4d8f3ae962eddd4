import { createHash } from 'node:crypto'
import { SshReader, sshString, sshUint32 } from '../../../charts/ssh/index.ts'

/** OpenSSH's signatures of files (PROTOCOL.sshsig): what they are for is part of what is signed, so that a signature for Git or a login is none for Pintle. */
export const sshNamespace = 'pintle'

const magic = Buffer.from('SSHSIG')
const hashes = ['sha256', 'sha512']

/** What a key signs. */
export function sshSignedData(data: Uint8Array, hash: string, reserved: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([magic, sshString(sshNamespace), sshString(reserved), sshString(hash), sshString(createHash(hash).update(data).digest())])
}

/** The whole signature, binary. @param signature as the key or an agent gives it: its algorithm and content */
export function sshSignature(publicKey: Uint8Array, hash: string, signature: Uint8Array): Buffer {
  return Buffer.concat([magic, sshUint32(1), sshString(publicKey), sshString(sshNamespace), sshString(''), sshString(hash), sshString(signature)])
}

/** A public key as far as a signature needs it. */
export interface SshSigner {
  readonly blob: Buffer
  /** Checks the inner signature. @throws RangeError when it is not readable */
  verifiesBlob(data: Uint8Array, signature: Buffer): boolean
}

/** Whether a binary signature is by this key, over this data, and for Pintle. */
export function verifiesSshSignature(key: SshSigner, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    const reader = new SshReader(signature)
    if (!reader.take(6).equals(magic) || reader.uint32() !== 1) return false
    if (!reader.string().equals(key.blob) || reader.text() !== sshNamespace) return false
    const reserved = reader.string()
    const hash = reader.text()
    const inner = reader.string()
    reader.end()
    return hashes.includes(hash) && key.verifiesBlob(sshSignedData(data, hash, reserved), inner)
  } catch {
    return false
  }
}

/** The armored form, as `ssh-keygen -Y verify` reads it. */
export function armorSshSignature(signature: Uint8Array): string {
  return `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(signature).toString('base64').match(/.{1,70}/g)!.join('\n')}\n-----END SSH SIGNATURE-----\n`
}

/** @returns undefined when it is none */
export function unarmorSshSignature(text: string): Buffer | undefined {
  const [, body] = /^\s*-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*$/.exec(text) ?? []
  return body === undefined ? undefined : Buffer.from(body.replaceAll(/\s+/g, ''), 'base64')
}
