import type { ExportedFile } from '../export-record.ts'
import type { StoredEntry } from '../store.ts'

/** Somewhere else that entries go. Being given the same entry twice does no harm. */
export interface Sink {
  /** Known by this for ever: how far it was served is remembered under it. Holds no secret. */
  readonly name: string
  /** It wants every entry there ever was; else those from its first run on. */
  readonly wantsHistory: boolean
  /**
   * Takes one entry.
   * @param files what an exported entry consists of
   * @throws what went wrong; the entry is offered again
   */
  send(stored: StoredEntry, files: () => Promise<readonly ExportedFile[]>, signal: AbortSignal): Promise<void>
}
