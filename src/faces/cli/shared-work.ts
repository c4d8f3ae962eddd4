import type { Chart } from '../../charts/chart/index.ts'
import { Engine } from '../../charts/render/index.ts'
import type { Session, Shared } from './command.ts'
import { connectOptions } from './connect-options.ts'
import { recordsFor } from './records.ts'
import type { Settings } from './settings.ts'

/**
 * What command lines that run in one process share, so that a fleet of releases is one piece of work: a connection and its discovery for each cluster, charts
 * that are loaded and compiled once. To be closed at the end.
 */
export class SharedWork implements Shared {
  readonly engine = new Engine()
  readonly #sessions = new Map<string, Promise<Session>>()
  readonly #charts = new Map<string, Promise<Chart>>()

  async session(settings: Settings, open: (settings: Settings) => Promise<Session>): Promise<Session> {
    const base = await remember(this.#sessions, JSON.stringify([connectOptions({ ...settings, namespace: '' }), settings.driver, settings.sandbox]), () => open({ ...settings, namespace: '' }))
    const cluster = base.cluster.in(settings.namespace || base.namespace)
    return { ...base, cluster, namespace: cluster.namespace, records: recordsFor(base, cluster.namespace, settings.driver, cluster), close: async () => {} }
  }

  chart(path: string, load: () => Promise<Chart>): Promise<Chart> {
    return remember(this.#charts, path, load)
  }

  forgetChart(path: string): void {
    this.#charts.delete(path)
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#sessions.values())
    this.#sessions.clear()
    await Promise.all(opened.map((session) => (session.status === 'fulfilled' ? session.value.close() : undefined)))
  }
}

/** What failed is tried again by the next who asks. */
function remember<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = known.get(key)
  if (value === undefined) {
    value = make()
    known.set(key, value)
    value.catch(() => known.delete(key))
  }
  return value
}
