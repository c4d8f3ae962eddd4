import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { Git, checkBranch, checkRemote, checkUrl, isUrl } from '../../git/index.ts'
import { exportName, type ExportedFile } from '../export-record.ts'
import type { Sink } from './sink.ts'

export interface GitTarget {
  /** A folder in a repository, or a URL. */
  readonly repository: string
  readonly branch: string
  /** Remote to push to; a URL is always pushed to. */
  readonly push?: string
}

const attempts = 5

/** A commit an entry on a branch that holds nothing but evidence, made without a work tree. When somebody else pushed meanwhile it is made again on theirs. */
export function gitSink({ repository, branch, push }: GitTarget): Sink {
  checkBranch(branch)
  const isRemote = isUrl(repository)
  return {
    name: `git:${repository.replace(/\/\/[^/@]*@/, '//')}#${branch}`,
    wantsHistory: true,
    async send(stored, files, signal) {
      const scratch = mkdtempSync(join(tmpdir(), 'pintle-evidence-'))
      const mark = `refs/pintle/${randomBytes(8).toString('hex')}`
      const git = new Git(isRemote ? scratch : repository, { signal })
      const remote = isRemote ? 'origin' : push && checkRemote(push)
      try {
        if (isRemote) {
          await git.run(['init', '--quiet', '--bare', '.'])
          await git.run(['remote', 'add', 'origin', checkUrl(repository)])
        } else if (remote === undefined && (await git.text(['worktree', 'list', '--porcelain'])).split('\n').includes(`branch refs/heads/${branch}`)) {
          throw new PintleError('evidence.sink', `the branch ${branch} is checked out; evidence wants one of its own`)
        }
        const name = exportName(stored)
        const content = await files()
        for (let attempt = 1; ; attempt++) {
          const head = await headOf(git, branch, remote, mark)
          if (head !== undefined && (await git.run(['cat-file', '-e', `${head}:${name}/line.json`], { allow: [1, 128] })).code === 0) return
          const commit = await commitOn(git, head, name, content, { index: join(scratch, 'index'), message: `evidence: ${stored.entry.id}\n\nhead ${stored.hash}\n` })
          const lost = remote === undefined ? await move(git, branch, commit, head) : await pushed(git, remote, branch, commit)
          if (lost === undefined) return
          if (attempt === attempts) throw new PintleError('evidence.sink', `${branch} moved ${attempts} times meanwhile: ${lost}`)
        }
      } finally {
        if (!isRemote) await new Git(repository).run(['update-ref', '-d', mark]).catch(() => {})
        rmSync(scratch, { recursive: true, force: true })
      }
    },
  }
}

/** The last commit of the branch, which may not be there yet. */
async function headOf(git: Git, branch: string, remote: string | undefined, mark: string): Promise<string | undefined> {
  let ref = `refs/heads/${branch}`
  if (remote !== undefined) {
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--refmap=', remote, `+${ref}:${mark}`]
    const fetched = await git.run(args, { allow: [1, 128] })
    if (fetched.code !== 0) {
      if (/couldn't find remote ref/i.test(fetched.stderr)) return undefined
      // The same once more, for its error.
      await git.run(args)
    }
    ref = mark
  }
  const answer = await git.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], { allow: [1, 128] })
  return answer.code === 0 ? answer.stdout.toString().trim() : undefined
}

async function commitOn(git: Git, head: string | undefined, folder: string, files: readonly ExportedFile[], options: { index: string; message: string }): Promise<string> {
  const env = { GIT_INDEX_FILE: options.index }
  await git.run(head === undefined ? ['read-tree', '--empty'] : ['read-tree', head], { env })
  const lines: string[] = []
  for (const { name, content } of files) lines.push(`100644 ${await git.text(['hash-object', '-w', '--stdin'], { input: content })}\t${folder}/${name}`)
  await git.run(['update-index', '--add', '-z', '--index-info'], { env, input: lines.map((l) => `${l}\0`).join('') })
  const tree = await git.text(['write-tree'], { env })
  const signs = (await git.text(['config', '--type=bool', '--default=false', '--get', 'commit.gpgsign'])) === 'true'
  // A machine without a name for git must not lose evidence for it.
  const named = (await git.run(['var', 'GIT_COMMITTER_IDENT'], { allow: [1, 128] })).code === 0
  const who = named ? {} : Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap((role) => [[`GIT_${role}_NAME`, 'Pintle'], [`GIT_${role}_EMAIL`, 'pintle@localhost']]))
  return git.text(['commit-tree', ...(signs ? ['-S'] : []), ...(head === undefined ? [] : ['-p', head]), '-F', '-', tree], { input: options.message, env: who })
}

/** @returns what was in the way, when somebody was faster */
async function move(git: Git, branch: string, commit: string, from: string | undefined): Promise<string | undefined> {
  const answer = await git.run(['update-ref', '-m', 'pintle evidence', `refs/heads/${branch}`, commit, from ?? '0'.repeat(commit.length)], { allow: [1, 128] })
  return answer.code === 0 ? undefined : (answer.stderr.trim().split('\n')[0] ?? 'the branch moved')
}

async function pushed(git: Git, remote: string, branch: string, commit: string): Promise<string | undefined> {
  const answer = await git.run(['push', '--porcelain', '--no-follow-tags', '--recurse-submodules=no', remote, `${commit}:refs/heads/${branch}`], { allow: [1] })
  if (answer.code === 0) return undefined
  const line = answer.stdout.toString().split('\n').find((l) => l.startsWith('!')) ?? ''
  if (/fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value|reference already exists/i.test(line)) return line
  throw new PintleError('evidence.sink', `the server refused the push to ${branch}: ${line.slice(0, 500) || 'without a word'}`)
}
