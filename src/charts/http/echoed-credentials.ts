/** Shorter ones are words, too. */
const shortest = 4

/**
 * The body of a refusal without the credentials that were sent: servers and proxies repeat requests in their errors, and errors are shown.
 * @param authorization the Authorization header that was sent
 */
export function withoutEcho(body: Buffer, authorization: string | undefined): Buffer {
  if (authorization === undefined || body.length === 0) return body
  const sent = authorization.slice(authorization.indexOf(' ') + 1)
  const decoded = /^basic /i.test(authorization) ? Buffer.from(sent, 'base64').toString() : ''
  const password = decoded.slice(decoded.indexOf(':') + 1)
  const secrets = [sent, password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1)].filter((s) => s.length >= shortest).map((s) => Buffer.from(s).toString('latin1'))
  const text = body.toString('latin1')
  const shown = secrets.reduce((t, secret) => t.replaceAll(secret, '***'), text)
  return shown === text ? body : Buffer.from(shown, 'latin1')
}
