import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PintleError } from '../../../errors/index.ts'
import { descriptorOf, sha256Digest, type Descriptor } from '../oci/digest.ts'
import type { Repository } from '../oci/repository.ts'
import { PublicKey, signedBytes } from '../../signatures/index.ts'
import { PrivateSigstore } from '../../signatures/fixtures/private-sigstore.ts'
import { checkSignatures, requireSignature } from './verify-artifact.ts'

const digest = `sha256:${'d'.repeat(64)}`
const other = `sha256:${'e'.repeat(64)}`
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** A repository with what was attached to `digest`. */
class Attached {
  readonly #manifests = new Map<string, Buffer>()
  readonly #blobs = new Map<string, Buffer>()
  readonly #referrers: Descriptor[] = []

  layer(type: string, content: unknown, annotations?: Record<string, string>): Descriptor {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))
    const descriptor = descriptorOf(type, bytes)
    this.#blobs.set(descriptor.digest, bytes)
    return { ...descriptor, ...(annotations && { annotations }) }
  }
  tag(suffix: 'sig' | 'att', ...layers: Descriptor[]): this {
    this.#manifests.set(`${digest.replace(':', '-')}.${suffix}`, Buffer.from(JSON.stringify({ layers })))
    return this
  }
  bundle(content: unknown): this {
    const bytes = Buffer.from(JSON.stringify({ layers: [this.layer(bundleType, content)] }))
    this.#manifests.set(sha256Digest(bytes), bytes)
    this.#referrers.push({ ...descriptorOf('application/vnd.oci.image.manifest.v1+json', bytes), artifactType: bundleType })
    return this
  }
  get repository(): Repository {
    return {
      referrers: async () => this.#referrers,
      manifest: async (reference: string) => {
        const bytes = this.#manifests.get(reference)
        if (bytes === undefined) throw new PintleError('registry.notFound', 'not found')
        return { descriptor: descriptorOf('', bytes), bytes }
      },
      blob: async ({ digest: wanted }: Descriptor) => this.#blobs.get(wanted)!,
    } as unknown as Repository
  }
}

const pairOf = (make: () => { publicKey: KeyObject; privateKey: KeyObject }) => {
  const { publicKey, privateKey } = make()
  return { privateKey, key: new PublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'test.pub') }
}
const ec = (namedCurve = 'P-256') => pairOf(() => generateKeyPairSync('ec', { namedCurve }))
const ours = ec()
const theirs = ec()

const simple = (about = digest) => Buffer.from(JSON.stringify({ critical: { identity: { 'docker-reference': 'h/web' }, image: { 'docker-manifest-digest': about }, type: 'cosign container image signature' }, optional: null }))
const signature = (data: Uint8Array, key: KeyObject, hash: string | null = 'sha256') => sign(hash, data, key).toString('base64')
const simpleLayer = (to: Attached, key: KeyObject, payload = simple(), hash: string | null = 'sha256') =>
  to.layer('application/vnd.dev.cosign.simplesigning.v1+json', payload, { 'dev.cosignproject.cosign/signature': signature(payload, key, hash) })

function envelope(key: KeyObject, options: { predicateType?: string; about?: string; predicate?: unknown } = {}) {
  const { predicateType = 'https://sigstore.dev/cosign/sign/v1', about = digest, predicate = {} } = options
  const payload = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject: [{ digest: { sha256: about.slice(7) } }], predicateType, predicate }))
  const payloadType = 'application/vnd.in-toto+json'
  return { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature(signedBytes({ payloadType, payload }), key) }] }
}
const keyBundle = (dsseEnvelope: unknown) => ({ mediaType: bundleType, verificationMaterial: { publicKey: { hint: 'x' } }, dsseEnvelope })

test('a signature in the older form is good for its key and its artifact alone', async () => {
  const there = new Attached()
  there.tag('sig', simpleLayer(there, theirs.privateKey), simpleLayer(there, ours.privateKey, simple(other)), simpleLayer(there, ours.privateKey))
  const report = await checkSignatures(there.repository, digest, { key: ours.key })
  expect(report.verified).toEqual([{ form: 'simple-signing', where: 'signature 3 of tag sha256-dddddddddddd....sig' }])
  expect(report.rejected).toEqual(['signature 1 of tag sha256-dddddddddddd....sig: it was not made with this key', `signature 2 of tag sha256-dddddddddddd....sig: it is about ${other}, not about this artifact`])
})

