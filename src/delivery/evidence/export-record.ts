import { canonicalJson } from '../attestation/index.ts'
import { broken } from './chain-file.ts'
import { isPlainName } from './plain-name.ts'
import { deployNote } from './note.ts'
import { isAddendum } from './record.ts'
import type { EvidenceStore, StoredEntry } from './store.ts'

/** One file of an exported entry. */
export interface ExportedFile {
  readonly name: string
  readonly content: string | Uint8Array
}

/** The name an entry is known by outside of its store: sorts as the chain does. */
export const exportName = ({ sequence, entry }: Pick<StoredEntry, 'sequence' | 'entry'>): string => `${String(sequence).padStart(8, '0')}-${entry.id.replaceAll(/[^\w.-]/g, '_')}`

/**
 * An entry as files that stand for themselves: `line.json` is its line of the chain, `record.json` the same to read, `note.md` of a record, and its own files.
 * Sinks and `pintle evidence export` write these.
 * @throws PintleError evidence.broken when a file is missing or changed
 */
export async function exportEntry(store: EvidenceStore, stored: StoredEntry): Promise<ExportedFile[]> {
  const { entry, hash, previous, sequence } = stored
  const out: ExportedFile[] = [
    { name: 'line.json', content: `${canonicalJson({ entry, hash, previous, sequence, version: 2 })}\n` },
    { name: 'record.json', content: `${JSON.stringify(entry, undefined, 2)}\n` },
  ]
  if (isAddendum(entry)) return out
  out.push({ name: 'note.md', content: deployNote(entry, [], hash) })
  for (const name of Object.keys(entry.files)) {
    const content = await store.file(entry, name)
    if (content === undefined) throw broken(`the file ${name} of ${entry.id} is missing`)
    // Names of our own are plain; what a strange store holds leads nowhere else.
    out.push({ name: isPlainName(name) && !out.some((f) => f.name === name) ? name : `file-${out.length}`, content })
  }
  return out
}
