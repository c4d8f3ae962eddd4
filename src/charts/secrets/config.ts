import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { Regexp } from '../../language/go/index.ts'
import { ConfigNode } from './config-node.ts'
import { defaultIndents, type Indents } from './file-format.ts'
import { keyName, readKeySpec, readKeySpecs, type KeyKind, type KeySpec } from './key-spec.ts'
import type { Selection } from './metadata.ts'
import type { Creation } from './opened-file.ts'

/** What a `.sops.yaml` says. */
export interface SopsConfig {
  readonly file: string
  readonly indents: Indents
  /** Without `creation_rules` the file has no say in what is encrypted, and for whom. */
  readonly hasRules: boolean
  /**
   * The first rule whose `path_regex` matches.
   * @param path of the file that is to be encrypted
   * @param context of AWS KMS, which rules without key groups cannot name
   * @throws PintleError secrets.config with the line when none does, or it is wrong
   */
  ruleFor(path: string, context?: Readonly<Record<string, string>>): Creation
  /** Whether that rule is about this path, and not about whatever is left. */
  names(path: string): boolean
}

/** Upward from a folder. Upstream: LookupConfigFile in config/config.go. @returns the nearest, and what has nearly its name and does not count */
export function findSopsConfig(folder: string): { readonly path?: string; readonly ignored?: string } {
  let ignored: string | undefined
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, '.sops.yaml')
    if (existsSync(path)) return { path, ...(ignored !== undefined && { ignored }) }
    if (ignored === undefined && existsSync(join(at, '.sops.yml'))) ignored = join(at, '.sops.yml')
    if (dirname(at) === at) return ignored === undefined ? {} : { ignored }
  }
}

/** @throws PintleError secrets.config */
export function readSopsConfig(file: string): SopsConfig {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new PintleError('secrets.config', `${file} cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`, { place: { file } })
  }
  return parseSopsConfig(file, text)
}

const selectionKeys: Readonly<Record<keyof Selection, string>> = {
  unencryptedSuffix: 'unencrypted_suffix', encryptedSuffix: 'encrypted_suffix', unencryptedRegex: 'unencrypted_regex', encryptedRegex: 'encrypted_regex',
  unencryptedCommentRegex: 'unencrypted_comment_regex', encryptedCommentRegex: 'encrypted_comment_regex',
}
/** In the order in which a rule's keys come into the file. Upstream: getKeyGroupsFromCreationRule. */
const ruleKinds: readonly (readonly [string, KeyKind])[] = [['age', 'age'], ['pgp', 'pgp'], ['kms', 'kms'], ['gcp_kms', 'gcp_kms'], ['hckms', 'hckms'], ['azure_keyvault', 'azure_kv'], ['hc_vault_transit_uri', 'hc_vault']]
const ruleKeys = ['path_regex', ...ruleKinds.map(([key]) => key), 'aws_profile', 'key_groups', 'shamir_threshold', ...Object.values(selectionKeys), 'mac_only_encrypted']
const groupKeys = ['merge', 'age', 'pgp', 'kms', 'gcp_kms', 'hckms', 'azure_keyvault', 'hc_vault']
const storeKeys = ['dotenv', 'ini', 'json_binary', 'json', 'yaml']

type Rule = ReadonlyMap<string, ConfigNode>

/**
 * Reads a `.sops.yaml`: keys of rules that nobody knows are errors, for a rule that is not what it seems encrypts for the wrong people. Upstream: config/config.go.
 * @throws PintleError secrets.config with the line
 */
export function parseSopsConfig(file: string, text: string): SopsConfig {
  // Other keys of the file hold anchors, as a rule.
  const root = ConfigNode.read(file, text)?.map(['creation_rules', 'destination_rules', 'stores'], false) ?? new Map<string, ConfigNode>()
  const rules = root.get('creation_rules')
  const list: Rule[] = rules?.list().map((rule) => rule.map(ruleKeys)) ?? []
  // Nothing here publishes: what the rules say is not looked at.
  for (const rule of root.get('destination_rules')?.list() ?? []) rule.map([], false)
  const folder = dirname(resolve(file)) + (dirname(resolve(file)) === sep ? '' : sep)
  const ruleOf = (path: string): { rule: Rule | undefined; from: string } => {
    const full = resolve(path)
    const from = full.startsWith(folder) ? full.slice(folder.length) : full
    return { from, rule: list.find((candidate) => matches(candidate.get('path_regex'), from)) }
  }
  return {
    file, hasRules: rules !== undefined && !rules.isNull, indents: readIndents(root.get('stores')),
    ruleFor(path, context) {
      const { rule, from } = ruleOf(path)
      if (rule === undefined) throw new PintleError('secrets.config', `${file}: no rule of creation_rules has a path_regex that matches ${from}`, { place: { file }, hint: 'A rule without path_regex, as the last one, is for all other files.' })
      return readRule(rule, context)
    },
    names: (path) => (ruleOf(path).rule?.get('path_regex')?.string() ?? '') !== '',
  }
}

