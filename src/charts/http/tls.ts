import { readFileSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'

/** Files a user names for talking to one server; '' or left out: none. */
export interface TlsFiles {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  readonly insecureSkipTlsVerify?: boolean
  /** Authorities in PEM, where no file is named. */
  readonly ca?: string
  /** Whom the certificate must be for, where it is not the host. */
  readonly serverName?: string
}

export interface TlsMaterial { ca?: string[]; cert?: Buffer; key?: Buffer; servername?: string; rejectUnauthorized: boolean }

/** What makes one set of files differ from another: agents are kept by it. */
export const tlsKey = (files: TlsFiles): string => JSON.stringify([files.caFile || '', files.certFile || '', files.keyFile || '', files.insecureSkipTlsVerify === true, files.ca || '', files.serverName || ''])

/**
 * Reads the files. Where they name no authority, Node's own list counts, and with `system` this machine's too, which takes long to read. Upstream: internal/tlsutil/tls.go, and httpClient in pkg/getter/httpgetter.go: a certificate counts only with its key.
 * @throws PintleError http.tls with Helm's text
 */
export function readTls(files: TlsFiles, system = false): TlsMaterial {
  const { caFile = '', certFile = '', keyFile = '', insecureSkipTlsVerify = false, serverName = '' } = files
  const failures: string[] = []
  const read = (path: string, words: string): Buffer | undefined => {
    try {
      return readFileSync(path)
    } catch (error) {
      failures.push(`${words}: ${JSON.stringify(path)}: open ${path}: ${fileTrouble(error)}`)
      return undefined
    }
  }
  const wanted = (certFile !== '' && keyFile !== '') || caFile !== '' || insecureSkipTlsVerify || Boolean(files.ca) || serverName !== ''
  const authorities = system ? systemAuthorities() : {}
  if (!wanted) return { ...authorities, rejectUnauthorized: true }
  const paired = certFile !== '' || keyFile !== ''
  const cert = paired ? read(certFile, 'unable to read cert file') : undefined
  const key = paired && cert !== undefined ? read(keyFile, 'unable to read key file') : undefined
  const ca = caFile === '' ? (files.ca ? Buffer.from(files.ca) : undefined) : read(caFile, "can't read CA file")
  if (failures.length > 0) throw unusable(failures.join('\n'))
  if (ca !== undefined && !/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(ca.toString('latin1'))) throw unusable('failed to append certificates from pem block')
  if (cert !== undefined && key !== undefined) checkPair(cert, key)
  return {
    ...(ca === undefined ? authorities : { ca: [ca.toString('latin1')] }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(serverName === '' ? {} : { servername: serverName }),
    rejectUnauthorized: !insecureSkipTlsVerify,
  }
}

/** crypto/tls X509KeyPair: its texts for the common faults. */
function checkPair(cert: Buffer, key: Buffer): void {
  const crypto = process.getBuiltinModule('node:crypto')
  const bad = (text: string): PintleError => unusable(`unable to load cert from key pair: tls: ${text}`)
  let certificate
  try {
    certificate = new crypto.X509Certificate(cert)
  } catch {
    throw bad('failed to find any PEM data in certificate input')
  }
  let privateKey
  try {
    privateKey = crypto.createPrivateKey(key)
  } catch {
    throw bad('failed to find any PEM data in key input')
  }
  if (!certificate.checkPrivateKey(privateKey)) throw bad('private key does not match public key')
}

const fileTrouble = (error: unknown): string => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT': return 'no such file or directory'
    case 'EACCES': return 'permission denied'
    case 'EISDIR': return 'is a directory'
    case 'ENOTDIR': return 'not a directory'
  }
  return (error as Error).message
}

const unusable = (text: string): PintleError => new PintleError('http.tls', `can't create TLS config for client: ${text}`, { hint: 'Check --ca-file, --cert-file and --key-file, or the same settings of the repository.' })

const unknownAuthority = new Set(['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_SIGNATURE_FAILURE'])

/** Whether a handshake failed for an authority that is not known: nothing was sent then. */
export const lacksAuthority = (error: unknown): boolean => unknownAuthority.has((error as NodeJS.ErrnoException).code ?? '')

/** Go trusts the system's authorities, Node its own list: take both when none are named. */
export function systemAuthorities(): { ca?: string[] } {
  const tls = process.getBuiltinModule('node:tls') as { getCACertificates?: (type: string) => string[] }
  if (tls.getCACertificates === undefined) return {}
  return { ca: [...tls.getCACertificates('default'), ...tls.getCACertificates('system')] }
}
