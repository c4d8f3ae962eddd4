import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file so that it is there whole or not at all, whatever ends the process or the machine. */
export function writeDurably(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`
  const fd = openSync(temporary, 'w', 0o600)
  try {
    writeFileSync(fd, content)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
  syncFolder(dirname(path))
}

/** Adds to the end of a file, on disk when it returns. */
export function appendDurably(path: string, text: string): void {
  const fd = openSync(path, 'a', 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** A new name in a folder is on disk only when the folder is. */
export function syncFolder(path: string): void {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    // Windows opens no folders, and needs none of this.
    return
  }
  try {
    fsyncSync(fd)
  } catch {
    // Some file systems cannot.
  } finally {
    closeSync(fd)
  }
}

/** A name that `writeDurably` gives to what is not complete: left behind by a process that ended in between. */
export const isUnfinished = (name: string): boolean => /\.\d+\.tmp$/.test(name)
