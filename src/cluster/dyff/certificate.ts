import { X509Certificate } from 'node:crypto'

/**
 * What dyff shows of a certificate: names, validity and serial number, as YAML.
 * @returns undefined for a text that is none
 */
export function certificateText(pem: string): string | undefined {
  const body = /-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\s]*?)\n?-----END CERTIFICATE-----/.exec(pem)?.[1]
  if (body === undefined) return undefined
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(Buffer.from(body, 'base64'))
  } catch {
    return undefined
  }
  const { subject, issuer } = certificate.toLegacyObject() as unknown as Record<'subject' | 'issuer', Names | undefined>
  const serial = BigInt(`0x${certificate.serialNumber}`)
  return `Subject:
  Common Name: ${all(subject?.CN)}
  Organization: ${all(subject?.O)}
  Organization Unit: ${all(subject?.OU)}
  Locality: ${all(subject?.L)}
  State: ${all(subject?.ST)}
  Country: ${all(subject?.C)}
Validity Period:
  NotBefore: ${time(certificate.validFromDate)}
  NotAfter: ${time(certificate.validToDate)}
Issuer: ${all(issuer?.CN)}, ${all(issuer?.O)}
Serial Number: ${serial} (0x${serial.toString(16)})
`
}

type Names = Readonly<Record<string, string | readonly string[]>>

const all = (value: string | readonly string[] | undefined): string => (value === undefined ? '' : typeof value === 'string' ? value : value.join(' '))

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const time = (at: Date): string => `${months[at.getUTCMonth()]} ${at.getUTCDate()} ${at.toISOString().slice(11, 19)} ${at.getUTCFullYear()} UTC`
