import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { pause } from '../http/index.ts'
import { noRepositories, readRepositories, writeRepositories, type RepositoriesFile } from './repositories.ts'
import { cannotWrite } from './write-atomic.ts'

/** How long to wait for another process, as Helm does. */
const patience = 30_000
/** Our own lock lasts for milliseconds: one older than this was left by a process that died. */
const staleAfter = 10_000

/**
 * Changes repositories.yaml while other processes do the same, Helm's among them.
 *
 * Helm takes flock(2) on repositories.lock while it adds a repository, from reading the file to writing it. Node cannot take such a lock, but Linux
 * tells who holds one (/proc/locks): it is waited for, the file is changed at once, and when somebody took the lock meanwhile and wrote back what it had
 * read before, the change is made again.
 * @param change pure: may run several times; returns undefined to leave the file alone
 * @throws PintleError repo.config when the lock is not given up in time
 */
export async function changeRepositories(path: string, change: (file: RepositoriesFile) => RepositoriesFile | undefined, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
  const lock = lockPath(path)
  const started = Date.now()
  const waited = async (): Promise<void> => {
    if (Date.now() - started > patience) throw new PintleError('repo.config', 'context deadline exceeded', { hint: `Another process holds ${lock}.` })
    await pause(50, options.signal)
  }
  makeLockFile(lock)
  for (let wrote: string | undefined; ;) {
    options.signal?.throwIfAborted()
    if (isHeld(lock)) {
      await waited()
      continue
    }
    if (wrote !== undefined && contents(path) === wrote) return
    if (!takeOwn(lock)) {
      await waited()
      continue
    }
    try {
      const next = change(readRepositories(path) ?? noRepositories)
      if (next === undefined) return
      writeRepositories(path, next)
      wrote = contents(path)
    } finally {
      rmSync(ownLock(lock), { force: true })
    }
    if (!isHeld(lock)) return
  }
}

/** Upstream: run in pkg/cmd/repo_add.go. */
function lockPath(path: string): string {
  const extension = extname(path)
  return extension !== '' && extension.length < path.length ? `${path.slice(0, -extension.length)}.lock` : `${path}.lock`
}

const ownLock = (lock: string): string => `${lock}.pintle`

function makeLockFile(lock: string): void {
  try {
    mkdirSync(dirname(lock), { recursive: true })
    closeSync(openSync(lock, 'a', 0o600))
  } catch (error) {
    throw cannotWrite(error, lock)
  }
}

/** Whether a process holds flock(2) on the file, as far as this system tells. */
function isHeld(lock: string): boolean {
  let table: string
  try {
    table = readFileSync('/proc/locks', 'utf8')
  } catch {
    return false
  }
  const ino = statSync(lock, { throwIfNoEntry: false })?.ino
  if (ino === undefined) return false
  // The device is not compared: overlays show another one than stat does. A lock elsewhere with the same number costs a short wait.
  return table.split('\n').some((line) => / FLOCK .* [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line)?.[1] === String(ino))
}

function takeOwn(lock: string): boolean {
  const own = ownLock(lock)
  try {
    closeSync(openSync(own, 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(error, own)
  }
  const age = Date.now() - (statSync(own, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (age > staleAfter) rmSync(own, { force: true })
  return false
}

function contents(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
