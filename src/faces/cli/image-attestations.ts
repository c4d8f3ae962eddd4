import { checkSignatures, registryClient, type RegistryClient, type Signer } from '../../charts/registry/index.ts'
import { mapParallel } from '../../cluster/release/index.ts'
import { findImages, imageName, parseImage, type ImageReference, type KnownImages } from '../../delivery/plan/index.ts'
import type { ImageFacts, InputFacts } from '../../delivery/policy/index.ts'
import type { Rendered } from '../../charts/render/index.ts'
import type { CommandContext } from './command.ts'
import { withRegistry } from './registry-session.ts'
import { signerOf } from './signer-flags.ts'
import type { Target } from './release-target.ts'

type Attested = Pick<ImageFacts, 'signature' | 'provenance' | 'sbom'>

/** Any of these types will do. */
const provenance = ['slsaprovenance1', 'slsaprovenance']
const bills = ['cyclonedx', 'spdxjson', 'spdx']

/**
 * Signatures, provenance and bills of materials of images that have a digest, asked of their registries; of nothing where the flags name nobody who must have signed. Those without a digest cannot be
 * told from others: nothing is known of them.
 */
export async function attestedImages(context: CommandContext, rendered: Pick<Rendered, 'manifests' | 'hooks'>, pinned: ReadonlyMap<string, string>): Promise<Pick<KnownImages, 'attested'>> {
  const { flags } = context
  const signer = signerOf(flags)
  if (signer === undefined) return {}
  const images = [...new Set(findImages(rendered).map((f) => f.image))].flatMap((image) => {
    const parsed = parseImage(image)
    if (typeof parsed === 'string') return []
    const digest = parsed.digest ?? pinned.get(imageName(parsed))
    return digest === undefined ? [] : [{ image, reference: parsed, digest }]
  })
  if (images.length === 0) return {}
  return await withRegistry(context, {}, async ({ http, env, registries, paths, signal }) => {
    const client = registryClient({
      http, env, registries, registryConfig: paths.registryConfig, username: '', password: '', plainHttp: flags.bool('plain-http'),
      caFile: flags.string('ca-file'), certFile: flags.string('cert-file'), keyFile: flags.string('key-file'), insecureSkipTlsVerify: flags.bool('insecure-skip-tls-verify'),
    })
    const found = await mapParallel(images, async ({ image, reference, digest }) => [image, await attestationsOf(client, reference, digest, signer, signal)] as const, 4)
    return { attested: new Map(found) }
  })
}

async function attestationsOf(client: RegistryClient, reference: ImageReference, digest: string, signer: Signer, signal: AbortSignal | undefined): Promise<Attested> {
  const repository = client.repository(reference)
  const check = (attestation?: string) => checkSignatures(repository, digest, signer, { ...(signal && { signal }), ...(attestation !== undefined && { attestation }) })
  const { verified, rejected } = await check()
  const anyOf = async (types: readonly string[]): Promise<boolean> => {
    for (const type of types) if ((await check(type)).verified.length > 0) return true
    return false
  }
  return {
    signature: verified.length > 0 ? { verified: true } : { verified: false, reason: rejected.length === 0 ? 'it has no signature' : `no signature of it counts: ${rejected.slice(0, 3).join('; ')}` },
    provenance: { verified: await anyOf(provenance) }, sbom: await anyOf(bills),
  }
}

/** A chart whose signature does not hold is not fetched at all: what the flags asked for holds. */
export function chartTrust({ flags }: CommandContext, { fetched: { source } }: Target): Pick<NonNullable<InputFacts['chart']>, 'signature' | 'provenance'> {
  if (source === undefined) return {}
  const verified = { verified: true }
  return { ...((flags.bool('verify') || (signerOf(flags) !== undefined && source.startsWith('oci://'))) && { signature: verified }), ...(flags.bool('verify') && { provenance: verified }) }
}
