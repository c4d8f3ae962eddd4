import { PintleError } from '../../errors/index.ts'

/** The kinds of key, named as in the metadata, in the order in which SOPS reads them. Upstream: internalGroupFrom in stores/stores.go. */
export const keyKinds = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp', 'age'] as const
export type KeyKind = (typeof keyKinds)[number]

/** What names a key, by the names of the metadata's fields. `aws_profile` and `role` are '' where there is none. */
export interface KeySpec {
  readonly kind: KeyKind
  readonly fields: Readonly<Record<string, string>>
  /** The encryption context of AWS KMS. */
  readonly context?: Readonly<Record<string, string>>
}

/** The fields that name a key, by kind. */
export const nameFields: Readonly<Record<KeyKind, readonly string[]>> = {
  age: ['recipient'], pgp: ['fp'], kms: ['arn', 'role', 'aws_profile'], gcp_kms: ['resource_id'], hckms: ['key_id'],
  azure_kv: ['vault_url', 'name', 'version'], hc_vault: ['vault_address', 'engine_path', 'key_name'],
}

/** What people call the kinds. */
export const kindNames: Readonly<Record<KeyKind, string>> = {
  age: 'age', pgp: 'PGP', kms: 'AWS KMS', gcp_kms: 'GCP KMS', azure_kv: 'Azure Key Vault', hc_vault: 'Vault', hckms: 'Huawei Cloud KMS',
}

/** The variables of sops that list keys to encrypt for. Upstream: flags in cmd/sops/main.go. */
export const keyVariables: Readonly<Record<KeyKind, string>> = {
  kms: 'SOPS_KMS_ARN', gcp_kms: 'SOPS_GCP_KMS_IDS', hckms: 'SOPS_HUAWEICLOUD_KMS_IDS', azure_kv: 'SOPS_AZURE_KEYVAULT_URLS', hc_vault: 'SOPS_VAULT_URIS', pgp: 'SOPS_PGP_FP', age: 'SOPS_AGE_RECIPIENTS',
}

/** A key as sops names it: ToString of each kind's MasterKey. */
export function keyName({ kind, fields, context = {} }: KeySpec): string {
  switch (kind) {
    case 'kms': {
      const parts = [fields.role ? `${fields.arn}+${fields.role}` : fields.arn!, Object.keys(context).sort().map((k) => `${k}:${context[k]}`).join(','), fields.aws_profile ?? '']
      return parts.slice(0, parts[2] !== '' ? 3 : parts[1] !== '' ? 2 : 1).join('|')
    }
    case 'azure_kv': return `${fields.vault_url}/keys/${fields.name}/${fields.version}`
    case 'hc_vault': return `${fields.vault_address}/v1/${fields.engine_path}/keys/${fields.key_name}`
    default: return fields[nameFields[kind][0]!]!
  }
}

export interface KeySpecOptions {
  readonly context?: Readonly<Record<string, string>>
  readonly awsProfile?: string
}

/**
 * Reads a list of keys as flags, variables and `.sops.yaml` have it: apart at commas.
 * Upstream: MasterKeysFrom... of each kind.
 * @param options of AWS KMS
 * @throws PintleError secrets.format for what names no key
 */
export function readKeySpecs(kind: KeyKind, list: string, options: KeySpecOptions = {}): KeySpec[] {
  if (list === '') return []
  return list.split(',').filter((item) => item.trim() !== '' || (kind !== 'hc_vault' && kind !== 'hckms')).map((item) => readKeySpec(kind, item, options))
}

/** @throws PintleError secrets.format for what names no key */
export function readKeySpec(kind: KeyKind, text: string, { context, awsProfile = '' }: KeySpecOptions = {}): KeySpec {
  switch (kind) {
    case 'age': return { kind, fields: { recipient: text.trim() } }
    case 'pgp': return { kind, fields: { fp: text.replaceAll(' ', '') } }
    case 'kms': {
      const arn = text.replaceAll(' ', '')
      const at = arn.indexOf('+arn:')
      const fields = at > 0 ? { arn: arn.slice(0, at), role: arn.slice(at + 1), aws_profile: awsProfile } : { arn, role: '', aws_profile: awsProfile }
      return { kind, fields, ...(context !== undefined && { context }) }
    }
    case 'gcp_kms': return { kind, fields: { resource_id: text.replaceAll(' ', '') } }
    case 'hckms': return { kind, fields: { key_id: huaweiKey(text.trim()) } }
    case 'azure_kv': {
      const [, vaultUrl, name, version = ''] = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?$/.exec(text.trim()) ?? []
      if (vaultUrl === undefined) throw new PintleError('secrets.format', `${JSON.stringify(text.trim())} is no key of Azure Key Vault`, { hint: 'It has the form https://VAULT.vault.azure.net/keys/NAME/VERSION.' })
      return { kind, fields: { vault_url: vaultUrl, name: name!, version } }
    }
    case 'hc_vault': return { kind, fields: vaultFields(text) }
  }
}

function huaweiKey(id: string): string {
  const [, region, key] = /^([^:]*):(.*)$/s.exec(id) ?? []
  if (!region?.trim() || !key?.trim()) throw new PintleError('secrets.format', `${JSON.stringify(id)} is no key of Huawei Cloud KMS`, { hint: 'It has the form REGION:KEY-ID.' })
  return id
}

/** Upstream: NewMasterKeyFromURI and engineAndKeyFromPath in hcvault/keysource.go. */
function vaultFields(uri: string): Record<string, string> {
  const wrong = (why: string): PintleError => new PintleError('secrets.format', `${JSON.stringify(uri)} is no key of Vault: ${why}`, { hint: 'It has the form https://vault.example.com:8200/v1/transit/keys/NAME.' })
  const [, origin, path] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)(\/[^?#]*)$/i.exec(uri) ?? []
  if (origin === undefined) throw wrong('it is no URL with a path')
  if (/\/[^/]+\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path!)) throw wrong('a prefix before /v1 is not supported')
  if (!/\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path!)) throw wrong('the path is none')
  const parts = path!.replace(/^\/+|\/+$/g, '').split('/')
  return { vault_address: origin, engine_path: parts.slice(1, -2).filter((p) => p !== '').join('/'), key_name: parts.at(-1)! }
}
