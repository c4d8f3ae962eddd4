import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PintleError } from '../../errors/index.ts'
import { commitMove, digestPaths, type CommitMoveOptions } from './index.ts'

const old = `sha256:${'a'.repeat(64)}`
const now = `sha256:${'b'.repeat(64)}`
const values = `# values of web\r\nimage:\r\n    digest: "${old}" # pinned\r\n    tag: &t v1\r\nother: {a: 1,  b: *t}\r\n`
let root: string
let env: NodeJS.ProcessEnv
let work: string
let remote: string

const git = (folder: string, ...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pintle-commit-'))
  work = join(root, 'work')
  remote = join(root, 'remote.git')
  writeFileSync(join(root, 'config'), '[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n')
  env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_GLOBAL: join(root, 'config'), GIT_CONFIG_NOSYSTEM: '1' }
  git(root, 'init', '-q', '--bare', 'remote.git')
  git(root, 'clone', '-q', remote, 'work')
  writeFileSync(join(work, 'values.yaml'), values)
  writeFileSync(join(work, 'base.yaml'), `image: {digest: ${old}}\n`)
  git(work, 'add', '.')
  git(work, 'commit', '-qm', 'first')
  git(work, 'push', '-q', 'origin', 'HEAD:main')
})
afterEach(() => rmSync(root, { recursive: true }))

const move = (more: Partial<CommitMoveOptions> = {}) => commitMove({
  repository: work, branch: 'main', files: ['base.yaml', 'values.yaml'], paths: digestPaths('image', 'web'), value: now, push: true, message: (m) => `web: ${m.path}\n`, env, ...more,
})
const caught = (promise: Promise<unknown>): Promise<PintleError> => promise.then(() => { throw new Error('no error') }, (error: PintleError) => error)
const state = (folder: string): string => [git(folder, 'status', '--porcelain=v2'), git(folder, 'for-each-ref', 'refs/heads', 'refs/pintle', 'refs/tags'), readFileSync(join(folder, 'values.yaml'), 'latin1')].join('\n')

describe('a commit that is pushed', () => {
  it('changes one line of one file, and nothing of the checkout, however dirty', async () => {
    writeFileSync(join(work, 'values.yaml'), 'dirty: yes\n')
    writeFileSync(join(work, 'staged'), 'x')
    git(work, 'add', 'staged')
    const before = state(work)
    const moved = await move()
    expect(moved).toMatchObject({ kind: 'pushed', file: 'values.yaml', path: 'image.digest', line: 3, before: old, after: now, attempts: 1 })
    expect(state(work)).toBe(before)
    expect(git(remote, 'diff', '--numstat', 'main~1', 'main').trim()).toBe('1\t1\tvalues.yaml')
    expect(git(remote, 'show', 'main:values.yaml')).toBe(values.replace(old, now))
    expect(git(remote, 'log', '-1', '--format=%an %s', 'main').trim()).toBe('A web: image.digest')
  })
  it('finds nothing to do the second time', async () => {
    await move()
    const head = git(remote, 'rev-parse', 'main')
    expect(await move()).toMatchObject({ kind: 'unchanged', file: 'values.yaml', line: 3 })
    expect(git(remote, 'rev-parse', 'main')).toBe(head)
  })
  it('works from a URL, without any checkout', async () => {
    expect(await move({ repository: `file://${remote}` })).toMatchObject({ kind: 'pushed' })
    expect(git(remote, 'rev-list', '--count', 'main').trim()).toBe('2')
  })
  it('makes a new branch from a base, and builds on it the next time', async () => {
    expect(await move({ branch: 'move/web', base: 'main' })).toMatchObject({ kind: 'pushed' })
    expect(await move({ branch: 'move/web', base: 'main', value: `sha256:${'c'.repeat(64)}` })).toMatchObject({ kind: 'pushed', before: now })
    expect(git(remote, 'rev-list', '--count', 'move/web').trim()).toBe('3')
    expect(git(remote, 'show', 'main:values.yaml')).toBe(values)
  })
  it('is signed when the config of the user says so', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, 'key')])
    writeFileSync(join(root, 'allowed'), `a@example.com ${readFileSync(join(root, 'key.pub'), 'utf8')}`)
    for (const [key, value] of [['commit.gpgsign', 'true'], ['gpg.format', 'ssh'], ['user.signingkey', join(root, 'key')], ['gpg.ssh.allowedSignersFile', join(root, 'allowed')]]) git(root, 'config', '--global', key!, value!)
    const moved = await move()
    expect(git(work, 'log', '-1', '--format=%G?', (moved as { commit: string }).commit).trim()).toBe('G')
  })
})

describe('others push meanwhile', () => {
  /** Another clone pushes in the moment before ours does. */
  function interfere(edit: (text: string) => string, times: number): CommitMoveOptions['message'] {
    const other = join(root, 'other')
    git(root, 'clone', '-q', remote, 'other')
    let left = times
    return () => {
      if (left-- > 0) {
        git(other, 'pull', '-q', 'origin', 'main')
        writeFileSync(join(other, 'values.yaml'), edit(readFileSync(join(other, 'values.yaml'), 'utf8')))
        git(other, 'commit', '-qam', 'other')
        git(other, 'push', '-q', 'origin', 'HEAD:main')
      }
      return 'move\n'
    }
  }
  it('something else: the move is made again on top of theirs', async () => {
    const told: string[] = []
    const moved = await move({ message: interfere((t) => `${t}more: 1\r\n`, 2), onRetry: (n, why) => told.push(`${n} ${why}`) })
    expect(moved).toMatchObject({ kind: 'pushed', attempts: 3 })
    expect(told).toEqual([expect.stringMatching(/^1 \[rejected\] \((fetch first|non-fast-forward)\)/), expect.stringMatching(/^2 /)])
    expect(git(remote, 'show', 'main:values.yaml')).toBe(`${values.replace(old, now)}more: 1\r\nmore: 1\r\n`)
    expect(git(remote, 'rev-list', '--count', 'main').trim()).toBe('4')
  })
  it('the same digest: it is theirs that stays', async () => {
    const error = await caught(move({ message: interfere((t) => t.replace(old, `sha256:${'c'.repeat(64)}`), 1) }))
    expect([error.code, error.message]).toEqual(['gitops.edit', `values.yaml:3: image.digest was set to sha256:${'c'.repeat(64)} by somebody else meanwhile`])
  })
  it('without end: it gives up', async () => {
    let n = 0
    const error = await caught(move({ message: interfere((t) => `${t}n${++n}: 1\r\n`, 99) }))
    expect(error.message).toMatch(/main moved 5 times/)
  })
})

