import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findSopsConfig, keyName, parseSopsConfig } from './index.ts'

const read = (text: string) => parseSopsConfig('/project/.sops.yaml', text)
const keys = (text: string, path = '/project/a.yaml'): string[][] => read(text).ruleFor(path).groups.map((group) => group.map((key) => `${key.kind} ${keyName(key)}`))

test('the first rule that matches counts, from the folder of the file', () => {
  const text = 'creation_rules:\n- {path_regex: ^deep/, age: age1a}\n- {path_regex: "a\\\\.yaml$", age: age1b}\n- age: age1c\n'
  expect([keys(text, '/project/deep/a.yaml'), keys(text), keys(text, '/work/x'), keys(text, '/elsewhere/deep/x')]).toEqual([[['age age1a']], [['age age1b']], [['age age1c']], [['age age1c']]])
})

test('keys of every kind, in lists and texts, in the order of sops', () => {
  expect(keys(`creation_rules:
- kms: arn:aws:kms:eu:1:key/k+arn:aws:iam::1:role/r
  aws_profile: p
  gcp_kms: [projects/p/locations/l/keyRings/r/cryptoKeys/k]
  azure_keyvault: https://v.vault.azure.net/keys/k/1
  hc_vault_transit_uri: https://v:8200/v1/transit/keys/k
  hckms: ['eu:1']
  pgp: [AB CD, EF]
  age: age1a, age1b,
`)).toEqual([['age age1a', 'age age1b', 'pgp ABCD', 'pgp EF', 'kms arn:aws:kms:eu:1:key/k+arn:aws:iam::1:role/r||p', 'gcp_kms projects/p/locations/l/keyRings/r/cryptoKeys/k', 'hckms eu:1', 'azure_kv https://v.vault.azure.net/keys/k/1', 'hc_vault https://v:8200/v1/transit/keys/k']])
})

test('key groups with merged ones and anchors, each key once', () => {
  expect(keys(`keys:
- &a age1a
- &common {age: [*a], pgp: [AB]}
creation_rules:
- shamir_threshold: 2
  key_groups:
  - merge: [*common, {age: [age1b]}]
    age: ['age1a,age1c']
    kms: [{arn: arn:x, role: r, context: {b: "1", a: "2"}, aws_profile: p}]
  - <<: *common
    azure_keyvault: [{vaultUrl: https://v, key: k, version: "1"}]
    gcp_kms: [{resource_id: r}]
    hckms: [{key_id: eu:1}]
    hc_vault: [https://v:8200/v1/transit/keys/k]
`)).toEqual([
    ['age age1a', 'pgp AB', 'age age1b', 'age age1c', 'kms arn:x+r|a:2,b:1|p'],
    ['age age1a', 'pgp AB', 'gcp_kms r', 'hckms eu:1', 'azure_kv https://v/keys/k/1', 'hc_vault https://v:8200/v1/transit/keys/k'],
  ])
})

test('selection, threshold, MAC and layout', () => {
  const config = read('stores: {yaml: {indent: 2}, json: {indent: 0}, json_binary: {indent: 3}}\ncreation_rules: [{age: a, encrypted_regex: ^x$, mac_only_encrypted: true}]\n')
  expect(config.indents).toEqual({ yaml: 2, json: 0, binary: 3 })
  expect(config.ruleFor('/x', { c: 'd' })).toMatchObject({ macOnlyEncrypted: true, shamirThreshold: 0, select: { encryptedRegex: '^x$', unencryptedSuffix: '' } })
})

test('without rules it says nothing', () => {
  for (const text of ['', 'stores: {}\n', 'creation_rules:\n', 'destination_rules: [{s3_bucket: b, anything: c}]\n']) expect(read(text).hasRules).toBe(false)
})

test.each([
  ['creation_rules:\n- path_regx: a\n', 2, 'creation_rules[0] has an unknown key "path_regx"', 'Did you mean path_regex?'],
  ['creation_rule: []\n', 1, 'an unknown key "creation_rule"', 'Did you mean creation_rules?'],
  ['creation_rules:\n- age: {}\n', 2, 'creation_rules[0].age must be a text', undefined],
  ['creation_rules:\n- age: a\n  encrypted_suffix: b\n  encrypted_regex: c\n', 4, 'a rule can have one of', undefined],
  ['creation_rules:\n- path_regex: "("\n', 2, 'path_regex is no expression of RE2', undefined],
  ['creation_rules:\n- age: a\n  shamir_threshold: two\n', 3, 'creation_rules[0].shamir_threshold must be a whole number', undefined],
  ['creation_rules:\n- key_groups:\n  - age: [a]\n  - age: [b]\n  shamir_threshold: 3\n', 5, 'shamir_threshold is 3, and there are 2 key groups', undefined],
  ['creation_rules:\n- key_groups:\n  - age: [a]\n    vault: [b]\n', 4, 'creation_rules[0].key_groups[0] has an unknown key "vault"', expect.any(String)],
  ['creation_rules:\n- azure_keyvault: nonsense\n', 2, '"nonsense" is no key of Azure Key Vault', expect.any(String)],
  ['stores:\n  yaml:\n    indent: -1\n', 3, 'stores.yaml.indent must not be less than 0', undefined],
  ['creation_rules: {}\n', 1, 'creation_rules must be a list', undefined],
])('%j is an error with its line', (text, line, message, hint) => {
  expect(() => read(text).ruleFor('/project/a.yaml')).toThrow(expect.objectContaining({ code: 'secrets.config', message: expect.stringContaining(message), hint, place: expect.objectContaining({ line }) }))
})

test('no rule for a file', () => {
  expect(() => read('creation_rules: [{path_regex: x$, age: a}]\n').ruleFor('/project/a.yaml')).toThrow('no rule of creation_rules has a path_regex that matches a.yaml')
})

test('the nearest file upward; .sops.yml is told and not taken', () => {
  const root = mkdtempSync(join(tmpdir(), 'sops-config-'))
  try {
    mkdirSync(join(root, 'a/b'), { recursive: true })
    writeFileSync(join(root, '.sops.yaml'), '')
    writeFileSync(join(root, 'a', '.sops.yml'), '')
    expect(findSopsConfig(join(root, 'a/b'))).toEqual({ path: join(root, '.sops.yaml'), ignored: join(root, 'a', '.sops.yml') })
    writeFileSync(join(root, 'a', '.sops.yaml'), '')
    expect(findSopsConfig(join(root, 'a/b'))).toEqual({ path: join(root, 'a', '.sops.yaml') })
  } finally {
    rmSync(root, { recursive: true })
  }
})
