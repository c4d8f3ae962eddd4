import { readFileSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import type { TlsFiles } from '../../http/index.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface VaultSettings {
  /** With the proxy that is for Vault alone. */
  readonly env: Env
  readonly token: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsFiles
  readonly redirects: boolean
  /** Asked instead of the address of the key; '' when there is none. */
  readonly agent: string
}

/** Larger is no token. */
const maxToken = 1 << 16

/** The variables of Vault's own client. Upstream: ReadEnvironment and NewClient in api/client.go. @throws PintleError secrets.key for a file that cannot be read */
export function vaultSettings(env: Env): VaultSettings {
  const token = env.VAULT_TOKEN || tokenOfHome(env)
  const proxy = env.VAULT_PROXY_ADDR || env.VAULT_HTTP_PROXY
  const flag = (name: string): boolean => /^(?:1|t|true)$/i.test(env[name] ?? '')
  return {
    env: proxy ? { ...env, HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: '' } : env,
    token,
    headers: { 'x-vault-request': 'true', 'x-vault-token': token, ...(env.VAULT_NAMESPACE && { 'x-vault-namespace': env.VAULT_NAMESPACE }) },
    tls: {
      ...authorities(env),
      ...(env.VAULT_CLIENT_CERT && env.VAULT_CLIENT_KEY && { certFile: env.VAULT_CLIENT_CERT, keyFile: env.VAULT_CLIENT_KEY }),
      ...(env.VAULT_TLS_SERVER_NAME && { serverName: env.VAULT_TLS_SERVER_NAME }),
      ...(flag('VAULT_SKIP_VERIFY') && { insecureSkipTlsVerify: true, caFile: '' }),
    },
    redirects: !flag('VAULT_DISABLE_REDIRECTS'),
    agent: env.VAULT_AGENT_ADDR ?? '',
  }
}

function authorities(env: Env): TlsFiles {
  if (env.VAULT_CACERT) return { caFile: env.VAULT_CACERT }
  if (env.VAULT_CACERT_BYTES) return { caFile: '', ca: env.VAULT_CACERT_BYTES }
  if (!env.VAULT_CAPATH) return {}
  try {
    const folder = env.VAULT_CAPATH
    return { caFile: '', ca: readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory()).map((entry) => readFileSync(join(folder, entry.name), 'latin1')).join('\n') }
  } catch (error) {
    throw new PintleError('secrets.key', `VAULT_CAPATH cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`)
  }
}

function tokenOfHome(env: Env): string {
  const path = join(env.HOME || homedir(), '.vault-token')
  try {
    const text = readFileSync(path, 'latin1')
    return text.length > maxToken ? '' : text.trim()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw new PintleError('secrets.key', `${path} cannot be read: ${code ?? 'unknown'}`)
  }
}
