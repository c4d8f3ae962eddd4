import type { Rendered } from '../../../charts/render/index.ts'
import type { KubeObject } from '../../../cluster/kube/index.ts'
import { parseDocument } from '../../../language/yaml/index.ts'
import type { ManifestFacts, RenderedObject } from '../../policy/index.ts'

/**
 * What rules may know of a render: its objects in the order in which they are applied, hooks, definitions of `crds/`. Items of Lists stand for themselves.
 * @param recordBytes of the encoded release record
 */
export function manifestFacts(rendered: Pick<Rendered, 'manifests' | 'hooks' | 'chart'>, recordBytes: number): ManifestFacts {
  return {
    objects: rendered.manifests.flatMap(({ path, content }) => objectsOf(content).map((object): RenderedObject => ({ source: path, object }))),
    hooks: rendered.hooks.flatMap(({ path, manifest, events, weight, deletePolicies }) => objectsOf(manifest).map((object): RenderedObject => ({ source: path, object, hook: { events, weight, deletePolicies } }))),
    crds: rendered.chart.crds().flatMap(({ file, fileName }) => file.text.split(/^---[ \t]*$/m).flatMap((text) => objectsOf(text).map((object): RenderedObject => ({ source: fileName, object })))),
    recordBytes,
  }
}

/** The objects of a document; what is no object is none: the server, and the schemas, refuse it. */
export function objectsOf(text: string): KubeObject[] {
  const document: unknown = text.trim() === '' ? null : parseDocument(text)
  return flattened(document)
}

function flattened(value: unknown): KubeObject[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const object = value as KubeObject
  if (typeof object.kind !== 'string' || typeof object.apiVersion !== 'string') return []
  if (object.apiVersion === 'v1' && object.kind === 'List' && Array.isArray(object.items)) return (object.items as unknown[]).flatMap(flattened)
  return [typeof object.metadata === 'object' && object.metadata !== null ? object : { ...object, metadata: {} }]
}
