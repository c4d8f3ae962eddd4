import { chmodSync, closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { PintleError } from '../../errors/index.ts'

/** Writes a file as writeAtomic does, and makes its folder when that is missing. */
export function writeInFolder(file: string, content: Uint8Array | string, mode?: number): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
  } catch (error) {
    throw cannotWrite(error, dirname(file))
  }
  writeAtomic(file, content, mode)
}

/**
 * Writes a file so that others see the old one or the whole new one. Upstream: internal/fileutil.
 * @throws PintleError file.write; nothing is left behind
 */
export function writeAtomic(file: string, content: Uint8Array | string, mode = 0o644): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const temporary = join(dirname(file), `${basename(file).slice(0, 100)}.${process.pid}-${process.hrtime.bigint().toString(36)}`)
  try {
    const handle = openSync(temporary, 'wx', mode)
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
    } finally {
      closeSync(handle)
    }
    // The umask does not count, as in Helm.
    chmodSync(temporary, mode)
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw cannotWrite(error, file)
  }
}

/** What a failed write means, in words. */
export function cannotWrite(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  const text = code === undefined ? undefined : texts[code]
  if (text === undefined) return error
  return new PintleError('file.write', `open ${file}: ${text}`, { cause: error, ...(code === 'ENOSPC' || code === 'EDQUOT' ? { hint: 'The disk is full: nothing was changed. Make room, for instance in the cache folders `pintle env` names.' } : {}) })
}

const texts: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on device', EDQUOT: 'disk quota exceeded', EACCES: 'permission denied', EROFS: 'read-only file system', EISDIR: 'is a directory',
  ENOTDIR: 'not a directory', EPERM: 'operation not permitted', ENOENT: 'no such file or directory', ENAMETOOLONG: 'file name too long', EEXIST: 'file exists',
}
