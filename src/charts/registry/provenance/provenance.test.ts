import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { armoredBlocks } from './armor.ts'
import { prepareClearSigned, readClearSigned } from './clear-signed.ts'
import { isKeybox, keyboxKeys } from './keybox.ts'
import { PacketStream } from './packets.ts'
import { provenanceSigner, verifyProvenance } from './index.ts'

const archive = Buffer.from('an archive')
const metadata = 'apiVersion: v2\nname: demo\nversion: 1.0.0\n'

describe('signing and verifying', () => {
  let folder: string
  const file = (name: string): string => join(folder, name)
  const ring = (name: string, ...keys: openpgp.Key[]): void => writeFileSync(file(name), Buffer.concat(keys.map((key) => key.write())))
  const key = async (name: string, options: Record<string, unknown> = {}) =>
    (await openpgp.generateKey({ type: 'ecc', curve: 'ed25519Legacy', userIDs: [{ name, email: `${name.toLowerCase()}@example.com` }], format: 'object', ...options } as openpgp.KeyOptions & { format: 'object' })).privateKey
  const signed = async (keyring: string, name: string, passphrase = '') =>
    (await provenanceSigner({ keyring: file(keyring), key: name, passphrase: () => async () => passphrase })).sign(archive, 'demo-1.0.0.tgz', metadata)
  const verified = (text: string, keyring: string, options = {}) => verifyProvenance(archive, 'demo-1.0.0.tgz', Buffer.from(text), file(keyring), options)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pintle-provenance-'))
    const [jo, mo, locked, short] = await Promise.all([key('Jo'), key('Mo'), key('Locked', { passphrase: 'pass ü' }), key('Short', { keyExpirationTime: 60 })])
    ring('sec.gpg', jo!, mo!, locked!, short!)
    ring('pub.gpg', jo!.toPublic(), mo!.toPublic(), locked!.toPublic(), short!.toPublic())
    ring('mo.gpg', mo!.toPublic())
    ring('empty.gpg')
    writeFileSync(file('jo.asc'), `${mo!.toPublic().armor()}words\n${jo!.toPublic().armor()}`)
    const { publicKey: revoked } = await openpgp.revokeKey({ key: jo!, format: 'object' })
    ring('revoked.gpg', revoked)
    writeFileSync(file('junk'), 'hello')
    writeFileSync(file('cut.gpg'), Buffer.from(jo!.toPublic().write()).subarray(0, 100))
    ring('foreign.gpg', await foreignName(jo!, mo!))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('round', async () => {
    const text = await signed('sec.gpg', 'Jo')
    expect(text).toMatch(/^-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\napiVersion: v2\nname: demo\nversion: 1\.0\.0\n\n\.\.\.\nfiles:\n {2}demo-1\.0\.0\.tgz: sha256:[0-9a-f]{64}\n\n-----BEGIN PGP SIGNATURE-----\n\n(?:[\w+/=]{1,64}\n)+-----END PGP SIGNATURE-----$/)
    for (const keyring of ['pub.gpg', 'sec.gpg', 'jo.asc']) {
      expect(await verified(text, keyring)).toEqual({ signedBy: ['Jo <jo@example.com>'], fingerprint: expect.stringMatching(/^[0-9A-F]{40}$/), fileHash: `sha256:${createHash('sha256').update(archive).digest('hex')}` })
    }
  })

  it('with a passphrase, and with the wrong one', async () => {
    expect((await verified(await signed('sec.gpg', 'Locked', 'pass ü'), 'pub.gpg')).signedBy).toEqual(['Locked <locked@example.com>'])
    await expect(signed('sec.gpg', 'Locked', 'secret guess')).rejects.toThrow(/^openpgp: invalid data: private key checksum failure$/)
  })

  it.each([['Jo', 'mo.gpg', 'openpgp: signature made by unknown entity'], ['Jo', 'empty.gpg', 'openpgp: signature made by unknown entity'], ['Jo', 'revoked.gpg', 'openpgp: signature made by revoked key'], ['Jo', 'junk', 'failed to load keyring: openpgp: invalid data: tag byte does not have MSB set'], ['Jo', 'gone', /^failed to load keyring: open .*gone: no such file or directory$/], ['Jo', 'cut.gpg', 'failed to load keyring: ']])('signed by %s, refused with %s', async (name, keyring, message) => {
    await expect(verified(await signed('sec.gpg', name), keyring)).rejects.toThrow(message)
  })

  it('a name counts only when the key itself signed it', async () => {
    // The packets of one key with a name of another: that key has no name of its own and is passed over.
    await expect(verified(await signed('sec.gpg', 'Jo'), 'foreign.gpg')).rejects.toMatchObject({ code: 'chart.signature', message: expect.stringContaining('openpgp: ') })
  })

  it('expired by now', async () => {
    const text = await signed('sec.gpg', 'Short')
    expect((await verified(text, 'pub.gpg')).signedBy).toEqual(['Short <short@example.com>'])
    await expect(verified(text, 'pub.gpg', { now: new Date(Date.now() + 120_000) })).rejects.toThrow('openpgp: key expired')
  })

  it.each([['nobody', 'private key not found'], ['example.com', 'more than one key contain the id "example.com"']])('a key called %s', async (name, message) => {
    await expect(signed('sec.gpg', name)).rejects.toMatchObject({ code: 'chart.signature', message })
  })

  it('a public key does not sign', async () => {
    await expect(signed('pub.gpg', 'Jo')).rejects.toThrow('provided key is not a private key. Try providing a keyring with secret keys')
  })

  it('anything changed is refused', async () => {
    const text = await signed('sec.gpg', 'Jo')
    for (const [from, to] of [['name: demo', 'name: domo'], ['sha256:', 'sha256:0'], ['demo-1.0.0.tgz', 'demo-1.0.1.tgz'], ['\n...\n', '\nx: y\n...\n']] as const) {
      await expect(verified(text.replace(from, to), 'pub.gpg')).rejects.toThrow('openpgp: invalid signature: EdDSA verification failure')
    }
    await expect(verifyProvenance(Buffer.from('other'), 'demo-1.0.0.tgz', Buffer.from(text), file('pub.gpg'))).rejects.toThrow('sha256 sum does not match')
    await expect(verifyProvenance(archive, 'other.tgz', Buffer.from(text), file('pub.gpg'))).rejects.toThrow('provenance does not contain a SHA for a file named "other.tgz"')
  })

  it('stops when asked', async () => {
    const text = await signed('sec.gpg', 'Jo')
    await expect(verified(text, 'pub.gpg', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  /** A key whose only name was signed by another key. */
  async function foreignName(key: openpgp.PrivateKey, other: openpgp.PrivateKey): Promise<openpgp.PublicKey> {
    const packets = new openpgp.PacketList<openpgp.AnyPacket>()
    packets.push(key.toPublic().toPacketList()[0] as openpgp.AnyPacket, ...(other.toPublic().toPacketList().slice(1, 3) as unknown as openpgp.AnyPacket[]))
    return { write: () => packets.write() } as unknown as openpgp.PublicKey
  }
})

describe('clear-signed texts', () => {
  it('lines lose their trailing white space, dashes are escaped', () => {
    const { signed, head } = prepareClearSigned('a \n-b\n\n')
    expect(signed.toString()).toBe('a\r\n-b\r\n\r\n')
    expect(head).toBe('-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\na\n- -b\n\n\n')
    expect(readClearSigned(Buffer.from(`${head}-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----`))).toEqual({ plaintext: 'a\n-b\n\n', signed, signature: Buffer.from([0, 0, 0]) })
  })

  it.each(['', 'x', '-----BEGIN PGP SIGNED MESSAGE-----', '-----BEGIN PGP SIGNED MESSAGE-----\n', '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n', '-----BEGIN PGP SIGNED MESSAGE-----\nComment: x\n\nx\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----', '-----BEGIN PGP SIGNED MESSAGE----- \n'])('%j is none', (text) => {
    expect(readClearSigned(Buffer.from(text))).toBeUndefined()
  })

  it('large texts take no time', () => {
    expect(readClearSigned(Buffer.from(`-----BEGIN PGP SIGNED MESSAGE-----\n\n${'x\n'.repeat(500_000)}`))).toBeUndefined()
    expect(readClearSigned(Buffer.from(`-----BEGIN PGP SIGNED MESSAGE-----\n\n${' \t'.repeat(500_000)}x`))).toBeUndefined()
  })
})

describe('keyrings', () => {
  const blob = (type: number, flags: number, key: string, claim = key.length): Buffer => {
    const out = Buffer.alloc(20 + key.length)
    out.writeUInt32BE(out.length, 0)
    out[4] = type
    out.writeUInt16BE(flags, 6)
    out.writeUInt32BE(20, 8)
    out.writeUInt32BE(claim, 12)
    out.write(key, 20)
    return out
  }
  const head = Buffer.concat([blob(1, 0, ''), Buffer.alloc(0)])
  head.write('KBXf', 8)

  it('a keybox: keys of OpenPGP, but none that are ephemeral', () => {
    const box = Buffer.concat([head, blob(2, 0, 'one'), blob(3, 0, 'x509'), blob(2, 2, 'not yet'), blob(2, 0, 'two')])
    expect(isKeybox(box)).toBe(true)
    expect(Buffer.from(keyboxKeys(box)).toString()).toBe('onetwo')
  })

  it.each([
    [Buffer.concat([head]), 'keybox contains no OpenPGP keys'], [Buffer.concat([head, Buffer.from([0, 0, 0])]), 'truncated blob header at offset 20'], [Buffer.concat([head, Buffer.from([0, 0, 0, 0, 2])]), 'invalid blob length 0 at offset 20'],
    [Buffer.concat([head, Buffer.from([255, 255, 255, 255, 2])]), 'blob at offset 20 has length 4294967295 exceeding the 5 remaining bytes'], [Buffer.concat([head, Buffer.from([0, 0, 0, 6, 2, 0])]), 'OpenPGP blob at offset 20 is too short'], [Buffer.concat([head, blob(2, 0, 'x', 99)]), 'OpenPGP blob at offset 20 has an out-of-range keyblock'],
  ])('a broken keybox %#', (box, message) => {
    expect(() => keyboxKeys(box)).toThrow(message)
  })

  it('packets of old and new form, partial ones, and lengths beyond the end', () => {
    const all = (bytes: number[]) => {
      const stream = new PacketStream(Uint8Array.from(bytes))
      const out = []
      for (let packet = stream.next(); packet !== undefined; packet = stream.next()) out.push([packet.tag, [...packet.body]])
      return out
    }
    expect(all([0x99, 0, 1, 7, 0xc6, 2, 8, 9, 0xb0, 0, 0xcd, 0xe1, 1, 2, 1, 3, 0x9b, 5])).toEqual([[6, [7]], [6, [8, 9]], [13, [1, 2, 3]], [6, [5]]])
    expect(() => all([0xc6, 0xff, 0xff, 0xff, 0xff, 0xff, 1])).toThrow('unexpected EOF')
    expect(() => all([0x06])).toThrow('tag byte does not have MSB set')
    expect(() => all([0xe0, 0])).toThrow('unknown critical packet type: 32')
  })

  it('armored blocks one after the other', () => {
    const text = 'x\n-----BEGIN A-----\nVersion: 1\n\nAAAA\n=abcd\n-----END A-----\n-----BEGIN B-----\n\nAQID\n-----END B-----'
    expect([...armoredBlocks(text)].map(({ type, bytes }) => [type, [...bytes]])).toEqual([['A', [0, 0, 0]], ['B', [1, 2, 3]]])
    expect(() => [...armoredBlocks('-----BEGIN A-----\n\nA*AA\n-----END A-----')].map((b) => b.bytes)).toThrow('illegal base64 data at input byte 1')
    expect(() => [...armoredBlocks(`-----BEGIN A-----\n\n${'A'.repeat(100)}\n-----END A-----`)]).toThrow('openpgp: invalid data: armor invalid')
  })
})
