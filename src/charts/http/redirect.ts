import type { IncomingMessage } from 'node:http'

/** One request on the way through redirects. */
export interface Hop {
  method: string
  url: URL
  body: Uint8Array | string | undefined
  authorization: string | undefined
}

/**
 * Where a redirect leads; undefined when the answer is none. Upstream: redirectBehavior in net/http/client.go.
 *
 * Credentials stay with scheme, host and port; from http to https on the usual ports they may go along, being sent in a better way. Go is
 * laxer: it lets them go to other ports and to subdomains.
 */
export function nextHop(hop: Hop, response: IncomingMessage): Hop | undefined {
  const { statusCode: status = 0, headers: { location } } = response
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined
  let url: URL
  try {
    url = new URL(location, hop.url)
  } catch {
    throw Object.assign(new Error(`failed to parse Location header ${JSON.stringify(location)}: not a valid URL`), { code: 'PINTLE_BAD_LOCATION' })
  }
  const keeps = status === 307 || status === 308
  const method = keeps || hop.method === 'HEAD' ? hop.method : 'GET'
  const next: Hop = { method, url, body: keeps ? hop.body : undefined, authorization: staysHome(hop.url, url) ? hop.authorization : undefined }
  // A user in the first URL is as good as a header; a fragment is carried over, as browsers do, and never sent.
  if (staysHome(hop.url, url) && url.username === '') {
    url.username = hop.url.username
    url.password = hop.url.password
  }
  return next
}

/** Whether credentials for one URL may be sent to another. */
export function staysHome(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true
  return from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname && from.port === '' && to.port === ''
}
