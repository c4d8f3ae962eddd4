import { createHash } from 'node:crypto'
import type { Chart, Dependency } from '../chart/index.ts'
import { isSpdxExpression, spdxIds } from './licences.ts'

/** A container image that a chart's objects name. */
export interface SbomImage {
  /** As the objects name it. */
  readonly image: string
  /** `docker.io` */
  readonly registry: string
  /** `library/nginx` */
  readonly repository: string
  readonly tag?: string
  /** `sha256:...`, when it is known. */
  readonly digest?: string
  /** Subcharts on the way to the chart whose template names it: [] for the chart itself. */
  readonly charts: readonly (readonly string[])[]
}

export interface SbomOptions {
  readonly images: readonly SbomImage[]
  /** The subcharts that are in use, as names on the way to them joined by `/`; the others are optional. */
  readonly used: ReadonlySet<string>
  /** SHA-256 in hex of the archive the chart came from. */
  readonly archiveDigest?: string
  /** Digest of a chart's content, however it is packed. */
  readonly contentDigest?: (chart: Chart) => string
  /** Where the chart came from: a repository's URL, or `oci://registry/path`. */
  readonly repository?: string
  readonly tool: { readonly name: string; readonly version: string }
  /** Seconds since the epoch. */
  readonly timestamp: number
}

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }
type Component = { readonly [key: string]: Json }

/** Charts nest; nobody nests them deeper. */
const maxDepth = 16

/**
 * A software bill of materials of a chart in CycloneDX 1.6: the chart, its dependencies, and the images of what it renders, with who needs what.
 * The same chart gives the same text, but for the timestamp; the serial number is of the content.
 */
