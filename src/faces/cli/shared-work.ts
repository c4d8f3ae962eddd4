import type { Chart } from '../../charts/chart/index.ts'
import { Engine } from '../../charts/render/index.ts'
import { BatchedRecords, KubeDriver, once, type StorageDriver } from '../../cluster/release/index.ts'
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
  /** Records by session and namespace. */
  readonly #records = new Map<string, StorageDriver>()

  async session(settings: Settings, open: (settings: Settings) => Promise<Session>): Promise<Session> {
    const key = JSON.stringify([connectOptions({ ...settings, namespace: '' }), settings.driver, settings.sandbox])
    const base = await once(this.#sessions, key, () => open({ ...settings, namespace: '' }))
    const cluster = base.cluster.in(settings.namespace || base.namespace)
    return { ...base, cluster, namespace: cluster.namespace, records: this.#recordsOf(key, base, settings.driver, cluster), close: async () => {} }
  }

  #recordsOf(key: string, base: Session, driver: string, cluster: Session['cluster']): StorageDriver {
    const place = JSON.stringify([key, cluster.namespace])
    let records = this.#records.get(place)
    if (records === undefined) {
      records = recordsFor(base, cluster.namespace, driver, cluster)
      if (records instanceof KubeDriver) records = new BatchedRecords(cluster, cluster.namespace, records.name)
      this.#records.set(place, records)
    }
    return records
  }

  chart(path: string, load: () => Promise<Chart>): Promise<Chart> {
    return once(this.#charts, path, load)
  }

  forgetChart(path: string): void {
    this.#charts.delete(path)
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#sessions.values())
    this.#sessions.clear()
    this.#records.clear()
    await Promise.all(opened.map((session) => (session.status === 'fulfilled' ? session.value.close() : undefined)))
  }
}