describe('without a push', () => {
  it('a branch that is checked out is left alone', async () => {
    const before = state(work)
    const error = await caught(move({ push: false }))
    expect(error.message).toMatch(/main is checked out/)
    expect(state(work)).toBe(before)
    expect(await move({ push: false, branch: 'next', base: 'main' })).toMatchObject({ kind: 'committed' })
    expect(git(work, 'show', 'next:values.yaml')).toBe(values.replace(old, now))
  })
  it('a dry run makes nothing', async () => {
    const objects = git(work, 'count-objects', '-v')
    expect(await move({ dryRun: true })).toMatchObject({ kind: 'would-commit', after: now })
    expect(git(work, 'count-objects', '-v')).toBe(objects)
    expect(git(remote, 'rev-list', '--count', 'main').trim()).toBe('1')
  })
})

describe('what is refused', () => {
  const cases: [string, Partial<CommitMoveOptions>, RegExp][] = [
    ['a path that is nowhere', { paths: ['image.sha'] }, /image\.sha is not in the files:\n {2}base\.yaml:1\n {2}values\.yaml:2$/],
    ['a file that is not there', { files: ['no.yaml'] }, /no\.yaml: there is no such file/],
    ['a branch that is not there', { branch: 'nope' }, /no branch "nope" at origin/],
    ['a remote that is not there', { remote: 'upstream' }, /no remote "upstream"/],
    ['a branch that is an option', { branch: '--upload-pack=touch pwned' }, /branch .* is refused/],
    ['a base that is an option', { branch: 'x', base: '-c' }, /branch .* is refused/],
    ['a remote that is an option', { remote: '--exec=x' }, /remote .* is refused/],
    ['a file out of the tree', { files: ['../x.yaml'] }, /leads out of the tree/],
    ['a file of git itself', { files: ['a/.git/config'] }, /leads out of the tree/],
    ['a transport that runs a program', { repository: 'ext::sh -c touch% pwned' }, /runs a program/],
    ['a repository that is an option', { repository: '--upload-pack=x' }, /repository .* is refused/],
    ['a host that is an option', { repository: 'ssh://-oProxyCommand=touch/x' }, /its host could be read as an option/],
    ['a scheme git would hand to a helper', { repository: 'foo://user:hunter2@host/x' }, /git over foo is not used here/],
  ]
  it.each(cases)('%s', async (_, more, message) => {
    const error = await caught(move(more))
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('hunter2')
    expect(git(remote, 'rev-list', '--count', 'main').trim()).toBe('1')
    expect(git(work, 'for-each-ref', 'refs/pintle').trim()).toBe('')
  })
  it('a link', async () => {
    git(work, 'update-index', '--add', '--cacheinfo', `120000,${git(work, 'hash-object', '-w', 'base.yaml').trim()},link.yaml`)
    git(work, 'commit', '-qm', 'link')
    git(work, 'push', '-q', 'origin', 'HEAD:main')
    expect((await caught(move({ files: ['link.yaml'] }))).message).toBe('link.yaml is a link')
  })
  it('a push that a hook of the server declines, with its words and no password', async () => {
    writeFileSync(join(remote, 'hooks/pre-receive'), '#!/bin/sh\necho "changes by pull request only" >&2\nexit 1\n', { mode: 0o755 })
    const error = await caught(move())
    expect(error.message).toMatch(/the server refused the push to main: \[remote rejected\] \(pre-receive hook declined\)/)
    expect(error.hint).toMatch(/pull request/)
  })
  it('a commit nobody signs for', async () => {
    writeFileSync(join(root, 'config'), '[user]\n\tuseConfigOnly = true\n')
    expect((await caught(move())).hint).toMatch(/user\.name and user\.email/)
  })
})

it('adds the key when asked, to the file that is named', async () => {
  expect(await move({ files: ['base.yaml'], paths: ['sidecar.image.digest'], add: true })).toMatchObject({ kind: 'pushed', before: undefined })
  expect(git(remote, 'show', 'main:base.yaml')).toBe(`image: {digest: ${old}}\nsidecar:\n  image:\n    digest: ${now}\n`)
})

it('keeps the name before a digest', async () => {
  writeFileSync(join(work, 'base.yaml'), `image: ghcr.io/acme/web:1.2@${old}\n`)
  git(work, 'commit', '-qam', 'whole')
  git(work, 'push', '-q', 'origin', 'HEAD:main')
  expect(await move({ files: ['base.yaml'], paths: ['image'] })).toMatchObject({ kind: 'pushed', after: `ghcr.io/acme/web:1.2@${now}` })
  expect(await move({ files: ['base.yaml'], paths: ['image'] })).toMatchObject({ kind: 'unchanged' })
})
