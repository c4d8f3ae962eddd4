import { describe, expect } from 'vitest'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { install, upgrade, type ReleaseRecord } from '../../src/cluster/release/index.ts'
import { openGates, readGates, type MetricProvider, type MetricQuery } from '../../src/delivery/gates/index.ts'
import { realClock } from '../../src/delivery/rollout/index.ts'
import { watchRelease, type WatchOptions } from '../../src/delivery/verify/index.ts'
import { PintleError } from '../../src/errors/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster, type Ground } from './on-cluster.ts'
import { deployment, rendered } from './release-fixtures.ts'

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }
const released = async ({ cluster, ns }: Ground): Promise<ReleaseRecord> => (await install({ cluster, namespace: ns, name: 'shop', wait: 'watcher', timeout: 30_000, source: rendered([deployment('web', 'example.com/app:1', 2), service]) })).record
const web = (namespace: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' })
/** Two minutes in two seconds. */
const short = { for: 120_000, clock: realClock(60) }

/** The watch after a release: what turns it red, and what does not. */
export function watchSuite(name: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(name, () => {
    const on = onCluster(start, 'watch')
    const watched = (ground: Ground, record: ReleaseRecord, more: Partial<WatchOptions> = {}) => watchRelease({ cluster: ground.cluster, record, ...short, ...more })
    /** Once it is under way. */
    const meanwhile = (work: () => Promise<unknown>): Pick<WatchOptions, 'onCheck'> & { readonly done: () => Promise<unknown> } => {
      let begun: Promise<unknown> | undefined
      return { onCheck: () => { begun ??= work() }, done: async () => begun }
    }
    const pods = async ({ cluster, ns }: Ground) => (await cluster.list('v1', 'Pod', { namespace: ns })).items

    on('all is well, a pod is evicted and made anew: green', async (ground) => {
      const record = await released(ground)
      const evict = meanwhile(async () => ground.cluster.delete({ apiVersion: 'v1', kind: 'Pod', namespace: ground.ns, name: (await pods(ground))[0]!.metadata.name! }))
      const outcome = await watched(ground, record, evict)
      await evict.done()
      expect(outcome).toMatchObject({ verdict: 'green', evaluations: [] })
      expect(outcome).not.toHaveProperty('reason')
      expect(outcome.looks).toBeGreaterThan(3)
      expect(outcome.watched).toBeGreaterThanOrEqual(120_000)
    }, 60_000)

    on('pods begin to crash', async (ground) => {
      const record = await released(ground)
      const crash = meanwhile(() => ground.cluster.patch(web(ground.ns), 'strategic', { spec: { template: { spec: { containers: [{ name: 'main', image: 'example.com/crash:2' }] } } } }))
      const outcome = await watched(ground, record, { for: 600_000, ...crash })
      expect(outcome).toMatchObject({ verdict: 'red', reason: expect.stringMatching(/^web-.*(CrashLoopBackOff|began anew \d+ times: Error \(exit code 1\))/), trigger: { metric: expect.stringMatching(/restarts|stuck pods/) } })
      expect(outcome.watched).toBeLessThan(600_000)
    }, 60_000)

    on('a container is killed for its memory once', async (ground) => {
      const record = await released(ground)
      const kill = meanwhile(() => ground.cluster.patch(web(ground.ns), 'strategic', { spec: { template: { spec: { containers: [{ name: 'main', image: 'example.com/oom:2' }] } } } }))
      expect(await watched(ground, record, { for: 600_000, every: 1000, ...kill })).toMatchObject({ verdict: 'red', reason: expect.stringMatching(/^web-.*: container main began anew (once|\d+ times): OOMKilled$/), trigger: { metric: 'restarts', threshold: 0 } })
    }, 60_000)

    on('somebody deletes what was released', async (ground) => {
      const record = await released(ground)
      const away = meanwhile(() => ground.cluster.delete(web(ground.ns), { propagationPolicy: 'Background' }))
      expect(await watched(ground, record, { for: 600_000, ...away })).toMatchObject({ verdict: 'red', reason: expect.stringMatching(/Deployment\/web is missing|takes traffic|take traffic|finds no pod|not those of the revision/) })
    }, 60_000)

    on('another revision: it is over, and nobody knows', async (ground) => {
      const { cluster, ns } = ground
      const record = await released(ground)
      let newest = 1
      const next = meanwhile(async () => { newest = (await upgrade({ cluster, namespace: ns, name: 'shop', source: rendered([deployment('web')]) })).record.version })
      const outcome = await watched(ground, record, { for: 600_000, ...next, newest: async () => newest })
      expect(outcome).toMatchObject({ verdict: 'unknown', replaced: true, reason: 'revision 2 was made meanwhile' })
    }, 60_000)

    on('gates judge in the background: two failures are red, with metric, value, limit and time', async (ground) => {
      const record = await released(ground)
      expect(await watched(ground, record, { for: 3_600_000, clock: realClock(600), ...judged(() => 0.18) })).toMatchObject({
        verdict: 'red', reason: expect.stringContaining('error'), trigger: { metric: expect.stringContaining('error'), value: 0.18, threshold: 0.01, verdict: 'fail', at: expect.stringMatching(/^20/) },
      })
    }, 60_000)

    on('gates that pass are green; without any data nobody knows', async (ground) => {
      const record = await released(ground)
      const wide = { for: 900_000, clock: realClock(300) }
      expect(await watched(ground, record, { ...wide, ...judged(() => 0.001) })).toMatchObject({ verdict: 'green', evaluations: [{ verdict: 'pass' }] })
      expect(await watched(ground, record, { ...wide, ...judged(() => undefined) })).toMatchObject({ verdict: 'unknown', reason: expect.stringMatching(/^(no-data|inconclusive): /) })
      // Shorter than the first window: it is asked once, at the end.
      expect(await watched(ground, record, { for: 30_000, clock: realClock(60), ...judged(() => 0.18) })).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('for the first time, at the end') })
    }, 60_000)

    on('a server that is silent for a while is no news, at the end nobody knows', async (ground) => {
      const record = await released(ground)
      let calls = 0
      const failing = (fails: (call: number) => boolean): Cluster => new Proxy(ground.cluster, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key)
          if (typeof value !== 'function') return value
          return (...args: unknown[]) => {
            if ((key === 'list' || key === 'get') && fails(++calls)) throw new PintleError('kube.unreachable', 'connection refused')
            return (value as (...a: unknown[]) => unknown).apply(target, args)
          }
        },
      })
      expect(await watched(ground, record, { cluster: failing((n) => n < 3) })).toMatchObject({ verdict: 'green' })
      expect(await watched(ground, record, { cluster: failing((n) => n > 10) })).toMatchObject({ verdict: 'unknown', reason: 'the cluster could not be asked: connection refused' })
    }, 60_000)

    on('ends with the signal', async (ground) => {
      const record = await released(ground)
      const stop = new AbortController()
      await expect(watched(ground, record, { signal: stop.signal, onCheck: () => stop.abort(new Error('enough')) })).rejects.toThrow('enough')
    })
  })
}

const subject = { service: 'web', release: 'shop', namespace: 'x', environment: 'prod', canary: 'web', stable: 'web', weight: 100, step: 'watch', whole: true }

/** Gates over a source that has a share of errors, of many requests; or nothing. */
function judged(share: () => number | undefined): Pick<WatchOptions, 'gates' | 'subject'> {
  const provider: MetricProvider = {
    name: 'simulated', endpoint: 'test', simulated: true,
    measure: async ({ text, about }: MetricQuery, { at }) => {
      const raw = { query: text, endpoint: 'test', at: new Date(at).toISOString(), body: '' }
      const errors = share()
      return errors === undefined ? { kind: 'absent', raw } : { kind: 'value', value: about.measure === 'errors' ? errors * 10_000 : 10_000, raw }
    },
  }
  const settings = readGates({ error_rate_max: 0.01, window_minutes: 5, prometheus: 'http://127.0.0.1:1' }, undefined, (path, message) => new PintleError('config.invalid', `${path.join('.')}: ${message}`))
  return { gates: openGates(settings, { clock: realClock(600), simulated: provider }), subject }
}
