import { RegistryClient } from '../../charts/registry/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { imageName, type ImageReference } from './image-reference.ts'

/** What an image's name stands for. */
export type ResolvedImage = { readonly digest: string } | { readonly failure: string }

/** Digests that were found before, for when no registry may be asked. */
export interface KnownDigests {
  get(image: string): string | undefined
}

export interface ResolveImagesOptions {
  readonly client: RegistryClient
  /** Ask no registry. */
  readonly offline: boolean
  readonly known: KnownDigests
  /** Answers of this run: an image that several releases use is asked for once. */
  readonly answers?: Map<string, Promise<ResolvedImage>>
  readonly signal?: AbortSignal | undefined
}

/** Registries answer many at once; more would look like an attack. */
const atOnce = 8

/**
 * The digests of images, from their registries: a HEAD request each. A name that holds its digest is asked for, too: it must be there.
 * @returns by imageName
 */
export async function resolveImages(images: readonly ImageReference[], options: ResolveImagesOptions): Promise<Map<string, ResolvedImage>> {
  const { signal } = options
  const out = new Map<string, ResolvedImage>()
  const waiting = new Map(images.map((image) => [imageName(image), image]))
  const queue = [...waiting].sort(([a], [b]) => (a < b ? -1 : 1))
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      signal?.throwIfAborted()
      const [name, image] = next
      const answer = options.answers?.get(name) ?? resolveOne(name, image, options)
      options.answers?.set(name, answer)
      out.set(name, await answer)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, work))
  return out
}

async function resolveOne(name: string, image: ImageReference, { client, offline, known, signal }: ResolveImagesOptions): Promise<ResolvedImage> {
  if (offline) {
    const digest = image.digest ?? known.get(name)
    return digest === undefined ? { failure: 'no digest of it is known, and --offline asks no registry' } : { digest }
  }
  try {
    const { digest } = await client.repository(image).resolve(image.digest ?? image.tag ?? 'latest', { signal })
    return { digest }
  } catch (error) {
    signal?.throwIfAborted()
    if (!isPintleError(error)) throw error
    return { failure: error.message }
  }
}
