import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { CallOptions, Cluster, ClusterConfig } from '../../../cluster/kube/index.ts'

export interface CredentialAge {
  /** Days since they were issued; undefined when they do not say. */
  readonly days?: number
  /** RFC 3339; undefined when they do not say, or never end. */
  readonly expires?: string
  /** `token`, `client certificate`, ...: never what it is. */
  readonly kind: string
}

const day = 86_400_000
type Claims = { iat?: unknown; exp?: unknown; 'kubernetes.io/serviceaccount/namespace'?: unknown; 'kubernetes.io/serviceaccount/secret.name'?: unknown }

/**
 * How old the credentials of a cluster are, by what they say of themselves: the claims of a token, the dates of a certificate. A token of a service account that never
 * ends is as old as its Secret, where that may be read.
 */
export async function credentialAge(config: ClusterConfig, now: Date, cluster?: Cluster, call: CallOptions = {}): Promise<CredentialAge> {
  const token = config.token ?? fromFile(config.tokenFile)
  if (token !== undefined) return await tokenAge(token, now, cluster, call)
  if (config.exec !== undefined) return { kind: 'plugin' }
  if (config.tls.cert !== undefined) return certificateAge(config.tls.cert, now)
  return { kind: config.basic === undefined ? 'none' : 'password' }
}

async function tokenAge(token: string, now: Date, cluster: Cluster | undefined, call: CallOptions): Promise<CredentialAge> {
  const claims = claimsOf(token)
  if (claims === undefined) return { kind: 'token' }
  const expires = typeof claims.exp === 'number' ? timeOf(claims.exp * 1000) : undefined
  const base = { kind: 'token', ...(expires !== undefined && { expires }) }
  if (typeof claims.iat === 'number' && claims.iat > 0) return { ...base, days: Math.max(0, (now.getTime() - claims.iat * 1000) / day) }
  const { 'kubernetes.io/serviceaccount/namespace': namespace, 'kubernetes.io/serviceaccount/secret.name': name } = claims
  if (typeof namespace !== 'string' || typeof name !== 'string' || cluster === undefined) return base
  const made = Date.parse((await cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace, name }, call).catch(() => undefined))?.metadata.creationTimestamp ?? '')
  return Number.isNaN(made) ? { kind: 'token without an end' } : { kind: 'token without an end', days: Math.max(0, (now.getTime() - made) / day) }
}

function certificateAge(pem: string, now: Date): CredentialAge {
  try {
    const { validFrom, validTo } = new X509Certificate(pem)
    const expires = timeOf(Date.parse(validTo))
    return { kind: 'client certificate', days: Math.max(0, (now.getTime() - Date.parse(validFrom)) / day), ...(expires !== undefined && { expires }) }
  } catch {
    return { kind: 'client certificate' }
  }
}

/** The claims of a JWT, unverified: the server does that. undefined for other tokens. */
function claimsOf(token: string): Claims | undefined {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1]!, 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? claims : undefined
  } catch {
    return undefined
  }
}

const timeOf = (ms: number): string | undefined => (Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined)

function fromFile(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
