import { keyName, keyVariables, readKeySpecs, type Creation, type KeyKind, type KeySpec, type Selection } from '../../charts/secrets/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'
import type { FlagSpec, Flags } from './flags.ts'
import { sopsCodes, withExit } from './sops-exit.ts'
import { thresholdFlag, type SopsSetting } from './sops-flags.ts'

/** The flags that name keys, in the order in which their keys come into a file. Upstream: keyGroups in cmd/sops/main.go. */
const keyFlags: readonly { readonly kind: KeyKind; readonly name: string; readonly short?: string; readonly what: string }[] = [
  { kind: 'kms', name: 'kms', short: 'k', what: 'ARNs of AWS KMS' },
  { kind: 'gcp_kms', name: 'gcp-kms', what: 'resources of GCP KMS' },
  { kind: 'hckms', name: 'hckms', what: 'keys of Huawei Cloud KMS, REGION:KEY-ID' },
  { kind: 'azure_kv', name: 'azure-kv', what: 'URLs of Azure Key Vault' },
  { kind: 'pgp', name: 'pgp', short: 'p', what: 'fingerprints of PGP keys' },
  { kind: 'hc_vault', name: 'hc-vault-transit', what: 'URLs of Vault\'s transit keys' },
  { kind: 'age', name: 'age', short: 'a', what: 'age recipients' },
]

const contextFlags: readonly FlagSpec[] = [
  { name: 'aws-profile', type: 'string', usage: 'profile for requests to AWS' },
  { name: 'encryption-context', type: 'string', placeholder: 'name:value', usage: 'encryption context of AWS KMS, pairs apart at commas' },
]

const selectionFlags: Readonly<Record<keyof Selection, string>> = {
  unencryptedSuffix: 'unencrypted-suffix', encryptedSuffix: 'encrypted-suffix', unencryptedRegex: 'unencrypted-regex', encryptedRegex: 'encrypted-regex',
  unencryptedCommentRegex: 'unencrypted-comment-regex', encryptedCommentRegex: 'encrypted-comment-regex',
}

/** Flags of what makes a new file. */
export const creationFlags: readonly FlagSpec[] = [
  ...keyFlags.map(({ kind, name, short, what }): FlagSpec => ({ name, type: 'string', placeholder: 'keys', usage: `${what} to encrypt for, apart at commas (${keyVariables[kind]})`, ...(short !== undefined && { short }) })),
  ...contextFlags, thresholdFlag,
  { name: 'unencrypted-suffix', type: 'string', usage: 'what is below a key that ends so stays in plain text; _unencrypted when no rule is given' },
  { name: 'encrypted-suffix', type: 'string', usage: 'only what is below a key that ends so is encrypted' },
  { name: 'unencrypted-regex', type: 'string', usage: 'what is below a key that matches stays in plain text' },
  { name: 'encrypted-regex', type: 'string', usage: 'only what is below a key that matches is encrypted' },
  { name: 'unencrypted-comment-regex', type: 'string', usage: 'what has a comment that matches stays in plain text' },
  { name: 'encrypted-comment-regex', type: 'string', usage: 'only what has a comment that matches is encrypted' },
  { name: 'mac-only-encrypted', type: 'bool', usage: 'the MAC is of encrypted values only: the others may change' },
]

/** Flags that change who can open a file. */
export const changeFlags: readonly FlagSpec[] = [
  ...keyFlags.flatMap(({ name, what }): FlagSpec[] => [
    { name: `add-${name}`, type: 'string', placeholder: 'keys', usage: `${what} to add` }, { name: `rm-${name}`, type: 'string', placeholder: 'keys', usage: `${what} to take away` },
  ]),
  ...contextFlags,
]

/** @throws PintleError usage */
function contextOf(flags: Flags): Record<string, string> | undefined {
  const text = flags.string('encryption-context')
  if (text === '') return undefined
  const pairs = text.split(',').map((pair) => pair.split(':'))
  if (pairs.some((pair) => pair.length !== 2)) throw withExit(new PintleError('usage', '--encryption-context is no list of NAME:VALUE, apart at commas'), sopsCodes.invalidEncryptionContext)
  return Object.fromEntries(pairs)
}

/** The keys of flags, and of variables where there is one. @param prefix of the flags' names */
export function flagKeys(flags: Flags, prefix = ''): KeySpec[] {
  const context = contextOf(flags)
  return keyFlags.flatMap(({ kind, name }) => {
    const list = flags.string(prefix + name) || (prefix === '' ? (process.env[keyVariables[kind]] ?? '') : '')
    try {
      return readKeySpecs(kind, list, { awsProfile: flags.string('aws-profile'), ...(context && { context }) })
    } catch (error) {
      throw isPintleError(error, 'secrets.format') ? new PintleError('usage', `--${prefix}${name}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint }) : error
    }
  })
}

/**
 * Who can open a new file and what is encrypted in it: flags and variables, else the rule of .sops.yaml.
 * @param name of the file, for the rule
 * @throws PintleError usage when nobody can, secrets.config
 */
export function creationOf({ flags, out }: Pick<CommandContext, 'flags' | 'out'>, { input, config }: SopsSetting, name: string): Creation {
  const rule = config?.hasRules === true ? config.ruleFor(name, contextOf(flags)) : undefined
  const select = Object.fromEntries(Object.entries(selectionFlags).map(([key, flag]) => [key, flags.string(flag) || rule?.select[key as keyof Selection] || ''])) as Record<keyof Selection, string>
  const chosen = Object.entries(selectionFlags).filter(([key]) => select[key as keyof Selection] !== '').map(([, flag]) => flag)
  let macOnlyEncrypted = flags.bool('mac-only-encrypted') || (rule?.macOnlyEncrypted ?? false)
  if (input === 'binary') {
    if (chosen.length > 0) out.warn(`${chosen.join(' and ')} mean nothing for a binary file: all of it is encrypted`)
    for (const key of Object.keys(select) as (keyof Selection)[]) select[key] = ''
    macOnlyEncrypted = false
  } else if (chosen.length > 1) {
    throw withExit(new PintleError('usage', `there can be one rule of what is encrypted, and there are ${chosen.join(' and ')}`), sopsCodes.conflictingParameters)
  } else if (chosen.length === 0) select.unencryptedSuffix = '_unencrypted'
  const own = flagKeys(flags)
  const groups = own.length > 0 ? [own] : (rule?.groups ?? [])
  if (groups.length === 0) throw new PintleError('usage', 'nobody is named who could open the file', { hint: 'Name keys with --age, --pgp, --kms and their like, or in the creation_rules of a .sops.yaml.' })
  return { groups, select, macOnlyEncrypted, shamirThreshold: flags.number('shamir-secret-sharing-threshold') || (rule?.shamirThreshold ?? 0) }
}

/** Groups with keys added to the first one, and others taken away from all. Upstream: rotate in cmd/sops/rotate.go. */
export function changedGroups(groups: readonly (readonly KeySpec[])[], added: readonly KeySpec[], removed: readonly KeySpec[]): KeySpec[][] {
  const names = new Set(removed.map(keyName))
  return groups.map((group, i) => [...group, ...(i === 0 ? added : [])].filter((key) => !names.has(keyName(key))))
}
