import { createPrivateKey, sign } from 'node:crypto'
import { PintleError } from '../../../errors/index.ts'
import { textOf } from '../key-service.ts'

/**
 * A token that a service account signs itself: Google's services take it as it is, and nobody needs to be asked for one.
 * Source: https://google.aip.dev/auth/4111
 * @throws PintleError secrets.key
 */
export function signedToken(account: Readonly<Record<string, unknown>>, scope: string): string {
  const email = textOf(account.client_email)
  const now = Math.floor(Date.now() / 1000)
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: textOf(account.private_key_id) })}.${part({ iss: email, sub: email, scope, iat: now, exp: now + 3600 })}`
  try {
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(textOf(account.private_key))).toString('base64url')}`
  } catch {
    // OpenSSL's words say less.
    throw new PintleError('secrets.key', 'the private key of the service account is none')
  }
}
