import { PintleError, firstDialError } from '../../errors/index.ts'
import { describeNetError, goVerb, type NetError, type NetTrouble } from '../../charts/http/index.ts'
import { goQuote } from './go-text.ts'

/**
 * The error for a request that got no answer, in the words of Go's net, tls and x509 packages: `Get "https://h/p": dial tcp ...`.
 * @param url without credentials
 */
export function transportError(method: string, url: string, error: unknown): PintleError {
  const cause = firstDialError(error as NetError)
  if (cause.code === 'PINTLE_NOT_JSON') {
    return new PintleError('kube.server', `${method} ${url.replace(/\?.*/, '')}: the answer is not JSON`, { cause: error, hint: 'Is this the address of a Kubernetes API server, or of a login page before it?' })
  }
  const { text, trouble } = describeNetError(cause, url)
  const hint = hintOf(trouble, cause, new URL(url))
  const code = cause.code === 'PINTLE_TIMEOUT' ? 'kube.timeout' : 'kube.unreachable'
  return new PintleError(code, `${goVerb(method)} ${goQuote(url)}: ${text}`, { cause: error, ...(hint === undefined ? {} : { hint }) })
}

const hints: Partial<Record<NetTrouble, string>> = {
  proxy: 'Check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY.',
  resolver: 'The name server did not answer: check the network or the VPN.',
  handshake: 'The server closed the connection during the TLS handshake.',
  authority: 'The certificate-authority of the kubeconfig context did not sign this server\'s certificate: the cluster may have been recreated, or a proxy replaces certificates.',
  expired: 'The server\'s certificate has run out, or this machine\'s clock is wrong.',
  'not-yet-valid': 'Check this machine\'s clock.',
  names: 'Use a server address that the certificate names, or set tls-server-name.',
  'client-key': 'The client certificate and key of the kubeconfig do not belong together or are damaged.',
  'plain-http': 'The server speaks plain HTTP: its address should start with http://.',
  alert: 'The server refused the client certificate of the kubeconfig user; it may have expired.',
}

function hintOf(trouble: NetTrouble, error: NetError, target: URL): string | undefined {
  if (trouble === 'name') return `The name ${error.hostname ?? target.hostname} is not known here: check the server of the kubeconfig context, the network or the VPN.`
  if (trouble === 'silent') return error.code === 'PINTLE_SILENT' ? 'The connection went silent: a load balancer or a VPN may have dropped it.' : undefined
  if (trouble !== 'dial') return hints[trouble]
  const local = target.hostname === 'localhost' || target.hostname.startsWith('127.')
  if (local && target.port === '8080') return 'No kubeconfig was found, so the default address was tried: set KUBECONFIG or pass --kubeconfig.'
  return local
    ? 'Nothing listens there: is the local cluster running, and is this the right context?'
    : 'Check the network or the VPN, and that this is the right kubeconfig context.'
}
