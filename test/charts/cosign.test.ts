/** Signatures and attestations by the real cosign, on charts and images in the real registry. */
import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { PrivateSigstore } from '../../src/charts/signatures/fixtures/private-sigstore.ts'
import { archiveOf, indexOf, writeFiles } from './chart-files.ts'
import { ChartServer } from './chart-server.ts'
import { RegistryServer } from './registry-server.ts'
import { TwoHomes } from './two-homes.ts'

const cosign = await ensureTool('cosign')
const registryProgram = await ensureTool('registry')

describe.skipIf(cosign === undefined || registryProgram === undefined)('cosign', () => {
  let homes: TwoHomes
  let registry: RegistryServer
  let digests: Record<string, string>
  const work = (): string => homes.work('linked')
  const pintle = (...args: string[]) => homes.run('pintle', args, { same: (text) => text.replaceAll(registry.host, '<registry>') })
  const sign = async (...args: string[]): Promise<void> => {
    await promisify(execFile)(cosign!, args, { cwd: work(), env: { PATH: process.env.PATH, HOME: homes.home('helm'), COSIGN_PASSWORD: 'pw' }, timeout: 60_000 })
  }
  const offline = ['--use-signing-config=false', '--tlog-upload=false', '--allow-http-registry', '-y']
  const of = (name: string): string => `${registry.host}/c/${name}@${digests[name]}`

  beforeAll(async () => {
    homes = new TwoHomes('')
    registry = await RegistryServer.start(registryProgram!)
    digests = {}
    for (const name of ['bundle', 'older', 'attested', 'unsigned', 'others', 'p384', 'rsa', 'ed25519']) {
      writeFileSync(join(work(), `${name}-1.0.0.tgz`), archiveOf(name, '1.0.0'))
      const { out, err } = await pintle('push', `${name}-1.0.0.tgz`, `oci://${registry.host}/c`, '--plain-http')
      digests[name] = /Digest: (sha256:\w+)/.exec(out)?.[1] ?? err
      rmSync(join(work(), `${name}-1.0.0.tgz`))
    }
    await sign('generate-key-pair')
    await sign('generate-key-pair', '--output-key-prefix', 'theirs')
    await sign('sign', '--key', 'cosign.key', ...offline, of('bundle'))
    await sign('sign', '--key', 'cosign.key', '--new-bundle-format=false', ...offline, of('older'))
    await sign('sign', '--key', 'theirs.key', ...offline, of('others'))
    writeFileSync(join(work(), 'predicate.json'), '{"buildDefinition":{"buildType":"https://example.com/build"},"runDetails":{"builder":{"id":"me"}}}')
    await sign('attest', '--key', 'cosign.key', '--type', 'slsaprovenance1', '--predicate', 'predicate.json', ...offline, of('attested'))
    writeFileSync(join(work(), 'bom.json'), '{"bomFormat":"CycloneDX"}')
    await sign('attest', '--key', 'cosign.key', '--type', 'cyclonedx', '--new-bundle-format=false', '--predicate', 'bom.json', ...offline, of('attested'))
  })
  afterAll(async () => {
    await registry?.stop()
    homes.remove()
  })

  test.each(['bundle', 'older'])('a chart signed in the %s form is pulled with the right key', async (name) => {
    const { code, err, out } = await pintle('pull', `oci://${registry.host}/c/${name}`, '--version', '1.0.0', '--plain-http', '--key', 'cosign.pub')
    expect(code, err).toBe(0)
    expect(out).toContain(`Digest: ${digests[name]}`)
    expect(err).toMatch(/^Signature verified: (bundle sha256:|signature 1 of tag sha256-)/)
    expect(existsSync(join(work(), `${name}-1.0.0.tgz`))).toBe(true)
  })

  test.each([
    ['unsigned', /c\/unsigned:1\.0\.0 \(sha256:\w+\) has no signature/],
    ['others', /no signature of <registry>\/c\/others:1\.0\.0 \(sha256:\w+\) is valid:\n {2}bundle sha256:\w+: it was not made with this key/],
    ['attested', /has no signature/],
  ])('%s is refused, and nothing is kept', async (name, message) => {
    const { code, err } = await pintle('pull', `oci://${registry.host}/c/${name}`, '--version', '1.0.0', '--plain-http', '--key', 'cosign.pub')
    expect([code, err]).toEqual([1, expect.stringMatching(message)])
    expect(existsSync(join(work(), `${name}-1.0.0.tgz`))).toBe(false)
    const rendered = await pintle('template', `oci://${registry.host}/c/${name}`, '--version', '1.0.0', '--plain-http', '--key', 'cosign.pub')
    expect([rendered.code, rendered.out]).toEqual([1, ''])
  })

  test('a tag that was moved to another chart is refused', async () => {
    writeFileSync(join(work(), 'older-1.0.0.tgz'), archiveOf('older', '1.0.0', 'description: another\n'))
    await pintle('push', 'older-1.0.0.tgz', `oci://${registry.host}/moved`, '--plain-http')
    rmSync(join(work(), 'older-1.0.0.tgz'))
    const { code, err } = await pintle('template', `oci://${registry.host}/moved/older`, '--version', '1.0.0', '--plain-http', '--key', 'cosign.pub')
    expect([code, err]).toEqual([1, expect.stringContaining('has no signature')])
  })

  test('charts that cannot have such a signature are refused with --key', async () => {
    writeFiles(work(), { 'local/Chart.yaml': 'apiVersion: v2\nname: local\nversion: 1.0.0\n' })
    expect((await pintle('template', 'local', '--key', 'cosign.pub')).err).toContain("local is a chart of this machine: cosign's signatures are on charts in registries")
    expect((await pintle('pull', 'https://localhost:1/x-1.0.0.tgz', '--key', 'cosign.pub')).err).toContain('https://localhost:1/x-1.0.0.tgz does not come from a registry')
  })

  test('a chart of a repository is refused with --key, also when it lies in the cache', async () => {
    const server = await ChartServer.start()
    try {
      const bytes = archiveOf('plain', '1.0.0')
      server.files.set('/index.yaml', indexOf([{ name: 'plain', version: '1.0.0', bytes }]))
      server.files.set('/plain-1.0.0.tgz', bytes)
      const template = (...args: string[]) => pintle('template', 'plain', '--repo', server.url, ...args)
      expect((await template()).code).toBe(0)
      expect(await template('--key', 'cosign.pub')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('does not come from a registry, so it has no signature by cosign') })
    } finally {
      await server.close()
    }
  })

  test.each([
    ['p384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey], ['rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey], ['ed25519', () => generateKeyPairSync('ed25519').privateKey],
  ])('%s keys', async (name, make) => {
    writeFileSync(join(work(), `${name}.pem`), make().export({ type: 'pkcs8', format: 'pem' }))
    await sign('import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name)
    await sign('sign', '--key', `${name}.key`, ...offline, of(name))
    const { code, err } = await pintle('template', `oci://${registry.host}/c/${name}`, '--version', '1.0.0', '--plain-http', '--key', `${name}.pub`)
    expect([code, err]).toEqual([0, expect.stringContaining('Signature verified')])
  })

  test('pintle verify: signatures, attestations in both forms, and what they say', async () => {
    const verify = (name: string, ...args: string[]) => pintle('verify', `oci://${registry.host}/c/${name}:1.0.0`, '--plain-http', '--key', 'cosign.pub', ...args)
    expect((await verify('bundle')).out).toMatch(new RegExp(`^Digest: ${digests.bundle}\nSignature verified: bundle sha256:\\w+\n$`))
    const { code, out } = await verify('attested', '--attestation', 'slsaprovenance1', '--attestation', 'https://cyclonedx.org/bom', '--show-predicate')
    expect(code).toBe(0)
    expect(out).toContain('Attestation verified: https://slsa.dev/provenance/v1, bundle sha256:')
    expect(out).toContain('"id": "me"')
    expect(out).toContain('Attestation verified: https://cyclonedx.org/bom, attestation 1 of tag sha256-')
    expect(await verify('attested', '--attestation', 'spdx')).toMatchObject({ code: 1, err: expect.stringContaining('has no attestation of type spdx') })
    expect(await verify('others')).toMatchObject({ code: 1, err: expect.stringContaining('it was not made with this key') })
    expect((await pintle('verify', `oci://${registry.host}/c/bundle:1.0.0`, '--plain-http')).err).toContain('who must have signed it?')
  })

  test('pintle pin refuses images and charts that are not signed', async () => {
    writeFiles(work(), {
      'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
      'app/templates/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: "${registry.host}/c/bundle:1.0.0"}, {name: b, image: "${registry.host}/c/unsigned:1.0.0"}]}\n`,
    })
    const all = await pintle('pin', 'app', 'app', '--plain-http', '--key', 'cosign.pub')
    expect([all.code, all.err]).toEqual([5, expect.stringContaining(`<registry>/c/unsigned:1.0.0 (${digests.unsigned}): it has no signature`)])
    expect(all.err).not.toContain('c/bundle')
    expect((await pintle('pin', 'app', 'app', '--plain-http', '--key', 'cosign.pub', '--signed', '*/c/bundle:*')).code).toBe(0)
    const chart = await pintle('pin', 'x', `oci://${registry.host}/c/others`, '--version', '1.0.0', '--plain-http', '--key', 'cosign.pub')
    expect([chart.code, chart.err]).toEqual([5, expect.stringContaining('it was not made with this key')])
    expect((await pintle('pin', 'x', `oci://${registry.host}/c/others`, '--version', '1.0.0', '--plain-http', '--key', 'theirs.pub')).code).toBe(0)
  })

  test('certified identities of a private Sigstore: what cosign takes, Pintle takes, and nothing else', async () => {
    const sigstore = new PrivateSigstore()
    writeFileSync(join(work(), 'root.json'), sigstore.trustedRoot)
    const digest = digests.unsigned!
    const repository = `/v2/c/unsigned`
    const put = async (bytes: Buffer, reference: string, type: string): Promise<void> => expect(await registry.put(`${repository}/manifests/${reference}`, bytes, type)).toBe(201)
    const upload = async (bytes: Buffer): Promise<{ digest: string; size: number }> => {
      const found = { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length }
      await registry.upload(repository, bytes, found.digest)
      return found
    }
    const manifestType = 'application/vnd.oci.image.manifest.v1+json'
    const root = ['--trusted-root', 'root.json', '--certificate-oidc-issuer', sigstore.issuer]
    const theirs = (...args: string[]) => sign('verify', ...root, '--certificate-identity', sigstore.identity, '--insecure-ignore-sct', '--allow-http-registry', ...args, `${registry.host}/c/unsigned@${digest}`).then(() => 0, () => 1)
    const ours = (identity = sigstore.identity) => pintle('verify', `oci://${registry.host}/c/unsigned@${digest}`, '--plain-http', ...root, '--certificate-identity', identity)
    expect([await theirs(), (await ours()).code]).toEqual([1, 1])

    const payload = Buffer.from(JSON.stringify({ critical: { identity: { 'docker-reference': `${registry.host}/c/unsigned` }, image: { 'docker-manifest-digest': digest }, type: 'cosign container image signature' }, optional: null }))
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await upload(Buffer.from('{"architecture":"","os":"","rootfs":{"type":"layers","diff_ids":[]},"config":{}}'))) }
    const layer = { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', ...(await upload(payload)), annotations: sigstore.annotations(payload) }
    await put(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [layer] })), `${digest.replace(':', '-')}.sig`, manifestType)
    expect([await theirs('--new-bundle-format=false'), await ours()]).toEqual([0, expect.objectContaining({ code: 0, out: expect.stringContaining(`, by ${sigstore.identity} (${sigstore.issuer})`) })])
    expect((await ours('bob@example.com')).err).toContain('it was signed by ann@example.com, not by bob@example.com')

    const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
    const bundle = { mediaType: bundleType, ...(await upload(Buffer.from(JSON.stringify(sigstore.bundle(digest, 'https://sigstore.dev/cosign/sign/v1'))))) }
    const empty = { mediaType: 'application/vnd.oci.empty.v1+json', ...(await upload(Buffer.from('{}'))) }
    const subject = { mediaType: manifestType, digest, size: (await registry.get(`${repository}/manifests/${digest}`, { accept: manifestType })).body.length }
    const referrer = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, artifactType: bundleType, config: empty, layers: [bundle], subject, annotations: { 'dev.sigstore.bundle.content': 'dsse-envelope' } }))
    const reference = `sha256:${createHash('sha256').update(referrer).digest('hex')}`
    await put(referrer, reference, manifestType)
    // The registry of the test has no referrers API: an index under a tag stands for it.
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [{ mediaType: manifestType, digest: reference, size: referrer.length, artifactType: bundleType }] }
    if ((await registry.get(`${repository}/referrers/${digest}`)).status !== 200) await put(Buffer.from(JSON.stringify(index)), digest.replace(':', '-'), index.mediaType)
    expect([await theirs(), await ours()]).toEqual([0, expect.objectContaining({ code: 0, out: expect.stringContaining('Signature verified: bundle ') })])
  })

  test('keys that are none', async () => {
    const pull = (key: string) => pintle('pull', `oci://${registry.host}/c/bundle`, '--version', '1.0.0', '--plain-http', '--key', key)
    expect((await pull('absent.pub')).err).toContain('the key absent.pub cannot be read')
    expect((await pull('cosign.key')).err).toContain('cosign.key holds a private key')
    expect((await pull('predicate.json')).err).toContain('predicate.json is no public key in PEM form')
  })

  test('rules judge the images of a chart by who signed and attested them', async () => {
    const images = ['bundle', 'older', 'attested', 'unsigned', 'others'].map((name) => `{ name: ${name}, image: "${of(name)}" }`)
    writeFiles(work(), {
      'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
      'app/templates/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec: { containers: [${images.join(', ')}] }\n`,
    })
    const { code, out, err } = await pintle('policy', 'check', './app', '--pack', 'production', '--plain-http', '--key', 'cosign.pub', '-o', 'json')
    expect(code, err).toBe(5)
    const { releases: [{ results }] } = JSON.parse(out) as { releases: { results: { rule: string; status: string; violations: { message: string }[] }[] }[] }
    const told = (rule: string) => results.find((r) => r.rule === rule)!.violations.map((v) => v.message.replace(/^\S+\/c\/(\w+)@sha256:\w+/, '$1')).sort()
    expect(told('inputs/image-signature')).toEqual(['attested: it has no signature (Pod/app)', expect.stringMatching(/^others: no signature of it counts: /), expect.stringMatching(/^unsigned: (?:it has no signature|no signature of it counts)/)])
    expect(told('inputs/provenance')).toEqual(['bundle', 'older', 'others', 'unsigned'].map((name) => `${name}: it has no provenance (Pod/app)`))
    expect(told('inputs/sbom')).toEqual(['bundle', 'older', 'others', 'unsigned'].map((name) => `${name}: it has no bill of materials (Pod/app)`))
    // Nobody who must have signed: nobody was asked.
    expect((await pintle('policy', 'check', './app', '--pack', 'production', '--all')).out).toMatch(/UNKNOWN inputs\/image-signature: signatures of the images/)
  })
})
