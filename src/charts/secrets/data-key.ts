import { PintleError, isPintleError } from '../../errors/index.ts'
import type { KeyEntry } from './key-entry.ts'
import { keyName, kindNames, type KeySpec } from './key-spec.ts'
import type { KnownKeys } from './key-source.ts'
import type { MasterKey, Metadata } from './metadata.ts'
import { combineShares, splitSecret } from './shamir.ts'

const ageHint = 'age identities are looked for in SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD, sops/age/keys.txt of the configuration folder, and the SSH keys of SOPS_AGE_SSH_PRIVATE_KEY_FILE, SOPS_AGE_SSH_PRIVATE_KEY_CMD and ~/.ssh.'

/** Local keys are tried before services. Upstream: DefaultDecryptionOrder in sops.go. */
const defaultOrder = ['age', 'pgp']

/**
 * The key that the values of a file are encrypted with: opened by one key of a group, or put together from the parts of as many groups as are needed.
 * @param order kinds that are tried first, apart at commas: SOPS_DECRYPTION_ORDER
 * @throws PintleError secrets.key that says of every key why it does not open the file
 */
export async function dataKey({ groups, threshold }: Metadata, keys: KnownKeys, order = ''): Promise<Uint8Array> {
  const kinds = decryptionOrder(order)
  const parts: Uint8Array[] = []
  const failures: string[] = []
  for (const group of groups) {
    const part = await openGroup([...group].sort((a, b) => kinds(a) - kinds(b)), keys, failures)
    if (part !== undefined) parts.push(part)
    if (parts.length === threshold) break
  }
  if (parts.length < threshold) {
    const what = groups.length === 1 ? 'no key of this machine opens it' : `keys of ${threshold} groups are needed, and this machine has those of ${parts.length}`
    throw new PintleError('secrets.key', `${what}:\n${failures.map((f) => `  ${f}`).join('\n')}`, groups.some((group) => group.some((key) => key.kind === 'age')) ? { hint: ageHint } : {})
  }
  const key = groups.length === 1 ? parts[0]! : combineShares(parts)
  if (key.length !== 32) throw new PintleError('secrets.format', 'the key of the file has not 32 bytes')
  return key
}

/** Upstream: decryptionOrder in cmd/sops/main.go and sortKeyGroupIndices in sops.go: names that are of no kind do no harm. */
function decryptionOrder(text: string): (key: MasterKey) => number {
  const order = text === '' ? defaultOrder : text.split(',')
  const twice = order.find((kind, i) => order.indexOf(kind) !== i)
  if (twice !== undefined) throw new PintleError('secrets.format', `SOPS_DECRYPTION_ORDER names ${twice} twice`)
  return ({ kind }) => (order.includes(kind) ? order.indexOf(kind) : order.length)
}

async function openGroup(group: readonly MasterKey[], keys: KnownKeys, failures: string[]): Promise<Uint8Array | undefined> {
  for (const key of group) {
    try {
      const opened = await keys.open(key)
      if (opened !== undefined) return opened
      failures.push(failure(key, 'none of the keys here'))
    } catch (error) {
      if (!isPintleError(error) || error.code !== 'secrets.key') throw error
      failures.push(failure(key, error.message))
    }
  }
  return undefined
}

/**
 * Encrypts a data key for every key of every group: the whole of it when there is one group, its part for each of several.
 * @param threshold of how many groups a key is needed; 0: of all
 * @returns what the metadata says of each key, group by group
 * @throws PintleError secrets.key that says of every key that cannot be encrypted for why not
 */
export async function wrapDataKey(key: Uint8Array, groups: readonly (readonly KeySpec[])[], threshold: number, keys: KnownKeys): Promise<KeyEntry[][]> {
  if (groups.length === 0 || groups.some((group) => group.length === 0)) throw new PintleError('secrets.format', groups.length === 0 ? 'there is no key to encrypt for' : 'a key group has no key')
  const parts = groups.length === 1 ? [key] : splitSecret(key, groups.length, threshold || groups.length)
  const failures: string[] = []
  const entries: KeyEntry[][] = []
  for (const [i, group] of groups.entries()) {
    const wrapped: KeyEntry[] = []
    for (const spec of group) {
      try {
        wrapped.push(await keys.wrap(spec, parts[i]!))
      } catch (error) {
        if (!isPintleError(error) || error.code !== 'secrets.key') throw error
        failures.push(failure(spec, error.message))
      }
    }
    entries.push(wrapped)
  }
  if (failures.length > 0) throw new PintleError('secrets.key', `the key of the file cannot be encrypted for:\n${failures.map((f) => `  ${f}`).join('\n')}`)
  return entries
}

const failure = (spec: KeySpec, why: string): string => `${kindNames[spec.kind]} ${keyName(spec)}: ${why}`
