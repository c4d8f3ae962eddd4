import type { Entry } from './record.ts'
import type { EvidenceSettings } from './settings.ts'
import type { EvidenceStore, Head } from './store.ts'
import { keepAside } from './unsaved.ts'

export interface KeepOptions {
  readonly store: EvidenceStore
  readonly settings: EvidenceSettings
  /** Folder of pintle.yaml: what could not be stored is kept aside there. */
  readonly base: string
  readonly signal?: AbortSignal
}

/** Where a record is now. */
export interface KeepReport {
  readonly id: string
  /** The head of the chain with it; undefined when it was not stored. */
  readonly head?: Head
  /** Path of the record that could not be stored. */
  readonly aside?: string
  /** What did not work, in words. None of it loses the record. */
  readonly warnings: readonly string[]
}

/**
 * Stores a record and tells everybody who is to know: the last step of every run. A run is over by then, so that nothing here fails it: what does not work is in the report.
 * @throws PintleError file.write when neither the store nor the disk takes the record
 */
export async function keep(options: KeepOptions, entry: Entry, files: Readonly<Record<string, string>>): Promise<KeepReport> {
  const { store, base } = options
  try {
    const { head, recovered } = await store.append(entry, files)
    return { id: entry.id, head, warnings: recovered === undefined ? [] : [`the evidence store: ${recovered}`] }
  } catch (error) {
    const aside = keepAside(base, { entry, files })
    return { id: entry.id, aside, warnings: [`the record could not be stored, and is kept in ${aside} until \`pintle evidence push\`: ${(error as Error).message}`] }
  }
}
