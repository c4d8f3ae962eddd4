/** Records as artifacts of a real registry: found under their tag and as referrers of the chart they released, whole, once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HttpClient } from '../../src/charts/http/index.ts'
import { mediaTypes, registryClient, sha256Digest } from '../../src/charts/registry/index.ts'
import { deliver, openStore } from '../../src/delivery/evidence/index.ts'
import { ociSink, recordType } from '../../src/delivery/evidence/sinks/oci-sink.ts'
import { kept, recordFacts } from '../cluster/evidence-store-suite.ts'
import { ensureTool } from '../../scripts/tools/index.ts'
import { RegistryServer } from './registry-server.ts'

const program = await ensureTool('registry')
describe.skipIf(program === undefined)('a registry', () => {
  const root = mkdtempSync(join(tmpdir(), 'pintle-evidence-oci-'))
  const http = new HttpClient({ env: {}, userAgent: 'test' })
  let server: RegistryServer
  beforeAll(async () => { server = await RegistryServer.start(program!) })
  afterAll(async () => {
    http.close()
    await server.stop()
    rmSync(root, { recursive: true })
  })

  it('has each record once, as a referrer of its chart', async () => {
    const client = registryClient({ http, env: {}, registryConfig: join(root, 'none.json'), plainHttp: true })
    const [registry, repository] = [server.host, 'charts/web']
    const target = client.repository({ registry, repository }, { push: true })
    const blob = Buffer.from('{}')
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256Digest(blob), size: 2 }
    await target.pushBlob(config, blob)
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageManifest, config, layers: [config] }))
    const chart = { mediaType: mediaTypes.imageManifest, digest: sha256Digest(manifest), size: manifest.length }
    await target.pushManifest(chart, manifest, '1.0.0')

    const store = await openStore(join(root, 'store'), '/')
    for (let i = 0; i < 2; i++) {
      const { record, files } = kept({ chart: { ...recordFacts().chart, manifest: chart.digest } }, { 'diff.md': `+ ${i}` })
      await store.append(record, files)
    }
    const { record: other } = kept()
    await store.append(other)
    const sink = ociSink(client, `${registry}/${repository}`)
    expect(await deliver(store, [sink], { timeout: 30_000 })).toEqual([{ sink: sink.name, sent: 3 }])
    for await (const stored of store.entries(1)) await sink.send(stored, async () => [], AbortSignal.timeout(10_000))

    const referrers = await target.referrers(chart.digest)
    expect(referrers).toHaveLength(2)
    const tags = (await target.tags()).filter((t) => t.startsWith('record-')).sort()
    expect(tags).toHaveLength(3)
    const found = JSON.parse((await target.manifest(tags[1]!)).bytes.toString())
    expect(found).toMatchObject({ artifactType: recordType, subject: { digest: chart.digest }, annotations: { 'dev.pintle.evidence.service': 'web' } })
    expect(referrers.map((r) => r.digest)).toContain((await target.resolve(tags[1]!)).digest)
    const diff = found.layers.find((l: any) => l.annotations['org.opencontainers.image.title'] === 'diff.md')
    expect((await target.blob(diff)).toString()).toBe('+ 1')
    expect(JSON.parse((await target.manifest(tags[2]!)).bytes.toString()).subject).toBeUndefined()
  })
})
