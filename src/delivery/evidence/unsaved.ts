import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { makeFolder, writeDurably } from './durable-file.ts'
import { isPlainName } from './plain-name.ts'
import type { Entry } from './record.ts'
import type { Added, EvidenceStore } from './store.ts'

/** An entry with its files, as it lies aside. */
interface Unsaved {
  readonly entry: Entry
  readonly files: Readonly<Record<string, string>>
}

const folderOf = (base: string): string => join(base, '.pintle', 'unsaved-evidence')

/**
 * Keeps aside what a store could not take, so that no record is lost: beside pintle.yaml, else in the folder for temporary files.
 * @returns the path
 * @throws PintleError file.write when it can be written nowhere
 */
export function keepAside(base: string, unsaved: Unsaved): string {
  let fault: unknown
  for (const folder of [folderOf(base), join(tmpdir(), 'pintle-unsaved-evidence')]) {
    try {
      makeFolder(folder)
      const path = join(folder, `${unsaved.entry.id}.json`)
      writeDurably(path, JSON.stringify(unsaved))
      return path
    } catch (error) {
      fault = error
    }
  }
  throw new PintleError('file.write', `the record ${unsaved.entry.id} could be written nowhere: ${(fault as Error).message}`, { cause: fault })
}

/** Puts into the store what lies aside beside pintle.yaml. What the store has already is only removed. */
export async function storeUnsaved(store: EvidenceStore, base: string): Promise<Added[]> {
  const folder = folderOf(base)
  const added: Added[] = []
  for (const name of existsSync(folder) ? readdirSync(folder).filter((n) => n.endsWith('.json') && isPlainName(n)).sort() : []) {
    const path = join(folder, name)
    let unsaved: Unsaved
    try {
      unsaved = JSON.parse(readFileSync(path, 'utf8')) as Unsaved
    } catch (error) {
      throw new PintleError('evidence.store', `${path} is no record: ${(error as Error).message}`, { cause: error })
    }
    if ((await store.read(unsaved.entry.id))?.entry.id !== unsaved.entry.id) added.push(await store.append(unsaved.entry, unsaved.files))
    rmSync(path)
  }
  return added
}
