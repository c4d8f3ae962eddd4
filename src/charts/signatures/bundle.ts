import type { CertifiedSigner, KeylessPolicy } from './keyless.ts'
import type { TrustedRoot } from './trusted-root.ts'

/** Sigstore's packages cost what few runs need: they are loaded with the first bundle. */

/** As keyless.ts: what a certificate signed. @throws Error in words */
export async function verifyBundle(json: unknown, root: TrustedRoot, options: { artifact?: Buffer; policy?: KeylessPolicy } = {}): Promise<CertifiedSigner> {
  return (await import('./keyless.ts')).verifyBundle(json, root, options)
}

/** As trusted-root.ts: whom to believe. @throws PintleError signature.key */
export async function readTrustedRoot(path: string): Promise<TrustedRoot> {
  return (await import('./trusted-root.ts')).readTrustedRoot(path)
}
