import { createHash } from 'node:crypto'
import { PintleError } from '../../../errors/index.ts'

/** Hex characters of the algorithms that the OCI image specification registers (go-digest algorithm.go). */
const algorithms: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }

/** What is wrong with a digest, in go-digest's words; undefined when nothing is. */
export function digestFault(text: string): string | undefined {
  const colon = text.indexOf(':')
  if (colon <= 0 || colon + 1 === text.length) return 'invalid checksum digest format'
  const length = algorithms[text.slice(0, colon)]
  if (length === undefined) return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(text) ? 'unsupported digest algorithm' : 'invalid checksum digest format'
  const hex = text.slice(colon + 1)
  if (hex.length !== length) return 'invalid checksum digest length'
  return /^[a-f0-9]+$/.test(hex) ? undefined : 'invalid checksum digest format'
}

/** `sha256:...` of bytes. */
export const sha256Digest = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** Whether bytes have this digest. */
export function hasDigest(bytes: Uint8Array, digest: string): boolean {
  const colon = digest.indexOf(':')
  return createHash(digest.slice(0, colon)).update(bytes).digest('hex') === digest.slice(colon + 1)
}

/** Content by its media type, digest and size. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly artifactType?: string
}

/** A descriptor of bytes at hand. */
export const descriptorOf = (mediaType: string, bytes: Uint8Array): Descriptor => ({ mediaType, digest: sha256Digest(bytes), size: bytes.length })

/**
 * Bytes that are what a descriptor says, or an error in the words of oras-go (content/reader.go).
 * @throws PintleError registry.content
 */
export function verified(bytes: Uint8Array, { digest, size }: Pick<Descriptor, 'digest' | 'size'>): Uint8Array {
  const fault = digestFault(digest)
  if (fault !== undefined) throw content(`read failed: failed to validate ${digest}: ${fault}`)
  if (bytes.length < size) throw content(`read failed: expected content size of ${size}, got ${bytes.length}, for digest ${digest}: unexpected EOF`)
  if (bytes.length > size) throw content('trailing data')
  if (!hasDigest(bytes, digest)) throw content('mismatched digest')
  return bytes
}

const content = (text: string): PintleError => new PintleError('registry.content', text, { hint: 'The registry, or something on the way to it, changed or cut what was asked for; nothing of it was kept.' })
