import { X509Certificate, constants, createHash, createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { PintleError } from '../../../errors/index.ts'

/**
 * What an application that has a certificate says of itself. The file holds the certificate and its key in PEM; PKCS #12 is not read.
 * Source: https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 * @throws PintleError secrets.key
 */
export function clientAssertion(path: string, passphrase: string | undefined, client: string, audience: string, withChain: boolean): string {
  const { key, certificates } = readPair(path, passphrase)
  const now = Math.floor(Date.now() / 1000)
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': createHash('sha256').update(certificates[0]!).digest('base64url'), ...(withChain && { x5c: certificates.map((c) => c.toString('base64')) }) }
  const text = `${part(header)}.${part({ aud: audience, iss: client, sub: client, jti: randomUUID(), nbf: now - 60, iat: now, exp: now + 600 })}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }).toString('base64url')}`
}

/** @returns the certificates in DER, the one of the key first */
function readPair(path: string, passphrase: string | undefined): { key: KeyObject; certificates: Buffer[] } {
  let pem: string
  try {
    pem = readFileSync(path, 'latin1')
  } catch (error) {
    throw new PintleError('secrets.key', `${path} cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`)
  }
  const [keyText] = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]+?-----END (?:[A-Z]+ )?PRIVATE KEY-----/.exec(pem) ?? []
  try {
    const certificates = [...pem.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)].map(([text]) => new X509Certificate(text))
    const key = createPrivateKey({ key: keyText ?? '', ...(passphrase && { passphrase }) })
    const own = certificates.find((certificate) => certificate.checkPrivateKey(key))
    if (key.asymmetricKeyType === 'rsa' && own !== undefined) return { key, certificates: [own, ...certificates.filter((c) => c !== own)].map((c) => c.raw) }
  } catch {
    // OpenSSL's words say less.
  }
  throw new PintleError('secrets.key', `${path} does not hold a certificate and its RSA key in PEM`)
}