function readIndents(stores: ConfigNode | undefined): Indents {
  const map = stores?.map(storeKeys) ?? new Map<string, ConfigNode>()
  const indent = (store: string, otherwise: number, least: number): number => {
    const node = map.get(store)?.map(['indent']).get('indent')
    if (node === undefined) return otherwise
    const value = node.integer()
    if (value < least) throw node.fault(`stores.${store}.indent must not be less than ${least}`)
    return value
  }
  return { yaml: indent('yaml', defaultIndents.yaml, 0) || defaultIndents.yaml, json: indent('json', defaultIndents.json, -1), binary: indent('json_binary', defaultIndents.binary, -1) }
}

function matches(node: ConfigNode | undefined, path: string): boolean {
  const expression = node?.string() ?? ''
  if (expression === '') return true
  try {
    return new Regexp(expression).matchString(path)
  } catch (error) {
    throw node!.fault(`path_regex is no expression of RE2: ${(error as Error).message}`)
  }
}

function readRule(rule: Rule, context: Readonly<Record<string, string>> | undefined): Creation {
  const select = Object.fromEntries(Object.entries(selectionKeys).map(([name, key]) => [name, rule.get(key)?.string() ?? ''])) as unknown as Selection
  const chosen = Object.values(selectionKeys).filter((key) => (rule.get(key)?.string() ?? '') !== '')
  if (chosen.length > 1) throw rule.get(chosen[1]!)!.fault(`a rule can have one of ${Object.values(selectionKeys).join(', ')}, and this one has ${chosen.join(' and ')}`)
  const groups = rule.get('key_groups')?.list() ?? []
  const keyGroups = groups.length > 0 ? groups.map((group) => groupKeysOf(group, 0)) : [ruleKeysOf(rule, context)]
  const threshold = rule.get('shamir_threshold')
  const shamirThreshold = threshold?.integer() ?? 0
  if (shamirThreshold < 0 || (keyGroups.length > 1 && shamirThreshold > keyGroups.length)) throw threshold!.fault(`shamir_threshold is ${shamirThreshold}, and there ${keyGroups.length === 1 ? 'is 1 key group' : `are ${keyGroups.length} key groups`}`)
  return { groups: keyGroups, shamirThreshold, select, macOnlyEncrypted: rule.get('mac_only_encrypted')?.bool() ?? false }
}

/** What a list of keys is, with the line of what is none. */
function located<T>(node: ConfigNode, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw isPintleError(error, 'secrets.format') ? node.fault(error.message, error.hint) : error
  }
}

function ruleKeysOf(rule: Rule, context: Readonly<Record<string, string>> | undefined): KeySpec[] {
  const awsProfile = rule.get('aws_profile')?.string() ?? ''
  return ruleKinds.flatMap(([key, kind]) => {
    const node = rule.get(key)
    if (node === undefined) return []
    const list = node.strings().join(',').split(',').map((item) => item.trim()).filter((item) => item !== '').join(',')
    return located(node, () => readKeySpecs(kind, list, { awsProfile, ...(context && { context }) }))
  })
}

const maxMerges = 100

/** Upstream: extractMasterKeys. */
function groupKeysOf(node: ConfigNode, depth: number): KeySpec[] {
  if (depth > maxMerges) throw node.fault('key groups are merged into each other without end')
  const group = node.map(groupKeys)
  const items = (key: string): ConfigNode[] => group.get(key)?.list() ?? []
  const keys = [
    ...items('merge').flatMap((merged) => groupKeysOf(merged, depth + 1)),
    ...items('age').flatMap((item) => located(item, () => readKeySpecs('age', item.string()))),
    ...items('pgp').map((item) => located(item, () => readKeySpec('pgp', item.string()))),
    ...items('kms').map(kmsKey),
    ...items('gcp_kms').map((item) => located(item, () => readKeySpec('gcp_kms', item.map(['resource_id']).get('resource_id')?.string() ?? ''))),
    ...items('hckms').map((item) => located(item, () => readKeySpec('hckms', item.map(['key_id']).get('key_id')?.string() ?? ''))),
    ...items('azure_keyvault').map(azureKey),
    ...items('hc_vault').map((item) => located(item, () => readKeySpec('hc_vault', item.string()))),
  ]
  return [...new Map(keys.map((key) => [`${key.kind} ${keyName(key)}`, key])).values()]
}

function kmsKey(node: ConfigNode): KeySpec {
  const key = node.map(['arn', 'role', 'context', 'aws_profile'])
  const context = key.get('context')?.texts()
  return { kind: 'kms', fields: { arn: key.get('arn')?.string() ?? '', role: key.get('role')?.string() ?? '', aws_profile: key.get('aws_profile')?.string() ?? '' }, ...(context && { context }) }
}

function azureKey(node: ConfigNode): KeySpec {
  const key = node.map(['vaultUrl', 'key', 'version'])
  return { kind: 'azure_kv', fields: { vault_url: key.get('vaultUrl')?.string() ?? '', name: key.get('key')?.string() ?? '', version: key.get('version')?.string() ?? '' } }
}
