import { PintleError } from '../../../errors/index.ts'
import { step } from './answer-error.ts'
import { chartTypes } from './chart-artifact.ts'
import { digestFault, hasDigest, verified, type Descriptor } from './digest.ts'
import { chartReferenceText, parseChartReference, parseReference } from './reference.ts'
import type { RegistryClient } from './registry-client.ts'
import { isDescriptor, isIndexType, isManifestType, manifestJson, manifestsOf, type Manifest, type Repository } from './repository.ts'

export interface PullOptions {
  readonly chart?: boolean
  readonly provenance?: boolean
  /** What is at hand already, by digest; it is checked as if it had been fetched. */
  readonly cached?: (digest: string) => Buffer | undefined
  /** Told line by line what Helm prints. */
  readonly say?: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

export interface PulledChart {
  /** The archive; absent when it was not asked for. */
  readonly chart?: Buffer
  readonly provenance?: Buffer
  /** Of the manifest. */
  readonly digest: string
  /** As it was asked for, without plus signs. */
  readonly reference: string
}

const mostManifests = 64

/**
 * Fetches a chart, checked against all digests on the way. Upstream: Pull in pkg/registry/client.go.
 * @param reference `host/name:tag` or `host/name@digest`, with or without `oci://`
 * @throws PintleError registry.*
 */
export async function pullChart(client: RegistryClient, reference: string, options: PullOptions = {}): Promise<PulledChart> {
  const { say = () => {}, chart: withChart = true, provenance: withProvenance = false, signal } = options
  if (!withChart && !withProvenance) throw new PintleError('registry.reference', 'must specify at least one layer to pull (chart/prov)')
  const parsed = parseChartReference(reference)
  const shown = chartReferenceText(parsed)
  // Read once more for the digest.
  parseReference(shown)
  const repository = client.repository(parsed)
  const wanted = new Set<string>([chartTypes.config, ...(withChart ? [chartTypes.chart, chartTypes.legacyChart] : []), ...(withProvenance ? [chartTypes.provenance] : [])])

  const root = await step('FetchReference', 'source', async () => {
    if (parsed.tag === '' && parsed.digest === '') throw new PintleError('registry.reference', 'invalid reference')
    return repository.manifest(parsed.tag || parsed.digest, { signal })
  })
  const { parts, count } = await partsOf(repository, root, wanted, signal)

  const least = 1 + (withChart ? 1 : 0) + (withProvenance ? 1 : 0)
  if (count < least) throw notAChart(`manifest does not contain minimum number of descriptors (${least}), descriptors found: ${count}`)
  const config = parts.get(chartTypes.config)
  if (parts.has(chartTypes.legacyChart)) say(`Warning: chart media type ${chartTypes.legacyChart} is deprecated`)
  const chart = parts.get(chartTypes.chart) ?? parts.get(chartTypes.legacyChart)
  const provenance = parts.get(chartTypes.provenance)
  if (config === undefined) throw notAChart(`could not load config with mediatype ${chartTypes.config}`)
  if (withChart && chart === undefined) throw notAChart(`manifest does not contain a layer with mediatype ${chartTypes.chart}`)
  if (withProvenance && provenance === undefined) throw new PintleError('registry.notFound', `manifest does not contain a layer with mediatype ${chartTypes.provenance}`, { hint: 'The chart was pushed without a provenance file.' })

  const fetch = async (descriptor: Descriptor | undefined): Promise<Buffer | undefined> => {
    if (descriptor === undefined) return undefined
    const held = options.cached?.(descriptor.digest)
    if (held !== undefined && digestFault(descriptor.digest) === undefined && held.length === descriptor.size && hasDigest(held, descriptor.digest)) return held
    const bytes = await step('Fetch', 'source', () => repository.fetchBlob(descriptor, { signal }))
    await step('Push', 'destination', async () => verified(bytes, descriptor))
    return bytes
  }
  const [configBytes, chartBytes, provenanceBytes] = await Promise.all([fetch(config), fetch(chart), fetch(provenance)])
  try {
    JSON.parse(configBytes!.toString())
  } catch (error) {
    throw new PintleError('registry.content', (error as Error).message, { cause: error })
  }
  const { digest } = root.descriptor
  say(`Pulled: ${shown}`)
  say(`Digest: ${digest}`)
  if (shown.includes('_')) sayUnderscore(shown, say)
  return { ...(chartBytes && { chart: chartBytes }), ...(provenanceBytes && { provenance: provenanceBytes }), digest, reference: shown }
}

/** The descriptors of the wanted types that hang on a manifest, through indexes, and how many Helm would count. */
async function partsOf(repository: Repository, root: Manifest, wanted: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<{ parts: Map<string, Descriptor>; count: number }> {
  const parts = new Map<string, Descriptor>()
  const seen = new Set<string>()
  let count = 0
  const queue: (Manifest | Descriptor)[] = [root]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const manifest = 'bytes' in next ? next : await manifestOf(repository, next, signal)
    const { descriptor } = manifest
    if (seen.has(descriptor.digest)) continue
    seen.add(descriptor.digest)
    if (seen.size > mostManifests) throw new PintleError('registry.content', `more than ${mostManifests} manifests below ${root.descriptor.digest}`)
    // Docker's own types are walked, and not counted.
    if (!descriptor.mediaType.startsWith('application/vnd.docker.')) count++
    const json = manifestJson(manifest.bytes)
    if (isIndexType(descriptor.mediaType)) queue.push(...manifestsOf(json))
    for (const part of [json.config, ...(Array.isArray(json.layers) ? json.layers : [])]) {
      if (!isDescriptor(part) || seen.has(part.digest) || !wanted.has(part.mediaType)) continue
      seen.add(part.digest)
      parts.set(part.mediaType, part)
      count++
    }
  }
  return { parts, count }
}

async function manifestOf(repository: Repository, descriptor: Descriptor, signal: AbortSignal | undefined): Promise<Manifest> {
  if (!isManifestType(descriptor.mediaType)) return { descriptor, bytes: Buffer.from('{}') }
  return step('FindSuccessors', 'source', () => repository.manifest(descriptor.digest, { signal }))
}

const notAChart = (text: string): PintleError => new PintleError('registry.content', text, { hint: 'What is stored there is no Helm chart.' })

/** registryUnderscoreMessage of pkg/registry/client.go. */
export function sayUnderscore(reference: string, say: (line: string) => void): void {
  say(`${reference} contains an underscore.`)
  say(`
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.`)
}