test('bundles of cosign 3 are signatures too, statements of other types are not', async () => {
  const there = new Attached().bundle(keyBundle(envelope(ours.privateKey, { predicateType: 'https://spdx.dev/Document' }))).bundle(keyBundle(envelope(ours.privateKey)))
  expect((await checkSignatures(there.repository, digest, { key: ours.key })).verified).toHaveLength(1)
  expect(await checkSignatures(there.repository, digest, { key: theirs.key })).toMatchObject({ verified: [], rejected: [expect.stringContaining('it was not made with this key')] })
  const stray = new Attached().bundle(keyBundle(envelope(ours.privateKey, { about: other })))
  await expect(requireSignature(stray.repository, digest, { key: ours.key }, { name: 'h/web:1' })).rejects.toThrow(`it is about ${other}, not about this artifact`)
})

test('attestations by their type, in both forms', async () => {
  const there = new Attached()
  const att = envelope(ours.privateKey, { predicateType: 'https://slsa.dev/provenance/v1', predicate: { builder: 'x' } })
  there.tag('att', there.layer('application/vnd.dsse.envelope.v1+json', att)).bundle(keyBundle(envelope(ours.privateKey, { predicateType: 'https://spdx.dev/Document' })))
  const provenance = await checkSignatures(there.repository, digest, { key: ours.key }, { attestation: 'slsaprovenance1' })
  expect(provenance.verified).toMatchObject([{ form: 'envelope', predicateType: 'https://slsa.dev/provenance/v1', predicate: { builder: 'x' } }])
  expect((await checkSignatures(there.repository, digest, { key: ours.key }, { attestation: 'spdx' })).verified).toMatchObject([{ form: 'bundle' }])
  await expect(requireSignature(there.repository, digest, { key: ours.key }, { name: 'h/web:1', attestation: 'vuln' })).rejects.toThrow(`h/web:1 (${digest}) has no attestation of type vuln`)
  // An attestation is no signature.
  await expect(requireSignature(there.repository, digest, { key: ours.key }, { name: 'h/web:1' })).rejects.toThrow(`h/web:1 (${digest}) has no signature`)
})

test('a statement changed after it was signed does not count', async () => {
  const changed = envelope(ours.privateKey, { about: other })
  const about = Buffer.from(Buffer.from(changed.payload, 'base64').toString().replaceAll('e'.repeat(64), 'd'.repeat(64))).toString('base64')
  const there = new Attached().bundle(keyBundle({ ...changed, payload: about }))
  expect((await checkSignatures(there.repository, digest, { key: ours.key })).rejected).toEqual([expect.stringContaining('it was not made with this key')])
})

test.each<[string, () => { privateKey: KeyObject; key: PublicKey }, string | null]>([
  ['P-384', () => ec('P-384'), 'sha384'], ['P-384 with SHA-256', () => ec('P-384'), 'sha256'], ['P-521', () => ec('P-521'), 'sha512'],
  ['Ed25519', () => pairOf(() => generateKeyPairSync('ed25519')), null], ['RSA', () => pairOf(() => generateKeyPairSync('rsa', { modulusLength: 2048 })), 'sha256'],
])('%s keys', async (_, make, hash) => {
  const { privateKey, key } = make()
  const there = new Attached()
  there.tag('sig', simpleLayer(there, privateKey, simple(), hash))
  expect((await checkSignatures(there.repository, digest, { key })).verified).toHaveLength(1)
})

test('keys that are none', () => {
  expect(() => new PublicKey('nonsense', 'x.pub')).toThrow('x.pub is no public key in PEM form')
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  expect(() => new PublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'x.pub')).toThrow('RSA keys below 2048 bits are not trusted')
  expect(() => new PublicKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'x.key')).toThrow('x.key holds a private key')
  expect(() => PublicKey.fromFile('/nonexistent/key')).toThrow('the key /nonexistent/key cannot be read')
})

const sigstore = new PrivateSigstore()
const { issuer } = sigstore

let folder: string
let trustedRoot: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pintle-cosign-'))
  trustedRoot = join(folder, 'root.json')
  writeFileSync(trustedRoot, sigstore.trustedRoot)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const olderSignature = (to: Attached, options: { at?: Date; log?: boolean } = {}) => to.layer('application/vnd.dev.cosign.simplesigning.v1+json', simple(), sigstore.annotations(simple(), options))

