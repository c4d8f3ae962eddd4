import { dialErrorText, firstDialError } from '../../errors/index.ts'
import type { DialError } from '../../errors/index.ts'
import { ProxyError } from './proxy.ts'

/** What Node says of a connection or a handshake that failed. */
export interface NetError extends DialError { reason?: string; host?: string; cert?: { subjectaltname?: string; valid_from?: string; valid_to?: string } }

/** What kind of trouble it is: rooms give their own advice about each. */
export type NetTrouble =
  | 'proxy' | 'name' | 'resolver' | 'dial' | 'silent' | 'handshake' | 'authority' | 'expired' | 'not-yet-valid' | 'names' | 'client-key' | 'plain-http' | 'alert' | 'timeout' | 'other'

/**
 * A failure to get an answer, in the words of Go's net, tls and x509 packages.
 * @param url `scheme://host:port/...` that was asked
 */
export function describeNetError(thrown: unknown, url: string): { text: string; trouble: NetTrouble } {
  const error = firstDialError(thrown as NetError)
  const target = new URL(url)
  const as = (trouble: NetTrouble, text: string): { text: string; trouble: NetTrouble } => ({ text, trouble })
  if (error instanceof ProxyError) {
    const cause = error.cause as NetError | undefined
    return as('proxy', `proxyconnect tcp: ${cause === undefined ? error.message : describeNetError(cause, url).text}`)
  }
  const dial = dialErrorText(error, target.hostname)
  if (dial !== undefined) return as(error.code === 'ENOTFOUND' ? 'name' : error.code === 'EAI_AGAIN' ? 'resolver' : 'dial', dial)
  const peer = error.address === undefined ? '' : ` ${error.address.includes(':') ? `[${error.address}]` : error.address}:${error.port}`
  switch (error.code) {
    case 'ETIMEDOUT': return as('silent', `read tcp${peer}: read: connection timed out`)
    case 'PINTLE_DIAL_TIMEOUT': return as('dial', `dial tcp${peer}: i/o timeout`)
    case 'PINTLE_TLS_TIMEOUT': return as('other', 'net/http: TLS handshake timeout')
    case 'PINTLE_TIMEOUT': return as('timeout', 'context deadline exceeded')
    case 'PINTLE_TOO_LARGE': return as('other', error.message)
    case 'ECONNRESET':
      if (/socket hang up/.test(error.message)) return as('other', 'EOF')
      if (/TLS connection was established/.test(error.message)) return as('handshake', 'EOF')
      if (error.message === 'aborted') return as('other', 'unexpected EOF')
      return as('other', 'read: connection reset by peer')
    case 'EPIPE': return as('other', 'write: broken pipe')
    case 'PINTLE_SILENT': return as('silent', 'http2: client connection lost')
    case 'ECONNABORTED': case 'HPE_INVALID_EOF_STATE': case 'Z_BUF_ERROR': case 'Z_DATA_ERROR': return as('other', 'unexpected EOF')
    case 'HPE_INVALID_CONSTANT': return as('other', 'net/http: HTTP/1.x transport connection broken: malformed HTTP response')
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE': case 'SELF_SIGNED_CERT_IN_CHAIN': case 'DEPTH_ZERO_SELF_SIGNED_CERT': case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY': case 'CERT_SIGNATURE_FAILURE':
      return as('authority', 'tls: failed to verify certificate: x509: certificate signed by unknown authority')
    case 'CERT_HAS_EXPIRED': return as('expired', 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid')
    case 'CERT_NOT_YET_VALID': return as('not-yet-valid', 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid')
    case 'ERR_TLS_CERT_ALTNAME_INVALID': return as('names', `tls: failed to verify certificate: x509: ${nameMismatch(error, target)}`)
    case 'ERR_OSSL_X509_KEY_VALUES_MISMATCH': case 'ERR_OSSL_PEM_NO_START_LINE': case 'ERR_OSSL_UNSUPPORTED': case 'ERR_OSSL_EC_WRONG_ORDER':
      return as('client-key', 'tls: failed to find any PEM data in certificate or key input')
    default: {
      // OpenSSL's errors come as codes of their own or as EPROTO with everything in the message.
      const tls = `${error.code ?? ''} ${error.reason ?? ''} ${error.message}`
      if (/wrong.version.number|packet.length.too.long/i.test(tls)) return as('plain-http', 'http: server gave HTTP response to HTTPS client')
      const alert = /(?:tls|ssl)v?[0-9.]* alert ([a-z ]+)/i.exec(tls)
      if (alert !== null) {
        const name = alertNames[alert[1]!.trim()] ?? alert[1]!.trim()
        return as('alert', `remote error: tls: ${name}`)
      }
      return as('other', error.message)
    }
  }
}

/** What Go's net package says of a peer that cannot be reached. @param url `scheme://host:port` */
export const goNetText = (error: unknown, url: string): string => describeNetError(error, url).text

/** net/http names a method in its errors as `Get`, `Post`. */
export const goVerb = (method: string): string => method[0]! + method.slice(1).toLowerCase()

/** OpenSSL's names of TLS alerts to crypto/tls's (alert.go). */
const alertNames: Readonly<Record<string, string>> = {
  'bad certificate': 'bad certificate', 'unsupported certificate': 'unsupported certificate', 'certificate revoked': 'revoked certificate',
  'certificate expired': 'expired certificate', 'certificate unknown': 'unknown certificate', 'unknown ca': 'unknown certificate authority',
  'certificate required': 'certificate required', 'handshake failure': 'handshake failure', 'protocol version': 'protocol version not supported',
}

/** crypto/x509 HostnameError. */
function nameMismatch(error: NetError, target: URL): string {
  const host = error.host ?? target.hostname.replace(/^\[|\]$/g, '')
  const names = (error.cert?.subjectaltname ?? '').split(/,\s*/)
  const pick = (prefix: string): string[] => names.filter(n => n.startsWith(prefix)).map(n => n.slice(prefix.length))
  if (process.getBuiltinModule('node:net').isIP(host) !== 0) {
    const addresses = pick('IP Address:')
    if (addresses.length === 0) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`
    return `certificate is valid for ${addresses.join(', ')}, not ${host}`
  }
  const hosts = pick('DNS:')
  return hosts.length === 0 ? `certificate is not valid for any names, but wanted to match ${host}` : `certificate is valid for ${hosts.join(', ')}, not ${host}`
}

/** An error of this room's own, told by its code as Node's are. */
export const coded = (code: string): Error => Object.assign(new Error(code), { code })
