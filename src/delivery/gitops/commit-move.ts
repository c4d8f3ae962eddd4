import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { editFile, type FileEdit, type Move } from './edit-file.ts'
import { Git, checkBranch, checkFile, checkRemote, checkUrl, isUrl } from '../git/index.ts'

export interface CommitMoveOptions extends Move {
  /** A folder in a repository, or a URL. */
  readonly repository: string
  /** Default origin. */
  readonly remote?: string
  /** Where the commit goes. */
  readonly branch: string
  /** Where a branch begins that is not there yet. */
  readonly base?: string
  /** Files from the root of the repository; the last one that has a path counts, as the last values file does. */
  readonly files: readonly string[]
  readonly push?: boolean
  /** Commits nothing. */
  readonly dryRun?: boolean
  readonly message: (moved: { file: string; path: string; before: string | undefined; after: string }) => string
  readonly signal?: AbortSignal
  readonly env?: NodeJS.ProcessEnv
  /** Told when somebody was faster and the move is made again. */
  readonly onRetry?: (attempt: number, why: string) => void
}

export type Moved = {
  readonly branch: string
  readonly file: string
  readonly path: string
  readonly line: number
} & (
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'would-commit' | 'committed' | 'pushed'; readonly commit: string; readonly before: string | undefined; readonly after: string; readonly aliases: number; readonly attempts: number }
)

const maxFile = 8 << 20
const maxAttempts = 5

/** How the repository is reached. */
interface Means {
  readonly remote: string
  /** A ref of our own for what is fetched. */
  readonly mark: string
  readonly index: string
  readonly fetches: boolean
  readonly shallow: boolean
}

/**
 * Commits a move to a branch without a work tree: file, tree and commit are made as objects, with an index of their own, so that the user's files, index and
 * branch are never touched. Pushed against others, it is made again on the new head, unless they moved the same thing.
 * @throws PintleError gitops.git, gitops.edit, usage, yaml.parse; the signal's reason
 */
