import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A self-signed certificate of the loopback, and its key. Clients of Kubernetes send tokens over TLS only. */
export function selfSignedCertificate(now: number, days = 365): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = sequence(oid(1, 2, 840, 10045, 4, 3, 2))
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tag(0x0c, Buffer.from('pintle-sandbox')))))
  const extension = (id: Buffer, critical: boolean, value: Buffer): Buffer => sequence(id, ...(critical ? [tag(0x01, Buffer.from([0xff]))] : []), tag(0x04, value))
  const altNames = sequence(tag(0x82, Buffer.from('localhost')), tag(0x87, Buffer.from([127, 0, 0, 1])), tag(0x87, Buffer.from([...new Uint8Array(15), 1])))
  const serial = randomBytes(8)
  serial[0]! &= 0x7f
  serial[0]! |= 0x40
  const body = sequence(
    tag(0xa0, tag(0x02, Buffer.from([2]))),
    tag(0x02, serial),
    algorithm, name, sequence(utcTime(now - 60_000), utcTime(now + days * 86_400_000)), name, spki,
    tag(0xa3, sequence(
      extension(oid(2, 5, 29, 19), true, sequence(tag(0x01, Buffer.from([0xff])))),
      extension(oid(2, 5, 29, 15), true, tag(0x03, Buffer.from([2, 0x84]))),
      extension(oid(2, 5, 29, 37), false, sequence(oid(1, 3, 6, 1, 5, 5, 7, 3, 1))),
      extension(oid(2, 5, 29, 17), false, altNames),
    )),
  )
  const signature = sign('sha256', body, privateKey)
  const der = sequence(body, algorithm, tag(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').replace(/(.{64})/g, '$1\n').trimEnd()
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

function tag(type: number, content: Buffer): Buffer {
  const n = content.length
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255]
  return Buffer.concat([Buffer.from([type, ...length]), content])
}
const sequence = (...parts: Buffer[]): Buffer => tag(0x30, Buffer.concat(parts))
const set = (...parts: Buffer[]): Buffer => tag(0x31, Buffer.concat(parts))

function oid(...arcs: number[]): Buffer {
  const out = [arcs[0]! * 40 + arcs[1]!]
  for (const arc of arcs.slice(2)) {
    const digits = [arc & 127]
    for (let rest = arc >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 127) | 128)
    out.push(...digits)
  }
  return tag(0x06, Buffer.from(out))
}

const utcTime = (ms: number): Buffer => tag(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
