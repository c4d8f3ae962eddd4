import type { RegistryClient } from '../../../charts/registry/index.ts'
import { mediaTypes, parseReference, sha256Digest, type Descriptor } from '../../../charts/registry/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { exportName, type ExportedFile } from '../export-record.ts'
import { isAddendum, type Entry } from '../record.ts'
import type { Sink } from './sink.ts'

export const recordType = 'application/vnd.pintle.evidence.v2+json'

/**
 * Artifacts in a repository of a registry, one an entry, under a tag of its own. Where the chart or an image of the record is in that very repository, the artifact
 * refers to it: `oras discover` shows the releases of a chart.
 * @param reference HOST/PATH
 */
export function ociSink(client: RegistryClient, reference: string): Sink {
  const target = parseReference(reference)
  return {
    name: `oci:${reference}`,
    wantsHistory: true,
    async send(stored, files, signal) {
      const repository = client.repository(target, { push: true })
      const tag = `record-${exportName(stored)}`.slice(0, 128)
      const known = await repository.resolve(tag, { signal }).catch((error) => (isPintleError(error, 'registry.notFound') ? undefined : Promise.reject(error)))
      if (known !== undefined) return
      const all = await files()
      const config = part({ name: '', content: '{}' }, 'application/vnd.oci.empty.v1+json')
      const layers = all.map((file) => part(file, typeOf(file.name)))
      for (const { descriptor, bytes } of [config, ...layers]) if (!(await repository.has(descriptor, { signal }))) await repository.pushBlob(descriptor, bytes, { signal })
      const subject = await subjectOf(stored.entry, `${target.registry}/${target.repository}`, (digest) => repository.resolve(digest, { signal }))
      const manifest = Buffer.from(JSON.stringify({
        schemaVersion: 2, mediaType: mediaTypes.imageManifest, artifactType: recordType, config: config.descriptor,
        layers: layers.map(({ descriptor, file }) => ({ ...descriptor, annotations: { 'org.opencontainers.image.title': file.name } })),
        ...(subject ? { subject } : {}), annotations: annotationsOf(stored.entry, stored.hash),
      }))
      const descriptor: Descriptor = { mediaType: mediaTypes.imageManifest, digest: sha256Digest(manifest), size: manifest.length }
      if (subject !== undefined) {
        await repository.pushManifest(descriptor, manifest, descriptor.digest, { signal })
        await listReferrer(subject.digest, { ...descriptor, artifactType: recordType, annotations: annotationsOf(stored.entry, stored.hash) })
      }
      // The tag comes last: where it is, the entry is complete.
      await repository.pushManifest(descriptor, manifest, tag, { signal })

      /** Registries without a list of referrers have it in an index under the tag of the subject (distribution-spec, "Referrers Tag Schema"). */
      async function listReferrer(of: string, own: Descriptor & { artifactType: string; annotations: Record<string, string> }): Promise<void> {
        // A list that is too long to be read comes from a registry that keeps one itself.
        const there = await repository.referrers(of, { signal }).catch((error) => (isPintleError(error, 'registry.content') ? undefined : Promise.reject(error)))
        if (there === undefined || there.some((d) => d.digest === own.digest)) return
        const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [...there, own] }))
        await repository.pushManifest({ mediaType: mediaTypes.imageIndex, digest: sha256Digest(index), size: index.length }, index, of.replace(':', '-'), { signal })
      }
    },
  }
}

const part = (file: ExportedFile, mediaType: string) => {
  const bytes = Buffer.from(file.content as string)
  return { file, bytes, descriptor: { mediaType, digest: sha256Digest(bytes), size: bytes.length } }
}

const typeOf = (name: string): string => (name === 'line.json' ? recordType : name.endsWith('.json') ? 'application/json' : name.endsWith('.md') ? 'text/markdown' : name.endsWith('.yaml') ? 'application/yaml' : 'text/plain')

function annotationsOf(entry: Entry, head: string): Record<string, string> {
  if (isAddendum(entry)) return { 'org.opencontainers.image.created': entry.at, 'dev.pintle.evidence.record': entry.id, 'dev.pintle.evidence.head': head, 'dev.pintle.evidence.about': entry.about }
  return {
    'org.opencontainers.image.created': entry.ended, 'dev.pintle.evidence.record': entry.id, 'dev.pintle.evidence.head': head, 'dev.pintle.evidence.service': entry.service, 'dev.pintle.evidence.environment': entry.environment,
    'dev.pintle.evidence.outcome': entry.outcome,
  }
}

/** The chart's manifest, else the first image, that is in the repository. */
async function subjectOf(entry: Entry, repository: string, resolve: (digest: string) => Promise<Descriptor>): Promise<Descriptor | undefined> {
  if (isAddendum(entry)) return undefined
  const images = entry.images.after.filter((image) => image.startsWith(`${repository}@`) || (image.startsWith(`${repository}:`) && image.includes('@'))).map((image) => image.slice(image.indexOf('@') + 1))
  for (const digest of [...(entry.chart.manifest ? [entry.chart.manifest] : []), ...images]) {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) continue
    try {
      return await resolve(digest)
    } catch (error) {
      if (!isPintleError(error, 'registry.notFound')) throw error
    }
  }
  return undefined
}
