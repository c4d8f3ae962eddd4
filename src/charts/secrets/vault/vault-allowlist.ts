import { PintleError } from '../../../errors/index.ts'

/**
 * Whether the token may go to where a file says that its key is: whoever writes a file could name a server of their own. SOPS_HC_VAULT_ALLOWLIST says where (`all`, `none`, or
 * addresses apart at commas); without it VAULT_ADDR does, and where neither is set every address is good, as to sops. Upstream: parseAllowlistString in hcvault/keysource.go.
 * @throws PintleError secrets.key
 */
export function checkVaultAddress(address: string, env: Readonly<Record<string, string | undefined>>): void {
  if (!/^https?:\/\/[^/@?#]+\/?$/.test(address)) throw new PintleError('secrets.key', 'its address is none of Vault')
  const list = env.SOPS_HC_VAULT_ALLOWLIST || env.VAULT_ADDR || 'all'
  if (list === 'all') return
  const allowed = list === 'none' ? [] : list.split(',').map((entry) => withSlash(entry.trim()))
  if (allowed.includes('/')) throw new PintleError('secrets.key', 'SOPS_HC_VAULT_ALLOWLIST has an empty entry')
  if (allowed.some((entry) => withSlash(address).startsWith(entry))) return
  throw new PintleError('secrets.key', env.SOPS_HC_VAULT_ALLOWLIST ? `SOPS_HC_VAULT_ALLOWLIST does not allow ${address}` : `VAULT_ADDR is another server; the token goes to ${address} when SOPS_HC_VAULT_ALLOWLIST names it`)
}

const withSlash = (text: string): string => (text.endsWith('/') ? text : `${text}/`)
