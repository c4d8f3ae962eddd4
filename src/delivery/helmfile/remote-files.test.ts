import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RemoteFiles } from './remote-files.ts'
import { hasGlobPattern, isRemote } from './remote-source.ts'
import { WorkingFolder } from './working-folder.ts'

let home: string
let server: Server
let url: string
let asked: string[] = []

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'pintle-remote-'))
  const repo = join(home, 'repo')
  mkdirSync(join(repo, 'dir'), { recursive: true })
  writeFileSync(join(repo, 'dir/a.yaml'), 'a: 1\n')
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.email=a@example.com', '-c', 'user.name=a', ...args], { cwd: repo, stdio: 'pipe' })
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'one')
  git('tag', 'v1')
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.url?.startsWith('/x/a.yaml') === true) response.end('b: 2\n')
    else response.writeHead(404).end()
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(home, { recursive: true, force: true })
})

const files = (env: Record<string, string> = {}) => new RemoteFiles({ PATH: process.env.PATH!, HELMFILE_CACHE_HOME: join(home, 'cache'), ...env }, () => {})
const folder = () => new WorkingFolder(home)

test('what is a reference', () => {
  expect(['git::https://h/r.git@a.yaml?ref=v1', 'https://h/a.yaml', 's3://b/k', 'git::ssh://git@h/r.git@a'].map(isRemote)).toEqual([true, true, true, true])
  expect(['a.yaml', './a/b', '/abs', 'r/chart', 'oci://h/c', 'ftp://h/a'].map(isRemote)).toEqual([false, false, false, false, false, false])
  expect(hasGlobPattern('git::https://h/r.git@d/*.yaml?ref=a')).toBe(true)
  expect(hasGlobPattern('git::https://h/r.git@d/a.yaml?ref=*')).toBe(false)
})

test('git: cloned once, under the name helmfile has for it', async () => {
  const reference = `git::file://${home}/repo@dir/a.yaml?ref=v1`
  const path = await files().fetch(folder(), reference, 'values')
  expect(path).toBe(join(home, `cache/values/file__${home.slice(1).replace(/[/.]/g, '_')}_repo.ref=v1/dir/a.yaml`))
  writeFileSync(path, 'a: changed\n')
  expect(readFileSync(await files().fetch(folder(), reference, 'values'), 'utf8')).toBe('a: changed\n')
  expect(readFileSync(await files().fetch(folder(), `${reference}&cache=false`, 'values'), 'utf8')).toBe('a: 1\n')
})

test('git: a ref that is not there leaves nothing behind', async () => {
  await expect(files().fetch(folder(), `git::file://${home}/repo@dir/a.yaml?ref=v9`, 'values')).rejects.toThrow(/^get: \S+git exited with 1: error: pathspec 'v9' did not match any file\(s\) known to git/)
  expect(folder().glob(join(home, 'cache/values/*v9*'))).toEqual([])
  await expect(files().fetch(folder(), `git::file://${home}/repo@dir/a.yaml?ref=--upload-pack=x`, 'values')).rejects.toThrow('a ref cannot begin with a dash')
})

test('HTTP: one file, asked for once', async () => {
  asked = []
  const path = await files().fetch(folder(), `${url}/x/a.yaml?token=secret`, 'states')
  expect(readFileSync(path, 'utf8')).toBe('b: 2\n')
  expect(path).not.toContain('secret')
  await files().fetch(folder(), `${url}/x/a.yaml?token=secret`, 'states')
  expect(asked).toEqual(['HEAD /x/a.yaml?token=secret', 'GET /x/a.yaml?token=secret'])
  await expect(files().fetch(folder(), `${url}/none.yaml`, 'states')).rejects.toThrow('none.yaml is not exists: head request get http code 404')
})

test.each([
  ['s3://bucket/key', 's3 is not supported: s3://bucket/key'],
  ['hg::https://h/r@a', 'the getter "hg" is not supported'],
  ['https://h/*.yaml', 'wildcards are not supported for https:// sources'],
  ['git::https://h/r.git/*.yaml', 'wildcards require an explicit "@" selector'],
])('%s', async (reference, message) => {
  await expect(files().fetch(folder(), reference, 'values')).rejects.toThrow(message)
})

test('remote files can be forbidden', async () => {
  await expect(files({ HELMFILE_DISABLE_INSECURE_FEATURES: '1' }).fetch(folder(), 'https://h/a.yaml', 'values')).rejects.toThrow('remote sources are disabled')
})