export async function commitMove(options: CommitMoveOptions): Promise<Moved> {
  checkBranch(options.branch)
  if (options.base !== undefined) checkBranch(options.base)
  for (const file of options.files) checkFile(file)
  const remote = checkRemote(options.remote ?? 'origin')
  const scratch = mkdtempSync(join(tmpdir(), 'pintle-gitops-'))
  const url = isUrl(options.repository) || options.repository.startsWith('-')
  const git = new Git(url ? scratch : options.repository, { ...(options.signal ? { signal: options.signal } : {}), ...(options.env ? { env: options.env } : {}) })
  const mark = `refs/pintle/${randomBytes(8).toString('hex')}`
  try {
    if (url) await prepareClone(git, checkUrl(options.repository), remote)
    else if (options.push === true && !(await git.text(['remote'])).split('\n').includes(remote)) throw new PintleError('gitops.git', `the repository has no remote ${JSON.stringify(remote)}`, { hint: 'Name it with --remote.' })
    return await new CommitRun(git, options, { remote, mark, index: join(scratch, 'index'), fetches: url || options.push === true, shallow: url }).run()
  } finally {
    if (!url) await new Git(options.repository, options.env ? { env: options.env } : {}).run(['update-ref', '-d', mark]).catch(() => {})
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** An empty repository that knows the remote: what is needed is fetched, nothing is checked out. */
async function prepareClone(git: Git, url: string, remote: string): Promise<void> {
  await git.run(['init', '--quiet', '--bare', '.'])
  await git.run(['remote', 'add', remote, url])
}

class CommitRun {
  readonly #git: Git
  readonly #options: CommitMoveOptions
  readonly #how: Means

  constructor(git: Git, options: CommitMoveOptions, how: Means) {
    this.#git = git
    this.#options = options
    this.#how = how
  }

  async run(): Promise<Moved> {
    const { branch, push, dryRun, message, onRetry } = this.#options
    if (push !== true && dryRun !== true && !this.#how.shallow) await this.#refuseCheckedOut(branch)
    let first: string | undefined
    for (let attempt = 1; ; attempt++) {
      const head = await this.#head()
      const { file, mode, edit } = await this.#edit(head.commit)
      const place = { branch, file, path: edit.path, line: edit.line }
      if (edit.kind === 'same') return { kind: 'unchanged', ...place }
      if (attempt > 1 && first !== edit.before) throw new PintleError('gitops.edit', `${file}:${edit.line}: ${edit.path} was set to ${edit.before ?? 'nothing'} by somebody else meanwhile`, { hint: 'Look at the branch, and decide which one is to stay.' })
      first = edit.before
      const facts = { ...place, before: edit.before, after: edit.after, aliases: edit.aliases, attempts: attempt }
      if (dryRun === true) return { kind: 'would-commit', commit: head.commit, ...facts }
      const commit = await this.#commit(head.commit, { file, mode, text: edit.text, message: message({ file, path: edit.path, before: edit.before, after: edit.after }) })
      const lost = push === true ? await this.#push(commit) : await this.#move(commit, head.exists ? head.commit : '')
      if (lost === undefined) return { kind: push === true ? 'pushed' : 'committed', commit, ...facts }
      if (attempt === maxAttempts) throw new PintleError('gitops.git', `${branch} moved ${maxAttempts} times while the commit was made: ${lost}`, { hint: 'Try again when others are done.' })
      onRetry?.(attempt, lost)
    }
  }

  /** The commit to build on; `exists` when it is the branch's own. */
  async #head(): Promise<{ commit: string; exists: boolean }> {
    const { branch, base } = this.#options
    const own = await this.#resolve(branch)
    if (own !== undefined) return { commit: own, exists: true }
    const start = base === undefined ? undefined : await this.#resolve(base)
    if (start !== undefined) return { commit: start, exists: false }
    const missing = base ?? branch
    throw new PintleError('gitops.git', `there is no branch ${JSON.stringify(missing)}${this.#how.fetches ? ` at ${this.#how.remote}` : ''}`, { hint: base === undefined ? 'Check its name; --base names where a new branch begins.' : 'Check --base.' })
  }

  async #resolve(branch: string): Promise<string | undefined> {
    const { remote, mark, fetches, shallow } = this.#how
    const ref = fetches ? mark : `refs/heads/${branch}`
    if (fetches) {
      const fetched = await this.#git.run(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--refmap=', ...(shallow ? ['--depth=1'] : []), remote, `+refs/heads/${branch}:${mark}`], { allow: [1, 128] })
      if (fetched.code !== 0) {
        if (/couldn't find remote ref/i.test(fetched.stderr)) return undefined
        // The same once more, for its error.
        await this.#git.run(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--refmap=', remote, `+refs/heads/${branch}:${mark}`])
      }
    }
    const answer = await this.#git.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], { allow: [1, 128] })
    return answer.code === 0 ? answer.stdout.toString().trim() : undefined
  }

  /** The move in the last file that has its path. */
  async #edit(commit: string): Promise<{ file: string; mode: string; text: string; edit: Exclude<FileEdit, { kind: 'missing' }> }> {
    const { files, add } = this.#options
    const missing: string[] = []
    for (const file of [...files].reverse()) {
      const found = await this.#read(commit, file)
      if (found === undefined) {
        missing.push(`  ${file}: there is no such file`)
        continue
      }
      // What is missing is added to the last file, once none has it.
      const edit = editFile(file, found.text, { ...this.#options, add: add === true && files.length === 1 })
      if (edit.kind !== 'missing') return { file, ...found, edit }
      missing.push(`  ${file}:${edit.line}${edit.merged ? ': it may come in by the merge key here; adding it overrides that' : ''}`)
    }
    if (add === true && files.length > 1) {
      for (const file of [...files].reverse()) {
        const found = await this.#read(commit, file)
        const edit = found && editFile(file, found.text, this.#options)
        if (found !== undefined && edit !== undefined && edit.kind !== 'missing') return { file, ...found, edit }
      }
    }
    const shown = this.#options.paths.length === 1 ? this.#options.paths[0]! : `none of ${this.#options.paths.slice(0, 4).join(', ')}${this.#options.paths.length > 4 ? ', …' : ''}`
    throw new PintleError('gitops.edit', `${shown} is ${this.#options.paths.length === 1 ? 'not ' : ''}in ${files.length === 1 ? 'the file' : 'the files'}:\n${missing.reverse().join('\n')}`, {
      hint: `Name the place with --path, or add it: --file ${files.at(-1)} --path ${this.#options.paths[0]} --add.`,
    })
  }

  async #read(commit: string, file: string): Promise<{ mode: string; text: string } | undefined> {
    const listed = (await this.#git.run(['ls-tree', '--full-tree', '-z', commit, '--', file])).stdout.toString()
    if (listed === '') return undefined
    const entry = /^(\d{6}) (\w+) ([0-9a-f]{40,64})\t/.exec(listed)
    const kind = entry?.[1] === '120000' ? 'a link' : entry?.[2] === 'tree' ? 'a folder' : entry?.[2] === 'commit' ? 'a submodule' : undefined
    if (entry === null || kind !== undefined) throw new PintleError('gitops.edit', `${file} is ${kind ?? 'no file'}`, { hint: 'Name the file itself with --file.' })
    const size = Number(await this.#git.text(['cat-file', '-s', entry[3]!]))
    if (size > maxFile) throw new PintleError('gitops.edit', `${file} is larger than ${maxFile >> 20} MiB`)
    const bytes = (await this.#git.run(['cat-file', 'blob', entry[3]!])).stdout
    const text = bytes.toString()
    if (!Buffer.from(text).equals(bytes)) throw new PintleError('gitops.edit', `${file} is not UTF-8`)
    return { mode: entry[1]!, text }
  }

  async #commit(parent: string, change: { file: string; mode: string; text: string; message: string }): Promise<string> {
    const git = this.#git
    const env = { GIT_INDEX_FILE: this.#how.index }
    const blob = await git.text(['hash-object', '-w', '--stdin'], { input: change.text })
    await git.run(['read-tree', parent], { env })
    await git.run(['update-index', '--cacheinfo', `${change.mode},${blob},${change.file}`], { env })
    const tree = await git.text(['write-tree'], { env })
    const signs = (await git.text(['config', '--type=bool', '--default=false', '--get', 'commit.gpgsign'])) === 'true'
    return git.text(['commit-tree', ...(signs ? ['-S'] : []), '-p', parent, '-F', '-', tree], { input: change.message })
  }

  /** Pushes. @returns what was in the way, when somebody was faster */
  async #push(commit: string): Promise<string | undefined> {
    const { branch } = this.#options
    const answer = await this.#git.run(['push', '--porcelain', '--no-follow-tags', '--recurse-submodules=no', this.#how.remote, `${commit}:refs/heads/${branch}`], { allow: [1] })
    if (answer.code === 0) return undefined
    const line = answer.stdout.toString().split('\n').find((l) => l.startsWith('!')) ?? ''
    const why = /\[.*$/.exec(line)?.[0] ?? line
    if (/fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value|reference already exists/i.test(line)) return why
    throw new PintleError('gitops.git', `the server refused the push to ${branch}: ${why || answer.stderr.trim().slice(0, 2000)}`, { hint: /protected|hook declined|denied/i.test(why + answer.stderr) ? 'The branch is protected: push to another one with --branch NAME --base, and open a pull request.' : 'git push says more.' })
  }

  async #move(commit: string, from: string): Promise<string | undefined> {
    const answer = await this.#git.run(['update-ref', '-m', 'pintle gitops commit', `refs/heads/${this.#options.branch}`, commit, from], { allow: [1, 128] })
    return answer.code === 0 ? undefined : answer.stderr.trim().split('\n')[0] ?? 'the branch moved'
  }

  async #refuseCheckedOut(branch: string): Promise<void> {
    const list = await this.#git.text(['worktree', 'list', '--porcelain'])
    if (!list.split('\n').includes(`branch refs/heads/${branch}`)) return
    throw new PintleError('gitops.git', `${branch} is checked out, and your files would no longer fit it`, { hint: `Push it with --push, which leaves your branch alone, or commit to a new branch: --branch NAME --base ${branch}.` })
  }
}