const keyless = (identity: string | RegExp = 'ann@example.com', by = issuer) => ({ keyless: { trustedRoot, identity, issuer: by } })

test('a certified identity, by what lies beside the signature and a trusted root', async () => {
  const there = new Attached()
  there.tag('sig', olderSignature(there))
  expect(await checkSignatures(there.repository, digest, keyless())).toEqual({ verified: [expect.objectContaining({ identity: 'ann@example.com', issuer })], rejected: [] })
  expect((await checkSignatures(there.repository, digest, keyless(/.*@example\.com/))).verified).toHaveLength(1)
  for (const [signer, why] of [[keyless('bob@example.com'), 'it was signed by ann@example.com, not by bob@example.com'], [keyless(/nn@example\.com/), 'it was signed by ann@example.com'], [keyless('ann@example.com', 'https://evil.example.com'), `the identity was certified for ${issuer}`]] as const) {
    expect((await checkSignatures(there.repository, digest, signer)).rejected).toEqual([expect.stringContaining(why)])
  }
})

test('a certified identity in a bundle', async () => {
  const there = new Attached().bundle(sigstore.bundle(digest, 'https://sigstore.dev/cosign/sign/v1'))
  expect((await checkSignatures(there.repository, digest, keyless())).verified).toEqual([expect.objectContaining({ form: 'bundle', identity: 'ann@example.com', issuer })])
  expect((await checkSignatures(there.repository, digest, keyless('bob@example.com'))).verified).toEqual([])
  const stray = new Attached().bundle(sigstore.bundle(other, 'https://sigstore.dev/cosign/sign/v1'))
  expect(await checkSignatures(stray.repository, digest, keyless())).toMatchObject({ verified: [], rejected: [expect.stringContaining('not about this artifact')] })
  const forged = JSON.parse(JSON.stringify(sigstore.bundle(other, 'https://sigstore.dev/cosign/sign/v1')).replace(/"payload":"[^"]+"/, JSON.stringify(sigstore.bundle(digest, 'https://sigstore.dev/cosign/sign/v1')).match(/"payload":"[^"]+"/)![0]))
  expect((await checkSignatures(new Attached().bundle(forged).repository, digest, keyless())).verified).toEqual([])
})

test("an entry of Rekor's second version, which hashes what was signed over", async () => {
  const there = new Attached().bundle(sigstore.bundle(digest, 'https://sigstore.dev/cosign/sign/v1', { rekor: 2 }))
  expect((await checkSignatures(there.repository, digest, keyless())).verified).toHaveLength(1)
  const entry = (about: string) => (sigstore.bundle(about, 'https://sigstore.dev/cosign/sign/v1', { rekor: 2 }) as { verificationMaterial: object }).verificationMaterial
  const mixed = { ...sigstore.bundle(digest, 'https://sigstore.dev/cosign/sign/v1', { rekor: 2 }), verificationMaterial: entry(other) }
  expect((await checkSignatures(new Attached().bundle(mixed).repository, digest, keyless())).rejected).toEqual([expect.stringContaining('mismatch')])
})

test('without the log, or with a certificate that had run out, an identity proves nothing', async () => {
  const unlogged = new Attached()
  unlogged.tag('sig', olderSignature(unlogged, { log: false }))
  expect(await checkSignatures(unlogged.repository, digest, keyless())).toMatchObject({ verified: [], rejected: [expect.stringContaining('expected 1 timestamps, got 0')] })
  const late = new Attached()
  late.tag('sig', olderSignature(late, { at: new Date(sigstore.signedAt.getTime() + 7_200_000) }))
  expect(await checkSignatures(late.repository, digest, keyless())).toMatchObject({ verified: [], rejected: [expect.stringContaining('Failed to verify certificate chain')] })
})

test('a trusted root that is none is named', async () => {
  const there = new Attached()
  there.tag('sig', olderSignature(there))
  const file = join(folder, 'empty.json')
  writeFileSync(file, '{}')
  await expect(checkSignatures(there.repository, digest, { keyless: { trustedRoot: file, identity: 'x', issuer } })).rejects.toThrow(`the trusted root ${file} cannot be used: it has no certificate authorities`)
})
