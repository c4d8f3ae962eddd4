/** Encrypted files and Git: what a commit must not hold, and what git diff shows. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { folder, pintle as program, runCli } from './run-cli.ts'

let dir: ReturnType<typeof folder>
let repository: string
let identity: string
let other: string
let env: Record<string, string>

const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository, env: { ...env, PATH: `${dir.path}/bin:${dirname(process.execPath)}:${process.env.PATH}` }, stdio: ['ignore', 'pipe', 'pipe'] }).toString()
const pintle = (...args: string[]) => runCli(args, { cwd: repository, env })
const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(repository, name)), { recursive: true })
  writeFileSync(join(repository, name), text)
}
/** Encrypts a file in place by the rules of the folder. */
const encrypt = async (name: string): Promise<void> => {
  const { code, err } = await pintle('secrets', 'encrypt', '-i', name)
  expect(`${code} ${code === 0 ? '' : err}`).toBe('0 ')
}
const rules = async (...identities: string[]): Promise<string> => `creation_rules:\n  - path_regex: ^secrets/.*\\.yaml$\n    age: ${(await Promise.all(identities.map((i) => identityToRecipient(i)))).join(',')}\n  - age: ${await identityToRecipient(identity)}\n`

beforeAll(async () => {
  identity = await generateX25519Identity()
  other = await generateX25519Identity()
  dir = folder({ 'home/.gitconfig': '[user]\nname = A\nemail = a@example.com\n[core]\npager = cat\n' })
  mkdirSync(join(dir.path, 'bin'))
  symlinkSync(program, join(dir.path, 'bin', 'pintle'))
  chmodSync(program, 0o755)
  repository = join(dir.path, 'repository')
  env = { SOPS_AGE_KEY: identity, HOME: join(dir.path, 'home'), GIT_CONFIG_NOSYSTEM: '1' }
})
afterAll(() => dir.remove())
beforeEach(async () => {
  rmSync(repository, { recursive: true, force: true })
  mkdirSync(repository)
  git('init', '-q')
  write('.sops.yaml', await rules(identity))
  write('values.yaml', 'a: 1\n')
  git('add', '.')
  git('commit', '-qm', 'first')
})

test('nothing to refuse', async () => {
  write('secrets/prod.yaml', 'password: hunter22\n')
  await encrypt('secrets/prod.yaml')
  write('values.yaml', 'a: 2\n')
  git('add', '.')
  expect(await pintle('secrets', 'check')).toEqual({ code: 0, out: '', err: '2 files: nothing that should be encrypted is in plain text\n' })
})

test('the index counts, not the work tree', async () => {
  write('secrets/prod.yaml', 'password: hunter22\n')
  git('add', '.')
  await encrypt('secrets/prod.yaml')
  const { code, out } = await pintle('secrets', 'check')
  expect(code).toBe(5)
  expect(out).toBe('secrets/prod.yaml: .sops.yaml has a rule for it, and it is not encrypted\n  Encrypt it: `pintle secrets encrypt -i secrets/prod.yaml`.\n')
  git('add', '.')
  expect((await pintle('secrets', 'check')).code).toBe(0)
  write('secrets/prod.yaml', 'password: hunter22\n')
  expect((await pintle('secrets', 'check')).code).toBe(0)
})

test('decrypted files, values in plain text, and files that are damaged', async () => {
  write('secrets/prod.yaml', 'password: hunter22\nuser: somebody\n')
  await encrypt('secrets/prod.yaml')
  write('secrets/prod.yaml.dec', 'password: hunter22\n')
  write('secrets/partly.yaml', readFileSync(join(repository, 'secrets/prod.yaml'), 'utf8').replace(/^user: .*$/m, 'user: somebody'))
  git('add', '-f', '.')
  const { code, out } = await pintle('secrets', 'check', '-o', 'json')
  expect(code).toBe(5)
  expect((JSON.parse(out) as { findings: { file: string; rule: string }[] }).findings.map(({ file, rule }) => `${file}: ${rule}`)).toEqual(['secrets/partly.yaml: damaged', 'secrets/prod.yaml.dec: decrypted'])
  expect(out).not.toContain('hunter22')
  expect(out).not.toContain('somebody')
})

test('keys that the rule does not name any more', async () => {
  write('secrets/prod.yaml', 'password: hunter22\n')
  await encrypt('secrets/prod.yaml')
  git('add', '.')
  git('commit', '-qm', 'secret')
  write('.sops.yaml', await rules(other))
  git('add', '.')
  expect((await pintle('secrets', 'check')).code).toBe(0)
  const { code, out } = await pintle('secrets', 'check', '--all')
  expect(code).toBe(5)
  expect(out).toMatch(new RegExp(`^secrets/prod.yaml: it is encrypted for (?:age )?${await identityToRecipient(identity)}, whom the rule does not name, not for (?:age )?${await identityToRecipient(other)}\n`))
  // What is in the work tree does not count here either.
  write('.sops.yaml', await rules(identity))
  expect((await pintle('secrets', 'check', '--all')).code).toBe(5)
})

test('as a hook it stops the commit, also one of -a', async () => {
  writeFileSync(join(repository, '.git/hooks/pre-commit'), readFileSync(join(import.meta.dirname, '../../examples/git-hooks/pre-commit')), { mode: 0o755 })
  write('secrets/prod.yaml', 'password: hunter22\n')
  git('add', '.')
  expect(() => git('commit', '-qm', 'no')).toThrow(/not encrypted/)
  await encrypt('secrets/prod.yaml')
  git('add', '.')
  git('commit', '-qm', 'yes')
  write('secrets/prod.yaml', 'password: hunter22\n')
  expect(() => git('commit', '-qam', 'no')).toThrow(/not encrypted/)
})

test('git diff shows what changed, decrypted in memory', async () => {
  write('secrets/prod.yaml', 'password: first-secret\nuser: somebody\n')
  await encrypt('secrets/prod.yaml')
  git('add', '.')
  git('commit', '-qm', 'secret')
  const { code, err } = await pintle('secrets', 'git-driver', 'install')
  expect({ code, err }).toEqual({ code: 0, err: '.gitattributes: /secrets/prod.yaml diff=pintle-secrets\ndiff.pintle-secrets.textconv: pintle secrets git-driver\n' })
  await pintle('secrets', 'git-driver', 'install')
  expect(readFileSync(join(repository, '.gitattributes'), 'utf8')).toBe('/secrets/prod.yaml diff=pintle-secrets\n')
  expect((await pintle('secrets', 'set', 'secrets/prod.yaml', '["password"]', '"second-secret"')).code).toBe(0)
  const before = readdirSync(dir.path, { recursive: true }).length
  expect(git('diff', 'secrets/prod.yaml')).toMatch(/^-password: "?first-secret"?\n\+password: "?second-secret"?$/m)
  expect(readdirSync(dir.path, { recursive: true }).length).toBe(before)
  // Whoever has no key sees what there is.
  env = { ...env, SOPS_AGE_KEY: other }
  try {
    expect(git('diff', 'secrets/prod.yaml')).toMatch(/^\+password: ENC\[AES256_GCM/m)
  } finally {
    env = { ...env, SOPS_AGE_KEY: identity }
  }
})

test('no repository, and nothing encrypted', async () => {
  expect((await runCli(['secrets', 'check'], { cwd: dir.path, env: { ...env, GIT_CEILING_DIRECTORIES: dirname(dir.path) } })).code).toBe(1)
  expect(await pintle('secrets', 'git-driver', 'install')).toMatchObject({ code: 1, err: expect.stringContaining('no file of the index is encrypted') })
})
