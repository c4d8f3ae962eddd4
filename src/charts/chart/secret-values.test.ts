import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonMarshal } from '../../language/go/index.ts'
import { newFile, readUnencrypted, sealFile, type FileFormat } from '../secrets/index.ts'
import { readSource, readValues, type SecretReading, type ValueSources } from './index.ts'

let folder: string
let identity: string
let server: Server
let url: string

async function encrypt(name: string, text: string, format: FileFormat, key = identity): Promise<void> {
  const recipient = await identityToRecipient(key)
  const opened = await newFile(readUnencrypted(text, { file: name, format }), {
    groups: [[{ kind: 'age', fields: { recipient } }]], shamirThreshold: 0, macOnlyEncrypted: false,
    select: { unencryptedSuffix: '_unencrypted', encryptedSuffix: '', unencryptedRegex: '', encryptedRegex: '', unencryptedCommentRegex: '', encryptedCommentRegex: '' },
  }, {})
  writeFileSync(join(folder, name), sealFile(opened, format))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secret-values-'))
  identity = await generateX25519Identity()
  const other = await generateX25519Identity()
  await encrypt('enc.yaml', 'db: {password: hunter22, port: 81}\n', 'yaml')
  await encrypt('other.yaml', 'db: {password: others}\n', 'yaml', other)
  await encrypt('enc.json', '{"a": "from json"}', 'json')
  await encrypt('enc.txt', 'raw text\n', 'binary')
  await encrypt('list.yaml', 'a: topsecret\n', 'yaml')
  writeFileSync(join(folder, 'other.key'), `${other}\n`)
  writeFileSync(join(folder, 'plain.yaml'), 'plain: 1\n')
  writeFileSync(join(folder, 'refs.yaml'), 'port: ref+echo://81\nname: ref+file://word.txt\nport2: ref+file://numbers.yaml#/n\n')
  writeFileSync(join(folder, 'word.txt'), 'word')
  writeFileSync(join(folder, 'numbers.yaml'), 'n: 5\n')
  writeFileSync(join(folder, 'before.yaml'), 'a: 1\n')
  writeFileSync(join(folder, 'before.yaml.dec'), 'a: 2\n')
  mkdirSync(join(folder, 'sub'))
  symlinkSync(join(folder, 'enc.yaml'), join(folder, 'link.yaml'))
  server = createServer((request, response) => {
    if (request.url !== '/enc.yaml') response.writeHead(404).end()
    else response.end('a: from the network\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Read { values?: unknown; error?: string; secrets: string[]; notes: string[] }

async function read(sources: ValueSources, env: Record<string, string> = {}, more: Partial<SecretReading> = {}): Promise<Read> {
  const secrets = new Set<string>()
  const notes: string[] = []
  try {
    const values = await readValues(sources, { readFile: (name, options) => readSource(/^https?:/.test(name) ? name : join(folder, name), options), onSecrets: (found) => found.forEach((s) => secrets.add(s)), secrets: { folder, env: { SOPS_AGE_KEY: identity, HOME: folder, ...env }, note: (text) => notes.push(text), ...more } })
    return { values: JSON.parse(jsonMarshal(values)), secrets: [...secrets].sort(), notes }
  } catch (error) {
    return { error: (error as Error).message, secrets: [...secrets].sort(), notes }
  }
}
const wrapper = { PINTLE_SECRETS_WRAPPER: 'true' }
const file = (name: string): ValueSources => ({ valueFiles: [name] })

describe('secrets:// names', () => {
  test.each<[string, unknown]>([
    ['secrets://enc.yaml', { db: { password: 'hunter22', port: 81 } }],
    ['secrets://plain.yaml', { plain: 1 }],
    ['secrets://enc.json', { a: 'from json' }],
    ['secrets://?none.yaml', {}],
    ['secrets://?enc.yaml', { db: { password: 'hunter22', port: 81 } }],
    ['secrets://noop!plain.yaml', { plain: 1 }],
    ['secrets://vals!refs.yaml', { port: '81', name: 'word', port2: 5 }],
    ['secrets+literal://a: b', { a: 'b' }],
    ['secrets+literal://vals!a: ref+echo://one', { a: 'one' }],
    ['secrets+age-import://other.key?other.yaml', { db: { password: 'others' } }],
    ['secrets+age-import://sops!other.key?other.yaml', { db: { password: 'others' } }],
    ['secrets+age-import://?other.key?none.yaml', {}],
  ])('%s', async (name, values) => expect((await read(file(name))).values).toEqual(values))

  test.each<[string, Record<string, string>, string]>([
    ['secrets://none.yaml', {}, '[helm-secrets] File does not exist: none.yaml'],
    ['secrets://nothing!enc.yaml', {}, "[helm-secrets] Can't find secret backend: nothing"],
    ['secrets://vals!enc.yaml', { HELM_SECRETS_ALLOWED_BACKENDS: 'sops,noop' }, "[helm-secrets] secret backend 'vals' not allowed"],
    ['secrets+age-import://key', {}, '[helm-secrets] Invalid syntax: secrets+age-import://[path to key]?[path secrets.yaml]'],
    ['secrets+age-import://other.key?other.yaml', { HELM_SECRETS_ALLOW_AGE_IMPORT: 'false' }, '[helm-secrets] secrets+age-import:// is not allowed in this context!'],
    ['secrets+age-import://other.key?other.yaml', { HELM_SECRETS_KEY_LOCATION_PREFIX: '/keys/' }, "[helm-secrets] Key location 'other.key' is not allowed"],
    ['secrets+gpg-import-kubernetes://ns/name#key?enc.yaml', { HELM_SECRETS_ALLOW_GPG_IMPORT_KUBERNETES: 'false' }, '[helm-secrets] secrets+gpg-import-kubernetes:// is not allowed in this context!'],
    ['secrets+age-import-kubernetes://ns/name#key?enc.yaml', {}, "[helm-secrets] Couldn't get kubernetes secret ns/name"],
    ['secrets://link.yaml', { HELM_SECRETS_VALUES_ALLOW_SYMLINKS: 'false' }, "[helm-secrets] Values file 'link.yaml' is a symlink. Symlinks are not allowed."],
    ['secrets:///etc/x.yaml', { HELM_SECRETS_VALUES_ALLOW_ABSOLUTE_PATH: 'false' }, "[helm-secrets] Values filepath '/etc/x.yaml' is an absolute path. Absolute paths are not allowed."],
    ['secrets://sub/../enc.yaml', { HELM_SECRETS_VALUES_ALLOW_PATH_TRAVERSAL: 'false' }, "[helm-secrets] Values filepath 'sub/../enc.yaml' contains '..'. Path traversal is not allowed."],
    ['secrets://git+https://example.com/x.yaml', {}, "[helm-secrets] helm template command errored on value 'git+https://example.com/x.yaml'"],
  ])('%s with %j is refused', async (name, env, error) => expect(await read(file(name), env)).toEqual({ error, secrets: [], notes: [] }))

  test('files of the network', async () => {
    expect((await read(file(`secrets://${url}/enc.yaml`))).values).toEqual({ a: 'from the network' })
    expect((await read(file(`secrets://${url}/none.yaml`))).error).toBe(`[helm-secrets] Error while download url ${url}/none.yaml\n[helm-secrets] File does not exist: ${url}/none.yaml`)
    expect((await read(file(`secrets://?${url}/none.yaml`))).values).toEqual({})
    expect((await read(file('secrets://${URL}/enc.yaml'), { URL: url })).error).toBe('[helm-secrets] File does not exist: ${URL}/enc.yaml')
    expect((await read(file(`secrets://${url}/\${NAME}.yaml`), { NAME: 'enc', HELM_SECRETS_URL_VARIABLE_EXPANSION: 'true' })).values).toEqual({ a: 'from the network' })
    expect((await read(file(`secrets://${url}/\${NONE}.yaml`), { HELM_SECRETS_URL_VARIABLE_EXPANSION: 'true' })).error).toContain('Error while download url')
  })

  test('a key that is in a cluster', async () => {
    const readObject: SecretReading['readObject'] = async ({ kind, namespace, name }) => (kind === 'Secret' && namespace === 'ns' && name === 'keys' ? new Map([['age', Buffer.from(`${identity}\n`)]]) : Promise.reject(new Error('none')))
    expect((await read(file('secrets+age-import-kubernetes://ns/keys#age?enc.yaml'), { SOPS_AGE_KEY: '' }, { readObject })).values).toEqual({ db: { password: 'hunter22', port: 81 } })
    expect((await read(file('secrets+age-import-kubernetes://ns/keys#gpg?enc.yaml'), {}, { readObject })).error).toBe("[helm-secrets] Couldn't find key gpg in secret keys")
  })

  test('in --set-file, whatever is in it', async () => {
    expect((await read({ setFile: ['a=secrets://enc.txt', 'b=secrets+literal://vals!ref+echo://one', 'c=secrets://word.txt'] })).values).toEqual({ a: 'raw text\n', b: 'one', c: 'word' })
  })

  test('what it says is told', async () => expect((await read(file('secrets://enc.yaml'))).secrets).toEqual(['81', 'hunter22']))
})

describe('the wrapper', () => {
  test('decrypts files and says so', async () => {
    expect(await read({ valueFiles: ['enc.yaml', 'plain.yaml', '?none.yaml', 'vals!refs.yaml'], setFile: ['text=enc.txt'] }, wrapper)).toEqual({
      values: { db: { password: 'hunter22', port: 81 }, plain: 1, port: '81', name: 'word', port2: 5, text: 'raw text\n' }, secrets: ['5', '81', 'hunter22', 'raw text\n', 'word'],
      notes: ['[helm-secrets] Decrypt: enc.yaml', '[helm-secrets] Decrypt: refs.yaml', '[helm-secrets] Decrypt: enc.txt'],
    })
  })
  test('a file that was decrypted before is taken', async () => {
    expect(await read(file('before.yaml'), wrapper)).toMatchObject({ values: { a: 2 }, notes: ['[helm-secrets] Decrypt skipped: before.yaml'], secrets: ['2', 'a: 2\n'] })
    expect(await read(file('before.yaml'))).toMatchObject({ values: { a: 1 }, notes: [] })
    expect(await read(file('before.yaml'), { ...wrapper, HELM_SECRETS_DEC_SUFFIX: '.clear' })).toMatchObject({ values: { a: 1 } })
  })
  test('is quiet', async () => {
    for (const env of [{ HELM_SECRETS_QUIET: 'true' }, { ARGOCD_APP_NAME: 'x' }] as Record<string, string>[]) expect((await read(file('enc.yaml'), { ...wrapper, ...env })).notes).toEqual([])
  })
  test('literals', async () => {
    const env = { ...wrapper, HELM_SECRETS_BACKEND: 'vals' }
    expect((await read({ set: ['a=ref+echo://81,b=ref+file://word.txt', 'c={ref+echo://one+,ref+echo://two+}', 'd=noop!ref+echo://one'], setString: ['e=ref+echo://82'], setJson: ['f="ref+echo://one"'] }, env)).values).toEqual({
      a: 81, b: 'word', c: ['one', 'two'], d: 'ref+echo://one', e: '82', f: 'one',
    })
    expect((await read({ set: ['a=ref+file://none.txt'] }, env)).error).toBe('[helm-secrets] vals error: expand file://none.txt: open none.txt: no such file or directory')
  })
  test('says nothing of what a literal stands for', async () => {
    writeFileSync(join(folder, 'broken.txt'), '{"topsecret"')
    expect((await read({ setJson: ['a=ref+file://broken.txt'] }, { ...wrapper, HELM_SECRETS_BACKEND: 'vals' })).error).toBe('failed parsing --set-json data a=ref+file://broken.txt')
  })
})

describe('references in values', () => {
  test('only where that is asked for', async () => {
    expect((await read(file('refs.yaml'))).values).toEqual({ port: 'ref+echo://81', name: 'ref+file://word.txt', port2: 'ref+file://numbers.yaml#/n' })
    const wanted = { port: '81', name: 'word', port2: 5 }
    expect(await read(file('refs.yaml'), {}, { evaluateReferences: true })).toEqual({ values: wanted, secrets: ['5', '81', 'word'], notes: [] })
    expect((await read(file('refs.yaml'), { HELM_SECRETS_BACKEND: 'vals' })).values).toEqual(wanted)
    expect((await read({ ...file('enc.yaml'), set: ['a=ref+file://word.txt'] }, {}, { evaluateReferences: true })).values).toEqual({ db: { password: 'hunter22', port: 81 }, a: 'word' })
  })
})
