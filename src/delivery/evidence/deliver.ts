import type { Sink } from './sinks/sink.ts'
import { exportEntry } from './export-record.ts'
import type { EvidenceStore } from './store.ts'

export interface Delivered {
  readonly sink: string
  /** How many entries it took this time. */
  readonly sent: number
  /** Why it did not take the next one. */
  readonly error?: Error
}

export interface DeliverOptions {
  /** Milliseconds for each sink. */
  readonly timeout: number
  readonly signal?: AbortSignal
}

/** Gives each sink what it has not had yet, in order, all sinks at once. What fails is offered again the next time: the store is the queue. */
export async function deliver(store: EvidenceStore, sinks: readonly Sink[], options: DeliverOptions): Promise<Delivered[]> {
  return await Promise.all(sinks.map(async (sink) => {
    const signals = [AbortSignal.timeout(options.timeout), ...(options.signal ? [options.signal] : [])]
    const signal = AbortSignal.any(signals)
    let sent = 0
    try {
      for await (const stored of store.entries((await store.delivered(sink.name)) + 1)) {
        signal.throwIfAborted()
        await sink.send(stored, () => exportEntry(store, stored), signal)
        await store.setDelivered(sink.name, stored)
        sent++
      }
    } catch (error) {
      return { sink: sink.name, sent, error: signal.aborted ? new Error(`it took longer than ${options.timeout / 1000} s`) : (error as Error) }
    }
    return { sink: sink.name, sent }
  }))
}

/** A sink that wants no history starts with the entry of this number: what was before it counts as delivered. */
export async function startAt(store: EvidenceStore, sinks: readonly Sink[], sequence: number): Promise<void> {
  const fresh: Sink[] = []
  for (const sink of sinks) if (!sink.wantsHistory && sequence > 1 && (await store.delivered(sink.name)) === 0) fresh.push(sink)
  if (fresh.length === 0) return
  for await (const before of store.entries(sequence - 1)) {
    for (const sink of fresh) await store.setDelivered(sink.name, before)
    return
  }
}
