import { valueLayers, type Chart, type LayerSources } from '../../charts/chart/index.ts'
import { manifestOrigin, templateText, type Rendered } from '../../charts/render/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import type { Place } from '../../errors/index.ts'

/** An image in a rendered object. */
export interface FoundImage {
  readonly image: string
  readonly kind: string
  readonly name: string
  /** Where in the object, for manifestOrigin. */
  readonly keys: readonly string[]
}

const containerLists = new Set(['containers', 'initContainers', 'ephemeralContainers'])
const deepest = 64

/**
 * Every image the rendered objects name, hooks and tests too: of containers wherever a pod is described (custom resources hold pod templates, and lists
 * objects), of image volumes, and in custom resources what stands under `image` and reads like one.
 */
export function findImages(rendered: Pick<Rendered, 'manifests' | 'hooks'>): FoundImage[] {
  const out: FoundImage[] = []
  const documents = [...rendered.manifests.map((m) => ({ kind: m.kind, name: m.name, text: m.content })), ...rendered.hooks.map((h) => ({ kind: h.kind, name: h.name, text: h.manifest }))]
  for (const { kind, name, text } of documents) {
    // Most objects name none, and parsing is what takes the time.
    if (!text.includes('image')) continue
    const object = parseDocument(text) as { apiVersion?: unknown } | null
    const custom = isCustom(String(object?.apiVersion ?? ''))
    walk(object, [], custom, (image, keys) => out.push({ image, kind, name, keys }))
  }
  return out
}

/** Kubernetes' own groups have no dot, or end in k8s.io and come with the server. */
function isCustom(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return group.includes('.') && !/^(?:authentication|authorization|rbac\.authorization|networking|policy|scheduling|storage|admissionregistration|apiextensions|apiregistration|certificates|coordination|discovery|events|flowcontrol\.apiserver|node|resource|storagemigration|internal\.apiserver)\.k8s\.io$/.test(group)
}

function walk(value: unknown, keys: readonly string[], custom: boolean, found: (image: string, keys: readonly string[]) => void): void {
  if (typeof value !== 'object' || value === null || keys.length > deepest) return
  if (Array.isArray(value)) {
    value.forEach((item, i) => walk(item, [...keys, String(i)], custom, found))
    return
  }
  const inList = containerLists.has(keys.at(-2) ?? '')
  for (const [key, item] of Object.entries(value)) {
    const at = [...keys, key]
    if (key === 'image' && typeof item === 'string' && item !== '' && (inList || (custom && readsLikeImage(item)))) found(item, at)
    else if (key === 'reference' && keys.at(-1) === 'image' && keys.at(-3) === 'volumes' && typeof item === 'string' && item !== '') found(item, at)
    else walk(item, at, custom, found)
  }
}

/** A path with a tag or digest: `image: logo.png` of a custom resource is none. */
const readsLikeImage = (text: string): boolean => /^[\w.-]+(?::\d+)?\/[\w./-]+(?::[\w.-]+|@sha\d+:[a-f0-9]+)$|^[\w.-]+(?::[\w.-]+)@sha\d+:[a-f0-9]+$/.test(text)

/**
 * The line an image stands on: of the values that set it, else of the template that writes it.
 * @param rendered with `trace: true`
 */
export function placeOfImage(rendered: Rendered, chart: Chart, found: FoundImage, sources: LayerSources): { place?: Place; set: readonly string[] } {
  const origin = manifestOrigin(rendered, found)
  const frame = origin?.stack[0]
  if (origin === undefined || frame === undefined) return { set: [] }
  const source = templateText(rendered.chart, frame.template)
  const place: Place = { file: frame.template, line: frame.line, column: frame.column, ...(source !== undefined && { source }) }
  const set = origin.values.flatMap((path) => {
    const layer = valueLayers(chart, path, sources).findLast((l) => l.kind === 'scalar' || l.kind === 'flag')
    if (layer === undefined) return []
    return [`${path.join('.')} (${layer.file === undefined ? layer.source : `${layer.file}:${layer.line}`})`]
  })
  return { place, set }
}
