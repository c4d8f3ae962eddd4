import type { Decrypter } from 'age-encryption'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { KeyOptions, KeySource } from '../key-source.ts'
import { ageRecipient } from './age-recipient.ts'
import { AgeIdentities } from './age-identities.ts'
import type { AgeIdentity } from './age-identity.ts'

/**
 * Keys of age: of its own, of SSH, of plugins. Identities are read when the first file asks for them. Upstream: age/keysource.go.
 */
export function ageKeys(options: KeyOptions): KeySource {
  const identities = new AgeIdentities(options)
  return {
    async open(key) {
      const { armor } = await import('age-encryption')
      const known = await identities.for(key.fields.recipient!)
      if (known.identities.length === 0) return none(known.failures)
      let file: Uint8Array
      try {
        file = armor.decode(key.enc)
      } catch {
        throw new PintleError('secrets.format', `the key for ${key.fields.recipient} is no armored age file`)
      }
      const failures = [...known.failures]
      for (const identity of known.identities) {
        const opened = await openedBy(identity, file, failures, options.signal)
        if (opened !== undefined) return opened
      }
      return none(failures)
    },
    async wrap({ fields: { recipient = '' } }, dataKey) {
      const { Encrypter, armor } = await import('age-encryption')
      const encrypter = new Encrypter()
      encrypter.addRecipient(await ageRecipient(recipient, options))
      return `${armor.encode(await encrypter.encrypt(dataKey)).trimEnd()}\n`
    },
  }
}

async function openedBy({ from, open }: AgeIdentity, file: Uint8Array, failures: string[], signal?: AbortSignal): Promise<Uint8Array | undefined> {
  const { Decrypter } = await import('age-encryption')
  try {
    for (const identity of await open()) {
      const decrypter = new Decrypter()
      decrypter.addIdentity(identity)
      try {
        return await decrypted(decrypter, file)
      } catch (error) {
        if (!/no identity matched/.test((error as Error).message)) throw error
      }
    }
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason
    if (isPintleError(error) && error.code !== 'secrets.key') throw error
    failures.push(isPintleError(error) ? `${from}: ${error.message}` : 'its copy of the key is damaged')
  }
  return undefined
}

/** From stream to stream: the package gathers bytes by fetch's Response, for which Node loads all of fetch, 40 ms long. */
async function decrypted(decrypter: Decrypter, file: Uint8Array): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(file)
      controller.close()
    },
  })
  const parts: Uint8Array[] = []
  for await (const part of await decrypter.decrypt(source)) parts.push(part)
  return Buffer.concat(parts)
}

/** Nothing fits; that is said with what could not be tried. */
function none(failures: readonly string[]): undefined {
  const reasons = [...new Set(failures)]
  if (reasons.length > 0) throw new PintleError('secrets.key', reasons.join('; '))
  return undefined
}
