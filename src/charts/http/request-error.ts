import { PintleError } from '../../errors/index.ts'
import { describeNetError, type NetTrouble } from './net-error.ts'

/** The error of a request that got no whole answer, in the words of Go's http.Client. */
export function requestError(verb: string, url: URL, error: unknown): PintleError {
  const shown = shownUrl(url)
  const { code, inBody } = error as { code?: string; inBody?: boolean }
  const prefix = inBody === true ? '' : `${verb} ${JSON.stringify(shown)}: `
  if (code === 'PINTLE_TIMEOUT') {
    const during = inBody === true ? 'Client.Timeout or context cancellation while reading body' : 'Client.Timeout exceeded while awaiting headers'
    return new PintleError('http.timeout', `${prefix}context deadline exceeded (${during})`, { cause: error, hint: `${url.host} was too slow.` })
  }
  const { text, trouble } = describeNetError(error, url.href)
  const hint = hints[trouble]
  return new PintleError('http.unreachable', `${prefix}${text}`, { cause: error, details: { url: shown }, ...(hint === undefined ? {} : { hint }) })
}

const hints: Partial<Record<NetTrouble, string>> = {
  proxy: 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.',
  name: 'The name is not known here: check the URL and the network.',
  resolver: 'The name server did not answer: check the network.',
  dial: 'Check the URL and the network; HTTPS_PROXY names a proxy where one is needed.',
  authority: 'Name the authority that signed the certificate with --ca-file.',
  expired: 'The server\'s certificate has run out, or this machine\'s clock is wrong.',
  'not-yet-valid': 'Check this machine\'s clock.',
  names: 'Use a host name that the certificate names.',
  'client-key': 'The client certificate and its key do not belong together or are damaged.',
  'plain-http': 'The server speaks plain HTTP.',
  alert: 'The server refused the client certificate, or wants one: --cert-file and --key-file.',
}

/** A URL as it may be shown: with *** for a password, as net/http does. */
export function shownUrl(url: URL): string {
  if (url.password === '') return url.href
  const copy = new URL(url)
  copy.password = '***'
  return copy.href
}
