import { PintleError } from '../../../errors/index.ts'
import { loadArchive, type Metadata } from '../../chart/index.ts'
import { step } from './answer-error.ts'
import { chartArtifact, type Part } from './chart-artifact.ts'
import { sayUnderscore } from './pull-chart.ts'
import { chartReferenceText, parseChartReference, withoutScheme } from './reference.ts'
import type { RegistryClient } from './registry-client.ts'

export interface PushOptions {
  readonly provenance?: Uint8Array
  /** Of the archive, where it is loaded already. */
  readonly metadata?: Metadata
  /** When the archive was made, in milliseconds. */
  readonly created: number
  /** Told line by line what Helm prints. */
  readonly say?: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

export interface PushedChart { readonly reference: string; readonly digest: string }

/**
 * Uploads a chart under `REMOTE/NAME:VERSION`. Upstream: pkg/pusher/ocipusher.go and Push in pkg/registry/client.go.
 * @param remote `oci://host/path`
 * @throws PintleError chart.*, registry.*
 */
export async function pushChart(client: RegistryClient, archive: Uint8Array, remote: string, options: PushOptions): Promise<PushedChart> {
  const { say = () => {}, signal, created, provenance } = options
  const metadata = options.metadata ?? loadArchive(archive).metadata
  const wanted = `${joined(withoutScheme(remote), metadata.name)}:${metadata.version}`
  const parsed = parseChartReference(wanted)
  if (!wanted.endsWith(`/${metadata.name}:${metadata.version}`)) throw new PintleError('registry.reference', 'strict mode enabled, ref basename and tag must match the chart name and version')
  const shown = chartReferenceText(parsed)
  const { manifest, config, layers } = chartArtifact(metadata, archive, provenance, rfc3339(created))
  const repository = client.repository(parsed, { push: true })

  const present = ({ descriptor }: Part): Promise<boolean> => step('Exists', 'destination', () => repository.has(descriptor, { signal }))
  if (!(await present(manifest))) {
    await Promise.all([config, ...layers].map(async (part) => {
      if (await present(part)) return
      await step('Push', 'destination', () => repository.pushBlob(part.descriptor, part.bytes, { signal }))
    }))
    await step('Push', 'destination', () => repository.pushManifest(manifest.descriptor, manifest.bytes, manifest.descriptor.digest, { signal }))
  }
  await step('Tag', 'destination', () => repository.pushManifest(manifest.descriptor, manifest.bytes, parsed.tag, { signal }))

  const { digest } = manifest.descriptor
  say(`Pushed: ${shown}`)
  say(`Digest: ${digest}`)
  if (parsed.tag.includes('_')) sayUnderscore(shown, say)
  return { reference: shown, digest }
}

/** Go's path.Join of two parts. */
function joined(folder: string, name: string): string {
  const out: string[] = []
  for (const part of `${folder}/${name}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop()
    else out.push(part)
  }
  return out.join('/')
}

/** time.RFC3339 in local time. */
export function rfc3339(milliseconds: number): string {
  const time = new Date(milliseconds)
  const offset = -time.getTimezoneOffset()
  const local = new Date(Math.floor(milliseconds / 1000) * 1000 + offset * 60_000).toISOString().slice(0, 19)
  if (offset === 0) return `${local}Z`
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
}
