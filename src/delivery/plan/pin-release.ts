import type { Chart, LayerSources, Table } from '../../charts/chart/index.ts'
import { renderChart, type RenderOptions } from '../../charts/render/index.ts'
import type { Place } from '../../errors/index.ts'
import { findImages, placeOfImage, type FoundImage } from './find-images.ts'
import { imageName, parseImage, unpinned, type ImageReference } from './image-reference.ts'
import type { PinnedImage } from './lock.ts'
import { resolveImages, type ResolveImagesOptions } from './resolve-images.ts'

/** Something that cannot be pinned, and the line it stands on. */
export interface PinRefusal {
  /** `Deployment/web: nginx` */
  readonly what: string
  readonly why: string
  readonly place?: Place
  /** The values that set it, and where. */
  readonly set: readonly string[]
}

export interface PinImagesOptions extends ResolveImagesOptions {
  readonly chart: Chart
  readonly values: Table
  readonly release: RenderOptions['release']
  readonly render?: Pick<RenderOptions, 'capabilities' | 'skipSchemaValidation'>
  /** For the lines of values. */
  readonly sources: LayerSources
  /** What is pinned already. */
  readonly pinned: readonly PinnedImage[]
  /** Take new digests of tags that were moved; else pinned ones stay. */
  readonly update: boolean
}

export interface PinnedImages {
  readonly images: readonly PinnedImage[]
  /** Tags that stand for something else than what is pinned. */
  readonly moved: readonly { readonly image: string; readonly pinned: string; readonly now: string }[]
  readonly refused: readonly PinRefusal[]
}

/**
 * Renders a chart and finds the digest of every image in it.
 * @throws PintleError of rendering; what cannot be pinned is a value
 */
export async function pinImages(options: PinImagesOptions): Promise<PinnedImages> {
  const { chart, values, release, pinned, update, sources } = options
  const settings: RenderOptions = { ...options.render, release, values }
  const uses = new Map<string, { image: ImageReference; found: FoundImage[] }>()
  const bad: { found: FoundImage; why: string }[] = []
  for (const found of findImages(renderChart(chart, settings))) {
    const image = parseImage(found.image)
    const why = typeof image === 'string' ? image : unpinned(image)
    if (why !== undefined || typeof image === 'string') {
      bad.push({ found, why: why! })
      continue
    }
    const name = imageName(image)
    const use = uses.get(name)
    if (use === undefined) uses.set(name, { image, found: [found] })
    else use.found.push(found)
  }
  const resolved = await resolveImages([...uses.values()].map((u) => u.image), options)
  const images: PinnedImage[] = []
  const moved: PinnedImages['moved'][number][] = []
  for (const [name, { found, image }] of uses) {
    const now = resolved.get(name)!
    if ('failure' in now) {
      bad.push({ found: found[0]!, why: now.failure })
      continue
    }
    const before = pinned.find((p) => p.image === name)?.digest
    if (before !== undefined && before !== now.digest) moved.push({ image: name, pinned: before, now: now.digest })
    images.push({ image: name, digest: before === undefined || update || image.digest !== undefined ? now.digest : before })
  }
  // A digest that stays pinned although its tag went on must still be there.
  const kept = update ? [] : moved.filter((m) => images.some((i) => i.image === m.image && i.digest === m.pinned))
  const there = await resolveImages(kept.map((m) => ({ ...uses.get(m.image)!.image, digest: m.pinned })), options)
  for (const { image, pinned: digest } of kept) {
    const use = uses.get(image)!
    const answer = there.get(imageName({ ...use.image, digest }))!
    if ('failure' in answer) bad.push({ found: use.found[0]!, why: `its pinned digest is not there any more: ${answer.failure}` })
  }
  images.sort((a, b) => (a.image < b.image ? -1 : 1))
  const refused = refusals(bad, () => renderChart(chart, { ...settings, trace: true }), chart, sources)
  return { images, moved: moved.sort((a, b) => (a.image < b.image ? -1 : 1)), refused }
}

/** With their lines, which cost a render of their own. */
function refusals(bad: readonly { found: FoundImage; why: string }[], render: () => ReturnType<typeof renderChart>, chart: Chart, sources: LayerSources): PinRefusal[] {
  if (bad.length === 0) return []
  const traced = render()
  return bad.map(({ found, why }) => ({ what: `${found.kind}/${found.name}: ${found.image}`, why, ...placeOfImage(traced, chart, found, sources) }))
}
