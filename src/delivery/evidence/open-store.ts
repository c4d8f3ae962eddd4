import { resolve } from 'node:path'
import type { EvidenceStore } from './store.ts'

/** @param location a folder, or a URL of PostgreSQL. @param base what a relative folder is relative to */
export async function openStore(location: string, base: string): Promise<EvidenceStore> {
  if (/^postgres(ql)?:\/\//.test(location)) return new (await import('./postgres-store.ts')).PostgresStore(location)
  return new (await import('./file-store.ts')).FileStore(resolve(base, location))
}
