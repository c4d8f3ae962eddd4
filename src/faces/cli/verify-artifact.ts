import { parseReference, registryClient, requireSignature, type VerifiedSignature } from '../../charts/registry/index.ts'
import type { CommandContext } from './command.ts'
import { usage } from './flags.ts'
import { withRegistry } from './registry-session.ts'
import { signerOf } from './signer-flags.ts'

/**
 * Checks cosign's signatures, or attestations of the types asked for, on a chart or image in a registry.
 * @throws PintleError signature.missing, signature.invalid, registry.*
 */
export async function verifyArtifact(context: CommandContext, reference: string): Promise<void> {
  const { flags, out } = context
  const signer = signerOf(flags)
  if (signer === undefined) throw usage('who must have signed it?', 'Give --key, or --trusted-root with --certificate-identity and --certificate-oidc-issuer.')
  const name = reference.slice('oci://'.length).replaceAll('+', '_')
  const parsed = parseReference(name)
  await withRegistry({ ...context, flags: undefined }, {}, async ({ http, env, registries, paths, signal }) => {
    const text = (flag: string): string => flags.string(flag)
    const repository = registryClient({
      http, env, registries, registryConfig: paths.registryConfig, username: text('username'), password: text('password'), plainHttp: flags.bool('plain-http'),
      caFile: text('ca-file'), certFile: text('cert-file'), keyFile: text('key-file'), insecureSkipTlsVerify: flags.bool('insecure-skip-tls-verify'),
    }).repository(parsed)
    const { digest } = await repository.resolve(parsed.reference || 'latest', { signal })
    out.line(`Digest: ${digest}`)
    const types = flags.list('attestation')
    if (types.length === 0) for (const found of (await requireSignature(repository, digest, signer, { name, signal })).verified) out.line(`Signature verified: ${told(found)}`)
    for (const attestation of types) {
      for (const found of (await requireSignature(repository, digest, signer, { name, attestation, signal })).verified) {
        out.line(`Attestation verified: ${found.predicateType}, ${told(found)}`)
        if (flags.bool('show-predicate')) out.line(JSON.stringify(found.predicate, null, 2))
      }
    }
  })
}

const told = ({ where, identity, issuer }: VerifiedSignature): string => `${where}${identity === undefined ? '' : `, by ${identity} (${issuer})`}`
