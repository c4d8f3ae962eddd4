/** A service's own image, in the real registry and signed by the real cosign: from its tag to what the rules say of its digest. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { writeFiles } from './chart-files.ts'
import { RegistryServer } from './registry-server.ts'
import { TwoHomes } from './two-homes.ts'

const cosign = await ensureTool('cosign')
const registryProgram = await ensureTool('registry')

describe.skipIf(cosign === undefined || registryProgram === undefined)("a service's image", () => {
  let homes: TwoHomes
  let registry: RegistryServer
  const work = (): string => homes.work('linked')
  const pintle = (...args: string[]) => homes.run('pintle', args, { env: { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(work(), 'sandbox') } })
  const sign = async (...args: string[]): Promise<void> => {
    await promisify(execFile)(cosign!, args, { cwd: work(), env: { PATH: process.env.PATH, HOME: homes.home('helm'), COSIGN_PASSWORD: 'pw' }, timeout: 60_000 })
  }
  const offline = ['--use-signing-config=false', '--tlog-upload=false', '--allow-http-registry', '-y']
  /** Pushes an image as a build does. @returns the digest of its manifest */
  const push = async (tag: string, content: string): Promise<string> => {
    const blob = async (text: string): Promise<{ digest: string; size: number }> => {
      const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
      const begun = await fetch(`http://${registry.host}/v2/acme/checkout-api/blobs/uploads/`, { method: 'POST' })
      const at = new URL(begun.headers.get('location')!, `http://${registry.host}`)
      at.searchParams.set('digest', digest)
      expect((await fetch(at, { method: 'PUT', body: text, headers: { 'content-type': 'application/octet-stream' } })).status).toBe(201)
      return { digest, size: text.length }
    }
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await blob(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, config: {} }))) }
    const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...(await blob(content)) }]
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers })
    const put = await fetch(`http://${registry.host}/v2/acme/checkout-api/manifests/${tag}`, { method: 'PUT', body: manifest, headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' } })
    expect(put.status).toBe(201)
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`
    expect(put.headers.get('docker-content-digest')).toBe(digest)
    return digest
  }
  const lock = (): string => readFileSync(join(work(), 'pintle.lock'), 'utf8')
  let digest: string

  beforeAll(async () => {
    homes = new TwoHomes('')
    registry = await RegistryServer.start(registryProgram!)
    digest = await push('sha-abc1234', 'one')
    writeFiles(work(), {
      'chart/Chart.yaml': 'apiVersion: v2\nname: checkout-api\nversion: 1.0.0\n', 'chart/values.yaml': 'image: {repository: docker.io/library/busybox, tag: "1", digest: ""}\n',
      'chart/templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"\n',
      'pintle.yaml': `apiVersion: pintle.dev/v1\nenvironments:\n  prod: {policy: {pack: baseline, rules: {inputs/image-signature: warn, inputs/provenance: warn, inputs/sbom: warn, inputs/scan: warn, inputs/image-digests: warn}}}\nservices:\n  checkout-api:\n    chart: ./chart\n    set: [image.tag=of-a-flag]\n    image: {repository: "${registry.host}/acme/checkout-api", tag: sha-abc1234, set: image}\n`,
    })
    await sign('generate-key-pair')
    await sign('generate-key-pair', '--output-key-prefix', 'theirs')
  })
  afterAll(async () => {
    await registry?.stop()
    homes.remove()
  })

  test('its tag becomes the digest of its manifest, over every other value, in the lock and in the plan', async () => {
    const pinned = await pintle('pin', '--plain-http')
    expect(pinned.code, pinned.err).toBe(0)
    expect(lock()).toContain(`    image:\n      digest: ${digest}\n      image: ${registry.host}/acme/checkout-api:sha-abc1234\n`)
    const planned = await pintle('plan', 'checkout-api', '--plain-http', '--format', 'json')
    expect(planned.code, planned.err).toBe(0)
    expect((JSON.parse(planned.out) as { plan: { releases: { images: { after: string[] } }[] } }).plan.releases[0]!.images.after).toEqual([`${registry.host}/acme/checkout-api:sha-abc1234@${digest}`])
    const explained = await pintle('explain', 'image.digest', 'checkout-api', '--plain-http')
    expect(explained.out).toContain(`=> image of pintle.yaml  "${digest}"`)
    expect((await pintle('explain', 'Deployment/web:spec.template.spec.containers.0.image', 'checkout-api', '--image', `${registry.host}/acme/checkout-api@${digest}`, '--plain-http')).out).toContain(`=> --image  "${digest}"`)
  })

  test('the rules judge exactly this digest: signature, provenance, bill of materials, scan', async () => {
    const rules = ['inputs/image-signature', 'inputs/provenance', 'inputs/sbom', 'inputs/scan', 'inputs/image-digests']
    const judged = async (...more: string[]): Promise<Record<string, string>> => {
      const { out, err } = await pintle('plan', 'checkout-api', '--plain-http', '--image', `${registry.host}/acme/checkout-api:sha-abc1234`, '--format', 'json', '--key', 'cosign.pub', ...more)
      const { plan } = JSON.parse(out || `{"plan":{"policy":{"results":[{"rule":"none","status":${JSON.stringify(err)}}]}}}`) as { plan: { policy: { results: { rule: string; status: string }[] } } }
      return Object.fromEntries(plan.policy.results.filter((r) => rules.includes(r.rule) || r.rule === 'none').map((r) => [r.rule, r.status]))
    }
    const report = (name: string, of: string, severity: string): string => {
      writeFileSync(join(work(), name), JSON.stringify({ SchemaVersion: 2, CreatedAt: new Date().toISOString(), ArtifactName: 'checkout-api', Metadata: { RepoDigests: [`${registry.host}/acme/checkout-api@${of}`] }, Results: [{ Target: 'x', Vulnerabilities: severity === '' ? [] : [{ VulnerabilityID: 'CVE-1', Severity: severity, PkgName: 'a' }] }] }))
      return name
    }
    const other = await push('sha-other', 'another')
    // Theirs is no signature of ours, and a report about another image is none about this one.
    await sign('sign', '--key', 'theirs.key', ...offline, `${registry.host}/acme/checkout-api@${digest}`)
    await sign('sign', '--key', 'cosign.key', ...offline, `${registry.host}/acme/checkout-api@${other}`)
    expect(await judged('--scan-report', report('other.json', other, ''))).toMatchObject({ 'inputs/image-signature': 'violated', 'inputs/provenance': 'violated', 'inputs/image-digests': 'passed', 'inputs/scan': 'not-evaluated' })
    await sign('sign', '--key', 'cosign.key', ...offline, `${registry.host}/acme/checkout-api@${digest}`)
    writeFileSync(join(work(), 'predicate.json'), '{"buildDefinition":{"buildType":"https://example.com/build"},"runDetails":{"builder":{"id":"me"}}}')
    await sign('attest', '--key', 'cosign.key', '--type', 'slsaprovenance1', '--predicate', 'predicate.json', ...offline, `${registry.host}/acme/checkout-api@${digest}`)
    writeFileSync(join(work(), 'bom.json'), '{"bomFormat":"CycloneDX"}')
    await sign('attest', '--key', 'cosign.key', '--type', 'cyclonedx', '--predicate', 'bom.json', ...offline, `${registry.host}/acme/checkout-api@${digest}`)
    expect(await judged('--scan-report', report('clean.json', digest, ''))).toMatchObject({ 'inputs/image-signature': 'passed', 'inputs/provenance': 'passed', 'inputs/sbom': 'passed', 'inputs/scan': 'passed' })
    expect(await judged('--scan-report', report('holes.json', digest, 'CRITICAL'))).toMatchObject({ 'inputs/scan': 'violated' })
    // pin asks the same before anything is written.
    expect((await pintle('pin', '--plain-http', '--key', 'cosign.pub')).code).toBe(0)
    expect(await pintle('pin', '--plain-http', '--key', 'cosign.pub', '--image', `${registry.host}/acme/checkout-api:sha-other`)).toMatchObject({ code: 0 })
  }, 120_000)

  test('a tag that was moved keeps its digest until --update; without the registry what is pinned counts', async () => {
    await pintle('pin', '--plain-http')
    const moved = await push('sha-abc1234', 'two')
    const kept = await pintle('pin', '--plain-http')
    expect([kept.code, lock().includes(moved)], kept.err).toEqual([0, false])
    expect(kept.out).toContain(`the tag is ${moved.slice(0, 19)} now; what is pinned stays`)
    expect(await pintle('pin', '--plain-http', '--check')).toMatchObject({ code: 5 })
    expect((await pintle('pin', '--plain-http', '--update')).code).toBe(0)
    expect(lock()).toContain(`      digest: ${moved}\n      image: ${registry.host}/acme/checkout-api:sha-abc1234\n`)
    await registry.stop()
    const planned = await pintle('plan', 'checkout-api', '--format', 'json')
    expect([planned.code, planned.out.includes(`sha-abc1234@${moved}`)], planned.err).toEqual([0, true])
    expect((await pintle('pin', '--offline')).code).toBe(0)
    const unknown = await pintle('pin', '--offline', '--image', `${registry.host}/acme/checkout-api:never`)
    expect([unknown.code, unknown.err]).toEqual([5, expect.stringContaining('no digest of it is known, and --offline asks no registry')])
  })

  test.each([
    ['latest', ':latest', 'latest is whatever was pushed last'], ['no tag', '', 'it has no tag, which means latest'], ['no image', ':a b', 'its tag "a b" is not valid'], ['none of that name', ':nowhere', ''],
  ])('%s is refused, and nothing is written', async (_, tag, why) => {
    const before = lock()
    for (const verb of [['pin'], ['plan'], ['release']]) {
      const { code, err } = await pintle(...verb, 'checkout-api', '--image', `${registry.host}/acme/checkout-api${tag}`, '--plain-http')
      expect([code, err]).toEqual([5, expect.stringContaining(why)])
      expect(err).toContain('--image: ')
    }
    expect(lock()).toBe(before)
  })

  test('a chart that would not run it is refused', async () => {
    const template = join(work(), 'chart/templates/deployment.yaml')
    const text = readFileSync(template, 'utf8')
    writeFileSync(template, text.replace('{{ with .Values.image.digest }}@{{ . }}{{ end }}', ''))
    try {
      const { code, err } = await pintle('plan', 'checkout-api')
      expect([code, err]).toEqual([5, expect.stringContaining('the chart runs no image by the digest that is set for it')])
    } finally {
      writeFileSync(template, text)
    }
  })
})
