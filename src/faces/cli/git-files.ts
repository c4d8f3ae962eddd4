import { resolve } from 'node:path'
import { Git } from '../../delivery/git/index.ts'
import { PintleError } from '../../errors/index.ts'

/** A file as it is in Git's index. */
export interface IndexedFile {
  /** Relative to the folder that was asked about. */
  readonly path: string
  /** undefined: larger than is read, or no file (a submodule, a name that git cannot be asked about). */
  readonly bytes: Buffer | undefined
}

/** Larger ones are not read. */
export const largestBlob = 8 * 1024 * 1024

/**
 * The files of a folder that are in Git's index: of a commit that is being made (`git commit -a` gives hooks an index of its own) what will be in it.
 * @param changed only those that differ from the last commit
 * @throws PintleError gitops.git with what git says
 */
export async function* indexedFiles(folder: string, changed: boolean, signal: AbortSignal): AsyncGenerator<IndexedFile> {
  const git = new Git(folder, { signal })
  const index = process.env.GIT_INDEX_FILE
  const options = index === undefined ? {} : { env: { GIT_INDEX_FILE: resolve(index) } }
  const list = changed ? ['diff', '--cached', '--name-only', '--no-renames', '--no-ext-diff', '--diff-filter=d', '--relative', '-z'] : ['ls-files', '--cached', '-z']
  const paths = [...new Set((await git.run(list, options)).stdout.toString().split('\0').filter((p) => p !== ''))]
  const askable = paths.filter((path) => !path.includes('\n'))
  for (const path of paths) if (path.includes('\n')) yield { path, bytes: undefined }
  const heads = (await git.run(['cat-file', '--batch-check'], { ...options, input: askable.map((path) => `:./${path}\n`).join('') })).stdout.toString().split('\n')
  let batch: { path: string; id: string; size: number }[] = []
  for (const [i, path] of askable.entries()) {
    const [id, type, size] = (heads[i] ?? '').split(' ')
    if (id === undefined || type !== 'blob' || Number(size) > largestBlob) {
      yield { path, bytes: undefined }
      continue
    }
    if (batch.reduce((sum, b) => sum + b.size + 100, Number(size)) > largestBlob || batch.length >= 1000) {
      yield* contents(git, batch)
      batch = []
    }
    batch.push({ path, id, size: Number(size) })
  }
  yield* contents(git, batch)
}

/** `<id> blob <size>`, the bytes, a newline: git-cat-file(1), batch output. */
async function* contents(git: Git, batch: readonly { path: string; id: string; size: number }[]): AsyncGenerator<IndexedFile> {
  if (batch.length === 0) return
  const { stdout } = await git.run(['cat-file', '--batch'], { input: batch.map((b) => `${b.id}\n`).join('') })
  let at = 0
  for (const { path, id, size } of batch) {
    const start = stdout.indexOf(10, at) + 1
    if (start === 0 || stdout.subarray(at, start).toString() !== `${id} blob ${size}\n`) throw new PintleError('gitops.git', 'git cat-file answered something else than was asked')
    yield { path, bytes: stdout.subarray(start, start + size) }
    at = start + size + 1
  }
}
