import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Numbers of Linux' file systems that keep files in memory: tmpfs and ramfs. */
const memoryTypes = new Set([0x01021994, 0x858458f6])

/** A folder that only its owner can enter, for a file in plain text that another program must see. */
export interface SecretFolder {
  readonly path: string
  /** Nothing in it reaches a disk, but for swap. */
  readonly inMemory: boolean
  /** Takes it away with all that is in it. */
  remove(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/**
 * Makes a folder in memory where there is one, else in the folder for temporary files. It goes with the process however that ends, but for SIGKILL and a lost machine.
 * @param onSignal is called when a signal ends the work; the folder is gone then
 */
export function secretFolder(onSignal: (name: NodeJS.Signals) => void): SecretFolder {
  const memory = [process.env.XDG_RUNTIME_DIR, '/dev/shm'].find((path) => path !== undefined && path !== '' && isMemory(path))
  const path = mkdtempSync(join(memory ?? tmpdir(), 'pintle-'))
  chmodSync(path, 0o700)
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true })
    process.off('exit', remove)
    for (const name of signals) process.off(name, stop)
  }
  const stop = (name: NodeJS.Signals): void => {
    remove()
    onSignal(name)
  }
  process.on('exit', remove)
  for (const name of signals) process.on(name, stop)
  return { path, inMemory: memory !== undefined, remove }
}

function isMemory(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return memoryTypes.has(statfsSync(path).type)
  } catch {
    return false
  }
}
