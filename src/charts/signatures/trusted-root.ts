import { readFileSync } from 'node:fs'
import * as specs from '@sigstore/protobuf-specs'
import { PintleError } from '../../errors/index.ts'

/** Whom to believe about certificates, logs and times. */
export type TrustedRoot = ReturnType<typeof specs.TrustedRoot.fromJSON>

/**
 * Reads a trusted root in Sigstore's JSON form (`cosign trusted-root create`, or the public one's trusted_root.json).
 * @throws PintleError signature.key
 */
export function readTrustedRoot(path: string): TrustedRoot {
  try {
    const root = specs.TrustedRoot.fromJSON(JSON.parse(readFileSync(path, 'utf8')))
    if (root.certificateAuthorities.length === 0) throw new Error('it has no certificate authorities')
    return root
  } catch (error) {
    throw new PintleError('signature.key', `the trusted root ${path} cannot be used: ${(error as Error).message}`, { cause: error, hint: '`cosign trusted-root create` writes one.' })
  }
}