export function sbom(chart: Chart, options: SbomOptions): object {
  const components: Component[] = []
  const needs = new Map<string, Set<string>>()
  const root = 'chart'
  visit(chart, root, [], components, needs, options)
  for (const image of [...options.images].sort((a, b) => compare(imageRef(a), imageRef(b)))) {
    const ref = imageRef(image)
    if (needs.has(ref)) continue
    needs.set(ref, new Set())
    components.push(imageComponent(image, ref, options.images.filter((other) => imageRef(other) === ref)))
  }
  for (const image of options.images) for (const path of image.charts) needs.get(['chart', ...path].join('/'))?.add(imageRef(image))
  const content = {
    metadata: {
      tools: { components: [{ type: 'application', name: options.tool.name, version: options.tool.version }] },
      component: chartComponent(chart, root, options, { archive: options.archiveDigest, repository: options.repository, optional: false }),
    },
    components,
    dependencies: [...needs].sort(([a], [b]) => compare(a, b)).map(([ref, on]) => ({ ref, ...(on.size > 0 ? { dependsOn: [...on].sort(compare) } : {}) })),
  }
  const { metadata, ...rest } = content
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`, version: 1,
    metadata: { timestamp: new Date(options.timestamp * 1000).toISOString().replace('.000Z', 'Z'), ...metadata }, ...rest,
  }
}

/** Adds the charts below a chart. */
function visit(chart: Chart, ref: string, path: readonly string[], components: Component[], needs: Map<string, Set<string>>, options: SbomOptions): void {
  const on = new Set<string>()
  needs.set(ref, on)
  if (path.length > maxDepth) return
  for (const { name, child, declared, locked } of dependenciesOf(chart)) {
    const childRef = `${ref}/${name}`
    if (needs.has(childRef)) continue
    on.add(childRef)
    const optional = !options.used.has([...path, name].join('/'))
    if (child === undefined) {
      needs.set(childRef, new Set())
      components.push(missingComponent(declared!, locked, childRef))
      continue
    }
    const file = chart.raw.find((f) => f.name === `charts/${child.metadata.name}-${child.metadata.version}.tgz`)
    components.push(chartComponent(child, childRef, options, {
      ...(file === undefined ? {} : { archive: createHash('sha256').update(file.bytes).digest('hex') }), ...(declared === undefined ? {} : { repository: declared.repository }), optional,
    }))
    visit(child, childRef, [...path, name], components, needs, options)
  }
}

/** What Chart.yaml names and what is in charts/, by the names the values have. */
function dependenciesOf(chart: Chart): { name: string; child?: Chart; declared?: Dependency; locked?: string }[] {
  const out: { name: string; child?: Chart; declared?: Dependency; locked?: string }[] = []
  const used = new Set<Chart>()
  for (const declared of chart.metadata.dependencies ?? []) {
    if (declared === null) continue
    const child = chart.dependencies.find((c) => c.metadata.name === declared.name)
    if (child !== undefined) used.add(child)
    const locked = chart.lock?.dependencies.find((d) => d?.name === declared.name)?.version
    out.push({ name: declared.alias || declared.name, declared, ...(child === undefined ? {} : { child }), ...(locked === undefined ? {} : { locked }) })
  }
  for (const child of chart.dependencies) if (!used.has(child)) out.push({ name: child.metadata.name, child })
  return out.sort((a, b) => compare(a.name, b.name))
}

function chartComponent(chart: Chart, ref: string, options: SbomOptions, { archive, repository, optional }: { readonly archive?: string | undefined; readonly repository?: string | undefined; readonly optional: boolean }): Component {
  const { name, version, description, home, sources, maintainers, annotations, appVersion, deprecated, type } = chart.metadata
  const authors = maintainers.flatMap((m) => (m === null ? [] : [{ ...(m.name === '' ? {} : { name: m.name }), ...(/^[^@\s]+@[^@\s]+$/.test(m.email) ? { email: m.email } : {}) }])).filter((a) => Object.keys(a).length > 0)
  const licence = annotations?.get('artifacthub.io/license') ?? annotations?.get('licenses') ?? annotations?.get('org.opencontainers.image.licenses')
  const references = [...(isWeb(home) ? [{ type: 'website', url: home }] : []), ...sources.filter(isWeb).map((url) => ({ type: 'vcs', url }))]
  const properties = [
    ...(appVersion === '' ? [] : [{ name: 'helm:appVersion', value: appVersion }]),
    ...(deprecated ? [{ name: 'helm:deprecated', value: 'true' }] : []),
    ...(options.contentDigest === undefined ? [] : [{ name: 'pintle:contentDigest', value: options.contentDigest(chart) }]),
  ]
  return {
    type: type === 'library' ? 'library' : 'application', 'bom-ref': ref, name, version, ...(description === '' ? {} : { description }), ...(optional ? { scope: 'optional' } : {}),
    ...(archive === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: archive }] }),
    ...(licence === undefined || licence.trim() === '' ? {} : { licenses: [licenceOf(licence.trim())] }),
    purl: chartPurl(name, version, repository), ...(authors.length > 0 ? { authors } : {}), ...(references.length > 0 ? { externalReferences: references } : {}),
    ...(properties.length > 0 ? { properties } : {}),
  }
}

/** Of a dependency that is not in charts/: what is known of it. */
function missingComponent(declared: Dependency, locked: string | undefined, ref: string): Component {
  const exact = locked ?? (/^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(declared.version) ? declared.version : undefined)
  return {
    type: 'application', 'bom-ref': ref, name: declared.name, ...(exact === undefined ? {} : { version: exact }), purl: chartPurl(declared.name, exact, declared.repository),
    properties: [{ name: 'helm:missing', value: 'not in charts/' }, ...(exact === undefined ? [{ name: 'helm:versionRange', value: declared.version }] : [])],
  }
}

function imageComponent(image: SbomImage, ref: string, all: readonly SbomImage[]): Component {
  const { registry, repository, tag, digest } = image
  const named = [...new Set(all.map((i) => i.image))].sort(compare)
  return {
    type: 'container', 'bom-ref': ref, name: `${registry}/${repository}`, ...(tag === undefined && digest === undefined ? {} : { version: tag ?? digest! }),
    ...(digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? { hashes: [{ alg: 'SHA-256', content: digest.slice(7) }] } : {}),
    purl: imagePurl(image), properties: named.map((value) => ({ name: 'pintle:image', value })),
  }
}

function imageRef({ registry, repository, tag, digest }: SbomImage): string {
  return `image/${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** https://github.com/package-url/purl-spec: types helm and oci. */
function chartPurl(name: string, version: string | undefined, repository: string | undefined): string {
  const url = repository !== undefined && /^(?:https?|oci):\/\//.test(repository) ? `?repository_url=${quoted(withoutUser(repository))}` : ''
  return `pkg:helm/${quoted(name)}${version === undefined ? '' : `@${quoted(version)}`}${url}`
}

function imagePurl({ registry, repository, tag, digest }: SbomImage): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase()
  return `pkg:oci/${quoted(name)}${digest === undefined ? '' : `@${quoted(digest)}`}?repository_url=${quoted(`${registry}/${repository}`)}${tag === undefined ? '' : `&tag=${quoted(tag)}`}`
}

const quoted = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** User and password in a URL are nobody else's business. */
const withoutUser = (url: string): string => url.replace(/^(\w+:\/\/)[^/@]*@/, '$1')

const isWeb = (url: string): boolean => /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(url) && !/^\w+:\/\/[^/]*@/.test(url)

function licenceOf(text: string): Component {
  if (spdxIds.has(text)) return { license: { id: text } }
  return isSpdxExpression(text) ? { expression: text } : { license: { name: text } }
}

/** A UUID (version 8: of one's own making) that is the same for the same text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
