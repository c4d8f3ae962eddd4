import { realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { Git, withoutCredentials } from '../git/index.ts'
import type { GitOrigin } from './service-source.ts'

/**
 * The repository a folder is in, as a controller would clone it.
 * @returns undefined where there is none, or no remote
 */
export async function gitOrigin(folder: string, options: { remote?: string; url?: string; revision?: string; signal?: AbortSignal } = {}): Promise<(GitOrigin & { root: string; dirty: string[] }) | undefined> {
  const git = new Git(folder, options.signal ? { signal: options.signal } : {})
  const top = await git.run(['rev-parse', '--show-toplevel'], { allow: [128] })
  if (top.code !== 0) return undefined
  const remote = await git.run(['remote', 'get-url', options.remote ?? 'origin'], { allow: [2, 128] })
  const url = options.url || (remote.code === 0 ? remote.stdout.toString().trim() : '')
  if (url === '') return undefined
  const branch = await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { allow: [1, 128] })
  const revision = options.revision || (branch.code === 0 ? branch.stdout.toString().trim() : await git.text(['rev-parse', 'HEAD']))
  const root = top.stdout.toString().trim()
  // `XY path`, and after a rename the old path (git-status(1), porcelain version 1).
  const status = (await git.run(['-C', root, 'status', '--porcelain', '-z', '--no-renames'])).stdout.toString()
  return { url: withoutUser(url), revision, root, dirty: status.split('\0').filter(Boolean).map((line) => line.slice(3)) }
}

/** A file's or folder's path from the root of a repository; undefined outside of it. */
export function inRepository(root: string, path: string): string | undefined {
  let real: string
  try {
    real = realpathSync(path)
  } catch {
    return undefined
  }
  const inside = relative(realpathSync(root), real).split(sep).join('/')
  return inside === '..' || inside.startsWith('../') || /^[a-zA-Z]:/.test(inside) ? undefined : inside
}

/** A URL nobody can log in with; the user of an SSH address is part of it. */
const withoutUser = (url: string): string => (/^ssh:/i.test(url) ? url.replace(/^(ssh:\/\/[^/@:]*):[^/@]*@/i, '$1@') : withoutCredentials(url).replace('***@', ''))
