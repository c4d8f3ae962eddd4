import type { Table } from '../../charts/chart/index.ts'
import { PintleError, type Place } from '../../errors/index.ts'
import { keyedMap, type Fault } from '../settings/index.ts'
import { imageName, parseImage, unpinned, type ImageReference } from './image-reference.ts'
import type { PinnedImage } from './lock.ts'
import { resolveImages, type ResolveImagesOptions } from './resolve-images.ts'

/** `image:` of a service in pintle.yaml: which image is its own, and the key of the values that names it. */
export interface ServiceImage {
  readonly repository?: string
  readonly tag?: string
  /** Dotted key of the mapping that holds repository, tag and digest. */
  readonly set: string
}

/**
 * Reads `image:` of a service.
 * @param fault makes errors for paths below it
 * @throws what `fault` makes
 */
export function readServiceImage(raw: unknown, fault: Fault): ServiceImage {
  if (raw === undefined || raw === null) return { set: 'image' }
  const { repository, tag, set = 'image' } = keyedMap(raw, ['repository', 'tag', 'set'], { section: 'image', fault })
  if (repository !== undefined) {
    const parsed = typeof repository === 'string' ? parseImage(repository) : 'it is no text'
    if (typeof parsed === 'string') throw fault(['repository'], `image.repository: ${parsed}`)
    if (parsed.tag !== undefined || parsed.digest !== undefined) throw fault(['repository'], 'image.repository has a tag or a digest', 'The tag stands beside it: image: {repository: NAME, tag: TAG}.')
  }
  if (tag !== undefined && (typeof tag !== 'string' || !/^\w[\w.-]{0,127}$/.test(tag))) throw fault(['tag'], 'image.tag is no tag', 'In quotes: a tag like "1.10" is a text.')
  if (tag !== undefined && repository === undefined) throw fault(['tag'], 'image.tag is of no image: image.repository is missing')
  if (typeof set !== 'string' || !/^[\w-]+(\.[\w-]+)*$/.test(set)) throw fault(['set'], 'image.set is a dotted key of the values, like web.image')
  return { ...(repository === undefined ? {} : { repository: repository as string }), ...(tag === undefined ? {} : { tag }), set }
}

/** The image a release is to run, and who says so. */
export interface WantedImage {
  /** As it is written. */
  readonly text: string
  readonly set: string
  /** `--image`, `image of pintle.yaml`. */
  readonly source: string
  readonly place?: Place
}

/** It with its digest. */
export interface ResolvedServiceImage {
  readonly pinned: PinnedImage
  /** The values that make the chart use it, to be laid over all others. */
  readonly values: Table
  /** Where they come from. */
  readonly source: string
  /** What the tag stands for now, where that is not what is pinned, which stays. */
  readonly moved?: string
}

/**
 * Finds the digest of a release's own image: what is pinned stays, else it is what the registry has.
 * @param pinned what pintle.lock holds of it
 * @param update `take` what the tag stands for now, also of one that is pinned; `tell` it, and keep what is pinned; `no`: what is pinned is not asked for
 * @throws PintleError rule.refused for no tag, `latest`, a digest that nobody knows
 */
export async function resolveServiceImage(wanted: WantedImage, options: ResolveImagesOptions & { readonly pinned: PinnedImage | undefined; readonly update: 'take' | 'tell' | 'no' }): Promise<ResolvedServiceImage> {
  const { pinned, update } = options
  const image = imageOf(wanted)
  const name = imageName(image)
  const refused = (why: string): PintleError => new PintleError('rule.refused', `${wanted.source}: ${wanted.text}: ${why}`, { hint: 'Name an image that the registry has, by its tag or digest; nothing was changed.', ...(wanted.place && { place: wanted.place }) })
  const known = pinned?.image === name ? pinned.digest : undefined
  const found = (digest: string, moved?: string): ResolvedServiceImage => ({ pinned: { image: name, digest }, values: valuesOf(wanted, image, digest), source: wanted.source, ...(moved !== undefined && { moved }) })
  if (known !== undefined && (update === 'no' || options.offline)) return found(known)
  const answer = (await resolveImages([image], options)).get(name)!
  if ('failure' in answer) throw refused(answer.failure)
  if (known === undefined || update === 'take') return found(answer.digest)
  return known === answer.digest ? found(known) : found(known, answer.digest)
}

function imageOf(wanted: WantedImage): ImageReference {
  const image = parseImage(wanted.text)
  const why = typeof image === 'string' ? image : unpinned(image)
  if (typeof image !== 'string' && why === undefined) return image
  throw new PintleError('rule.refused', `${wanted.source}: ${wanted.text}: ${why!}`, { hint: 'Name it by an exact tag or its digest: --image REPOSITORY:TAG; nothing was changed.', ...(wanted.place && { place: wanted.place }) })
}

/** `image: { repository, tag, digest }` below the key; without a tag where none is named. */
function valuesOf({ text, set }: WantedImage, { tag }: ImageReference, digest: string): Table {
  const at = text.indexOf('@')
  const named = at < 0 ? text : text.slice(0, at)
  const leaf: Table = new Map([['repository', tag === undefined ? named : named.slice(0, -tag.length - 1)], ...(tag === undefined ? [] : [['tag', tag] as const]), ['digest', digest]])
  return set.split('.').reduceRight<Table>((inner, key) => new Map([[key, inner]]), leaf)
}

/** Why a release would not run the image that is set for it: none of its images has the digest. undefined: it does, or none is set. */
export function unusedImage(image: ResolvedServiceImage | undefined, images: readonly string[]): string | undefined {
  if (image === undefined || images.some((i) => i.endsWith(`@${image.pinned.digest}`))) return undefined
  return `the chart runs no image by the digest that is set for it (${image.pinned.image}, ${image.pinned.digest})`
}
