import { isPintleError } from '../../../errors/index.ts'
import { isDescriptor, manifestJson, type Repository } from '../oci/repository.ts'
import type { Descriptor } from '../oci/digest.ts'
import { envelopeOf, type Envelope } from '../../signatures/index.ts'

/** A signature or attestation as it lies in a registry, unchecked. */
export type Found =
  /** cosign 1 and 2: a payload, and its signature in an annotation. */
  | { readonly form: 'simple-signing'; readonly where: string; readonly payload: Buffer; readonly signature: Buffer; readonly annotations: Readonly<Record<string, string>> }
  /** cosign 1 and 2: a DSSE envelope. */
  | { readonly form: 'envelope'; readonly where: string; readonly envelope: Envelope; readonly json: any; readonly annotations: Readonly<Record<string, string>> }
  /** cosign 3: a Sigstore bundle. */
  | { readonly form: 'bundle'; readonly where: string; readonly json: any; readonly envelope: Envelope | undefined }

const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json'
const dsse = 'application/vnd.dsse.envelope.v1+json'
const bundleTypes = /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;version=|\.v)/
const longestSignature = 8 << 20
const mostSignatures = 200

/**
 * All that was attached to a digest: bundles that refer to it, and what lies under the tags `sha256-....sig` and `.att`. What is not readable as a signature
 * is told to `skipped`.
 * @throws PintleError registry.*
 */
export async function findSignatures(repository: Repository, digest: string, options: { signal?: AbortSignal | undefined; skipped: (why: string) => void }): Promise<Found[]> {
  const call = { signal: options.signal }
  const out: Found[] = []
  const read = async (descriptor: Descriptor, where: string): Promise<any> => {
    const bytes = await repository.blob(descriptor, { ...call, max: longestSignature })
    try {
      return JSON.parse(bytes.toString())
    } catch {
      options.skipped(`${where}: it is not JSON`)
      return undefined
    }
  }
  const layersOf = (bytes: Buffer): Descriptor[] => {
    const { layers } = manifestJson(bytes)
    return (Array.isArray(layers) ? layers.filter(isDescriptor) : []).slice(0, mostSignatures)
  }
  for (const referrer of (await repository.referrers(digest, call)).slice(0, mostSignatures)) {
    // A registry's list may leave the type out; then only the manifest tells.
    if (referrer.artifactType !== undefined && !bundleTypes.test(referrer.artifactType)) continue
    const { bytes } = await repository.manifest(referrer.digest, call)
    for (const layer of layersOf(bytes)) {
      if (!bundleTypes.test(layer.mediaType)) continue
      const where = `bundle ${short(referrer.digest)}`
      const json = await read(layer, where)
      if (json !== undefined) out.push({ form: 'bundle', where, json, envelope: envelopeOf(json?.dsseEnvelope) })
    }
  }
  for (const suffix of ['sig', 'att']) {
    const tag = `${digest.replace(':', '-')}.${suffix}`
    const manifest = await repository.manifest(tag, call).catch((error: unknown) => {
      if (isPintleError(error, 'registry.notFound')) return undefined
      throw error
    })
    if (manifest === undefined) continue
    for (const [index, layer] of layersOf(manifest.bytes).entries()) {
      const where = `${suffix === 'sig' ? 'signature' : 'attestation'} ${index + 1} of tag ${tag.slice(0, 19)}....${suffix}`
      const annotations = layer.annotations ?? {}
      if (layer.mediaType === simpleSigning) {
        const payload = await repository.blob(layer, { ...call, max: longestSignature })
        out.push({ form: 'simple-signing', where, payload, signature: Buffer.from(annotations['dev.cosignproject.cosign/signature'] ?? '', 'base64'), annotations })
      } else if (layer.mediaType === dsse) {
        const json = await read(layer, where)
        const envelope = envelopeOf(json)
        if (envelope !== undefined) out.push({ form: 'envelope', where, envelope, json, annotations })
        else if (json !== undefined) options.skipped(`${where}: it is no DSSE envelope`)
      }
    }
  }
  return out
}

const short = (digest: string): string => digest.slice(0, 19)
