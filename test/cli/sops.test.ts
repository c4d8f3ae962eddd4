/** Values files that SOPS encrypted, from the built package: read as they are, and shown by nothing that is kept. */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import vectors from '../../src/charts/secrets/vectors/sops.json' with { type: 'json' }
import { folder, runCli } from './run-cli.ts'

let dir: ReturnType<typeof folder>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env: { SOPS_AGE_KEY: vectors.identities[0]! } })

beforeAll(() => {
  dir = folder({
    'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'c/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata:\n  greeting: {{ .Values.db.password | quote }}\n  second: {{ .Values.second | b64enc }}\n',
    'secrets.yaml': vectors.files.yaml, 's.env': vectors.files.dotenv, 's.bin': vectors.files.binary,
  })
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

test('-f takes an encrypted file', async () => {
  expect((await pintle('template', 'r', 'c', '-f', 'secrets.yaml')).out).toContain('greeting: "first-secret"')
})

test('without a key nothing is rendered, and what was tried is told', async () => {
  const { code, out, err } = await runCli(['template', 'r', 'c', '-f', 'secrets.yaml'], { cwd: dir.path })
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('Error: secrets.yaml: no key of this machine opens it:\n  age age1')
})

test('an error about what is in it does not quote it', async () => {
  const { code, err } = await pintle('template', 'r', 'c', '-f', 'secrets.yaml', '--set', 'second.a=1')
  expect(code).toBe(1)
  expect(err).not.toContain('first-secret')
})

test('a plan holds none of it in clear, and a pin counts the encrypted bytes', async () => {
  expect((await pintle('plan', 'r', 'c', '-f', 'secrets.yaml', '--sandbox', '-o', 'plan.json')).code).toBe(0)
  const plan = readFileSync(join(dir.path, 'plan.json'), 'utf8')
  expect(plan).toMatch(/greeting.*REDACTED/s)
  for (const secret of ['first-secret', Buffer.from('first-secret').toString('base64'), Buffer.from('document').toString('base64')]) expect(plan).not.toContain(secret)
  expect((await pintle('pin', 'r', 'c', '-f', 'secrets.yaml')).code).toBe(0)
  expect(readFileSync(join(dir.path, 'pintle.lock'), 'utf8')).toContain(createHash('sha256').update(vectors.files.yaml).digest('hex'))
})

test('secrets decrypt and view', async () => {
  expect((await pintle('secrets', 'view', 'secrets.yaml')).out).toContain('    # inline\n    password: first-secret\n')
  expect((await pintle('secrets', 'decrypt', 's.env')).out).toBe('# c\nA=first-secret\nB=two\n')
  const before = readdirSync(dir.path)
  expect((await pintle('secrets', 'decrypt', 's.bin', '--output', 'plain')).out).toBe('')
  expect([...readFileSync(join(dir.path, 'plain'))]).toEqual([0, 255, 254, 65, 10])
  expect(statSync(join(dir.path, 'plain')).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir.path)).toEqual([...before, 'plain'].sort())
  writeFileSync(join(dir.path, 'changed.yaml'), vectors.files.yaml.replace('open_unencrypted: plain', 'open_unencrypted: other'))
  expect(await pintle('secrets', 'view', 'changed.yaml')).toMatchObject({ code: 51, out: '', err: expect.stringContaining('the MAC does not fit') })
  expect(await pintle('secrets', 'view', 'x.ini')).toMatchObject({ code: 100, err: expect.stringContaining('x.ini does not exist') })
})
