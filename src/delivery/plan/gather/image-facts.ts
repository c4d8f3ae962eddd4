import type { Rendered } from '../../../charts/render/index.ts'
import type { ImageFacts } from '../../policy/index.ts'
import { findImages } from '../find-images.ts'
import { imageName, parseImage } from '../image-reference.ts'
import type { ScanReport } from './scan-report.ts'

/** What is known about images beyond their names, by image as written or by digest. */
export interface KnownImages {
  /** Digests that were pinned, by the image's whole name. */
  readonly pinned?: ReadonlyMap<string, string>
  readonly scans?: readonly ScanReport[]
  /** Signatures, provenance and bills of materials, by image as written. */
  readonly attested?: ReadonlyMap<string, Pick<ImageFacts, 'signature' | 'provenance' | 'sbom'>>
}

/** Every image of a render once, with who uses it and what is known of it. */
export function imageFacts(rendered: Pick<Rendered, 'manifests' | 'hooks'>, known: KnownImages = {}): ImageFacts[] {
  const users = new Map<string, Set<string>>()
  for (const { image, kind, name } of findImages(rendered)) users.set(image, (users.get(image) ?? new Set()).add(`${kind}/${name}`))
  return [...users].sort(([a], [b]) => (a < b ? -1 : 1)).map(([image, by]) => {
    const parsed = parseImage(image)
    const digest = typeof parsed === 'string' ? undefined : parsed.digest ?? known.pinned?.get(imageName(parsed))
    const scan = known.scans?.find((s) => s.digests.includes(digest ?? '') || s.images.includes(image))?.counts
    return { image, usedBy: [...by], ...(digest !== undefined && { digest }), ...known.attested?.get(image), ...(scan !== undefined && { scan }) }
  })
}
