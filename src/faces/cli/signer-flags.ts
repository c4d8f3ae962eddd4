import type { Signer } from '../../charts/registry/index.ts'
import { PublicKey } from '../../charts/signatures/index.ts'
import { usage, type Flags } from './flags.ts'

/** @returns undefined when no signature is asked for */
export function signerOf(flags: Flags): Signer | undefined {
  const [key, trustedRoot, identity, pattern, issuer] = ['key', 'trusted-root', 'certificate-identity', 'certificate-identity-regexp', 'certificate-oidc-issuer'].map((name) => flags.string(name)) as [string, string, string, string, string]
  const keyless = trustedRoot !== '' || identity !== '' || pattern !== '' || issuer !== ''
  if (key !== '' && keyless) throw usage('--key and certified identities exclude each other')
  if (key !== '') return { key: PublicKey.fromFile(key) }
  if (!keyless) return undefined
  if (trustedRoot === '' || issuer === '' || (identity === '') === (pattern === '')) {
    throw usage('--trusted-root, --certificate-oidc-issuer and one of --certificate-identity and --certificate-identity-regexp go together', '`cosign trusted-root create` writes the root; nothing is fetched.')
  }
  let wanted: string | RegExp = identity
  if (pattern !== '') {
    try {
      wanted = new RegExp(pattern)
    } catch (error) {
      throw usage(`--certificate-identity-regexp: ${(error as Error).message}`)
    }
  }
  return { keyless: { trustedRoot, identity: wanted, issuer } }
}
