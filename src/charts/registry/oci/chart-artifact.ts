import { encodeUtf8, jsonMarshal, jsonString, type Value } from '../../../language/go/index.ts'
import type { Dependency, Metadata } from '../../chart/index.ts'
import { descriptorOf, type Descriptor } from './digest.ts'
import { mediaTypes } from './repository.ts'

/** Media types of a chart's parts. Upstream: pkg/registry/constants.go. */
export const chartTypes = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  chart: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  provenance: 'application/vnd.cncf.helm.chart.provenance.v1.prov',
  /** Of Helm's experiments; still pulled, with a warning. */
  legacyChart: 'application/tar+gzip',
} as const

/** One piece of a chart in a registry. */
export interface Part { readonly descriptor: Descriptor; readonly bytes: Uint8Array }

/**
 * A chart as Helm lays it out in a registry, byte for byte: the manifest's digest is the one that Helm's push gives.
 * Upstream: Push and tagManifest in pkg/registry/client.go.
 * @param created RFC 3339
 */
export function chartArtifact(metadata: Metadata, archive: Uint8Array, provenance: Uint8Array | undefined, created: string): { manifest: Part; config: Part; layers: readonly Part[] } {
  const part = (type: string, bytes: Uint8Array): Part => ({ descriptor: descriptorOf(type, bytes), bytes })
  const config = part(chartTypes.config, encodeUtf8(metadataJson(metadata)))
  const layers = [part(chartTypes.chart, archive), ...(provenance === undefined ? [] : [part(chartTypes.provenance, provenance)])].sort((a, b) => (a.descriptor.digest < b.descriptor.digest ? -1 : 1))
  const annotations = chartAnnotations(metadata, created)
  const json = object([
    ['schemaVersion', '2'],
    ['config', descriptorJson(config.descriptor)],
    ['layers', `[${layers.map((l) => descriptorJson(l.descriptor)).join(',')}]`],
    ...(annotations.size > 0 ? [['annotations', jsonMarshal(annotations)] as const] : []),
  ])
  return { manifest: part(mediaTypes.imageManifest, encodeUtf8(json)), config, layers }
}

/** generateOCIAnnotations of pkg/registry/chart.go: the chart's own, and over them what registries show. */
function chartAnnotations(metadata: Metadata, created: string): Map<string, string> {
  const authors = metadata.maintainers.map((m) => `${m?.name ?? ''}${m?.email ? ` (${m.email})` : ''}`).join(', ')
  const given: readonly (readonly [string, string])[] = [
    ['description', metadata.description], ['title', metadata.name], ['version', metadata.version], ['url', metadata.home], ['created', created],
    ['source', metadata.sources[0] ?? ''], ['authors', authors],
  ]
  const out = new Map<string, string>()
  for (const [key, value] of given) if (value.trim() !== '') out.set(`org.opencontainers.image.${key}`, value)
  for (const [key, value] of metadata.annotations ?? []) if (key !== 'org.opencontainers.image.version' && key !== 'org.opencontainers.image.title') out.set(key, value)
  return out
}

const descriptorJson = ({ mediaType, digest, size }: Descriptor): string => object([['mediaType', jsonString(mediaType)], ['digest', jsonString(digest)], ['size', String(size)]])

/** encoding/json of pkg/chart/v2's Metadata: Go's order of fields, nothing that is empty. */
export function metadataJson(m: Metadata): string {
  return object([
    ...text('name', m.name), ...text('home', m.home), ...texts('sources', m.sources), ...text('version', m.version), ...text('description', m.description), ...texts('keywords', m.keywords),
    ...list('maintainers', m.maintainers.map((x) => (x === null ? 'null' : object([...text('name', x.name), ...text('email', x.email), ...text('url', x.url)])))),
    ...text('icon', m.icon), ...text('apiVersion', m.apiVersion), ...text('condition', m.condition), ...text('tags', m.tags), ...text('appVersion', m.appVersion),
    ...(m.deprecated ? [['deprecated', 'true'] as const] : []),
    ...(m.annotations === null || m.annotations.size === 0 ? [] : [['annotations', jsonMarshal(m.annotations)] as const]),
    ...text('kubeVersion', m.kubeVersion),
    ...list('dependencies', (m.dependencies ?? []).map((d) => (d === null ? 'null' : dependencyJson(d)))),
    ...text('type', m.type),
  ])
}

function dependencyJson(d: Dependency): string {
  return object([
    ['name', jsonString(d.name)], ...text('version', d.version), ['repository', jsonString(d.repository)], ...text('condition', d.condition), ...texts('tags', d.tags),
    ...(d.enabled ? [['enabled', 'true'] as const] : []), ...list('import-values', d.importValues.map((v) => jsonMarshal(v as Value))), ...text('alias', d.alias),
  ])
}

type Field = readonly [name: string, json: string]

const object = (fields: readonly Field[]): string => `{${fields.map(([name, json]) => `${jsonString(name)}:${json}`).join(',')}}`
const text = (name: string, value: string): Field[] => (value === '' ? [] : [[name, jsonString(value)]])
const list = (name: string, items: readonly string[]): Field[] => (items.length === 0 ? [] : [[name, `[${items.join(',')}]`]])
const texts = (name: string, values: readonly string[]): Field[] => list(name, values.map((v) => jsonString(v)))
