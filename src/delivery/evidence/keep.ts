import type { Entry } from './record.ts'
import type { Cluster } from '../../cluster/kube/index.ts'
import { anchorHead } from './anchor.ts'
import { deliver, startAt } from './deliver.ts'
import type { Sink } from './sinks/sink.ts'
import type { Added, EvidenceStore, Head } from './store.ts'
import { keepAside } from './unsaved.ts'

export interface KeepOptions {
  readonly store: EvidenceStore
  readonly sinks: readonly Sink[]
  /** Folder of pintle.yaml: what could not be stored is kept aside there. */
  readonly base: string
  /** Where the head is noted beside the release. */
  readonly anchor?: { readonly cluster: Cluster; readonly namespace: string; readonly release: string }
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
  const { store, base, sinks } = options
  let added: Added
  try {
    added = await store.append(entry, files)
  } catch (error) {
    const aside = keepAside(base, { entry, files })
    return { id: entry.id, aside, warnings: [`the record could not be stored, and is kept in ${aside} until \`pintle evidence push\`: ${(error as Error).message}`] }
  }
  const warnings = added.recovered === undefined ? [] : [`the evidence store: ${added.recovered}`]
  if (options.anchor !== undefined) {
    await anchorHead(options.anchor.cluster, options.anchor, added, { signal: AbortSignal.timeout(10_000) }).catch((error: Error) => {
      warnings.push(`the head of the evidence could not be noted beside the release (evidence.anchor: false leaves it out): ${error.message}`)
    })
  }
  try {
    await startAt(store, sinks, added.head.sequence)
    for (const { sink, error } of await deliver(store, sinks, { timeout: 30_000, ...(options.signal ? { signal: options.signal } : {}) })) {
      if (error !== undefined) warnings.push(`the record is not in ${sink} yet (\`pintle evidence push\` tries again): ${error.message}`)
    }
  } catch (error) {
    warnings.push(`sinks were not served: ${(error as Error).message}`)
  }
  return { id: entry.id, head: added.head, warnings }
}
