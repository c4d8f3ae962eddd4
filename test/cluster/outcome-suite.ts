import { describe, expect } from 'vitest'
import { install, upgrade } from '../../src/cluster/release/index.ts'
import { outcomeFacts } from '../../src/delivery/verify/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { configMap, deployment, rendered } from './release-fixtures.ts'

const service = (name: string, app: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app }, ports: [{ port: 80 }] } })

/** What is seen of a release after it was applied. */
export function outcomeSuite(name: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(name, () => {
    const on = onCluster(start, 'outcome')
    /** The controllers of endpoints come after those of pods. */
    const soon = async <T>(look: () => Promise<T>, is: (found: T) => boolean): Promise<T> => {
      for (let i = 0; ; i++) {
        const found = await look()
        if (is(found) || i === 100) return found
        await new Promise((done) => setTimeout(done, 50))
      }
    }

    on('a release that runs, and takes traffic', async ({ cluster, ns }) => {
      const { record } = await install({ cluster, namespace: ns, name: 'shop', wait: 'watcher', timeout: 30_000, source: rendered([deployment('web'), service('web', 'web'), service('nobody', 'nobody'), configMap('a')]) })
      const found = await soon(() => outcomeFacts(cluster, record), (f) => f.checks.some((c) => c.passed))
      expect(found).toEqual({
        stuckPods: [], revisionLive: true,
        checks: [{ kind: 'routing', name: 'Service/nobody', passed: false, detail: 'its selector finds no pod' }, { kind: 'routing', name: 'Service/web', passed: true, detail: '1 of 1 endpoints take traffic' }].sort((a, b) => order(record.manifest, a.name) - order(record.manifest, b.name)),
      })
    })

    on('pods that are stuck, a revision that does not run', async ({ cluster, ns }) => {
      await install({ cluster, namespace: ns, name: 'shop', wait: 'watcher', timeout: 30_000, source: rendered([deployment('web')]) })
      const { record } = await upgrade({ cluster, namespace: ns, name: 'shop', source: rendered([deployment('web', 'example.com/does-not-exist:2')]) })
      const found = await soon(() => outcomeFacts(cluster, record), (f) => (f.stuckPods ?? []).length > 0)
      expect(found.revisionLive).toBe(false)
      expect(found.stuckPods).toEqual([expect.stringMatching(/^web-.*: (ErrImagePull|ImagePullBackOff) \(main\)$/)])
    })

    on('an image that somebody set since, a Deployment that is gone', async ({ cluster, ns }) => {
      const { record } = await install({ cluster, namespace: ns, name: 'shop', wait: 'watcher', timeout: 30_000, source: rendered([deployment('web')]) })
      const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'web' }
      await cluster.patch(ref, 'strategic', { spec: { template: { spec: { containers: [{ name: 'main', image: 'example.com/app:other' }] } } } })
      expect((await outcomeFacts(cluster, record)).revisionLive).toBe(false)
      await cluster.delete(ref, { propagationPolicy: 'Background' })
      expect((await outcomeFacts(cluster, record)).revisionLive).toBe(false)
    })

    on('a release without workloads says nothing of them', async ({ cluster, ns }) => {
      const { record } = await install({ cluster, namespace: ns, name: 'shop', source: rendered([configMap('a')]) })
      expect(await outcomeFacts(cluster, record)).toEqual({ checks: [] })
    })
  })
}

const order = (manifest: string, name: string): number => manifest.indexOf(`"name":"${name.split('/')[1]}"`)
