import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { PintleError } from '../../errors/index.ts'

/** Opens a database of node:sqlite, which Node 22 calls experimental on stderr; that word is for whoever chose it, which is this file. */
export function openSqlite(path: string, options: { readOnly?: boolean } = {}): DatabaseSync {
  const emit = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) (emit as (...args: unknown[]) => void).call(process, warning, ...rest)
  }) as typeof process.emitWarning
  try {
    const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite')
    return new Database(path, options)
  } finally {
    process.emitWarning = emit
  }
}

const busy = 5

/**
 * Runs `work` while no other process does: an exclusive transaction on an empty database, which is a lock that the operating system gives back when the process ends,
 * however it ends.
 * @throws PintleError evidence.store when another process holds it for longer than `patience` milliseconds, or the file is no lock
 */
export async function whileLocked<T>(path: string, work: () => Promise<T>, options: { patience?: number; signal?: AbortSignal } = {}): Promise<T> {
  const until = Date.now() + (options.patience ?? 60_000)
  let lock: DatabaseSync | undefined
  try {
    for (;;) {
      try {
        lock ??= openSqlite(path)
        lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
        break
      } catch (error) {
        if ((error as { errcode?: number }).errcode !== busy) throw new PintleError('evidence.store', `cannot lock the evidence store: ${path}: ${(error as Error).message}`, { cause: error })
        if (Date.now() > until) throw new PintleError('evidence.store', `another process holds the lock of the evidence store: ${path}`, { hint: 'Wait for it, or end it.' })
        await sleep(5 + Math.random() * 20, undefined, options.signal ? { signal: options.signal } : {})
      }
    }
    return await work()
  } finally {
    lock?.close()
  }
}
