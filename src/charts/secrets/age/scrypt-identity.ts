import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Identity, Stanza } from 'age-encryption'
import { PintleError } from '../../../errors/index.ts'
import { openFileKey } from './file-key.ts'

/** A gibibyte of memory; age itself takes 18. */
const maxWork = 20
const label = 'age-encryption.org/v1/scrypt'

/** A passphrase, asked for only when the file is under one. By OpenSSL, which is several times faster than the library. Upstream: LazyScryptIdentity. */
export class ScryptIdentity implements Identity {
  readonly #passphrase: () => Promise<string>

  constructor(passphrase: () => Promise<string>) {
    this.#passphrase = passphrase
  }

  async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
    const [stanza, ...others] = stanzas
    if (stanza?.args[0] !== 'scrypt') return null
    const [, salt = '', work = ''] = stanza.args
    if (others.length > 0 || !/^[1-9]\d?$/.test(work) || Buffer.from(salt, 'base64').length !== 16) throw new PintleError('secrets.key', 'the file of identities is damaged')
    if (Number(work) > maxWork) throw new PintleError('secrets.key', 'its passphrase takes too much work')
    const N = 2 ** Number(work)
    const derive = promisify(scrypt) as (password: string, salt: Uint8Array, length: number, options: object) => Promise<Buffer>
    const key = await derive(await this.#passphrase(), Buffer.concat([Buffer.from(label), Buffer.from(salt, 'base64')]), 32, { N, r: 8, p: 1, maxmem: N * 1024 * 2 })
    return openFileKey(key, stanza.body)
  }
}
