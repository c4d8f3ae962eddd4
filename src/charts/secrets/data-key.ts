import { PintleError, isPintleError } from '../../errors/index.ts'
import { ageKeys } from './age-keys.ts'
import { gpgKeys } from './gpg-keys.ts'
import type { KeyOptions, KeySource } from './key-source.ts'
import type { MasterKey, Metadata } from './metadata.ts'
import { combineShares } from './shamir.ts'

const kinds: Readonly<Record<MasterKey['kind'], string>> = {
  age: 'age', pgp: 'PGP', kms: 'AWS KMS', gcp_kms: 'GCP KMS', azure_kv: 'Azure Key Vault', hc_vault: 'Vault', hckms: 'Huawei Cloud KMS',
}

/**
 * The key that the values of a file are encrypted with: opened by one key of a group, or put together from the parts of as many groups as are needed.
 * @throws PintleError secrets.key that says of every key why it does not open the file
 */
export async function dataKey({ groups, threshold }: Metadata, options: KeyOptions): Promise<Uint8Array> {
  const sources: Partial<Record<MasterKey['kind'], KeySource>> = { age: ageKeys(options), pgp: gpgKeys(options) }
  const parts: Uint8Array[] = []
  const failures: string[] = []
  for (const group of groups) {
    const part = await openGroup(group, sources, failures)
    if (part !== undefined) parts.push(part)
    if (parts.length === threshold) break
  }
  if (parts.length < threshold) {
    const what = groups.length === 1 ? 'no key of this machine opens it' : `keys of ${threshold} groups are needed, and this machine has those of ${parts.length}`
    throw new PintleError('secrets.key', `${what}:\n${failures.map((f) => `  ${f}`).join('\n')}`, { hint: 'age identities are looked for in SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD and sops/age/keys.txt of the configuration folder.' })
  }
  const key = groups.length === 1 ? parts[0]! : combineShares(parts)
  if (key.length !== 32) throw new PintleError('secrets.format', 'the key of the file has not 32 bytes')
  return key
}

async function openGroup(group: readonly MasterKey[], sources: Partial<Record<MasterKey['kind'], KeySource>>, failures: string[]): Promise<Uint8Array | undefined> {
  for (const key of group) {
    const source = sources[key.kind]
    if (source === undefined) {
      failures.push(`${kinds[key.kind]} ${key.name}: not supported yet`)
      continue
    }
    try {
      const opened = await source(key)
      if (opened !== undefined) return opened
      failures.push(`${kinds[key.kind]} ${key.name}: none of the keys here`)
    } catch (error) {
      if (!isPintleError(error) || error.code !== 'secrets.key') throw error
      failures.push(`${kinds[key.kind]} ${key.name}: ${error.message}`)
    }
  }
  return undefined
}
