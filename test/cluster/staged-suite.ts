import { describe, expect } from 'vitest'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { beginStaged, install, manifestObjects, readLease, releaseHistory, resumeStaged } from '../../src/cluster/release/index.ts'
import type { ReleaseEvent, StagedOptions, StagedUpgrade, StorageDriver } from '../../src/cluster/release/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { demoChart } from './release-fixtures.ts'
import { stagesOf, wholeRelease } from './staged-world.ts'

/** What an upgrade in stages must do on every cluster. */
export function stagedSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(title, () => {
    const onEach = onCluster(start, 'staged')
    let cluster: Cluster

    interface Ground {
      base: Omit<StagedOptions, 'target' | 'operation'>
      ns: string
      events: ReleaseEvent[]
      begin(more?: Partial<StagedOptions>): Promise<StagedUpgrade>
      statuses(): Promise<string[]>
      stored(): Promise<string>
      objects(): Promise<string[]>
      live(kind: string, name: string): Promise<KubeObject | undefined>
    }

    const inNamespace = (name: string, run: (ground: Ground) => Promise<void>, { driver, serverSide = true }: { driver?: (ns: string) => StorageDriver; serverSide?: boolean } = {}): void => {
      onEach(name, async ({ ns, ...on }) => {
        cluster = on.cluster
        const events: ReleaseEvent[] = []
        const kept = driver?.(ns)
        const base = { cluster, namespace: ns, name: 'web', timeout: 20_000, onEvent: (e: ReleaseEvent) => { events.push(e) }, ...(kept && { driver: kept }) }
        await install({ ...base, wait: 'watcher', serverSide, source: { render: () => wholeRelease(0) } })
        const history = () => releaseHistory(base)
        await run({
          base, ns, events,
          begin: (more = {}) => beginStaged({ ...base, operation: 'canary', target: wholeRelease(1), ...more }),
          statuses: async () => (await history()).map(({ record }) => `${record.version} ${record.info.status}: ${record.info.description}`),
          stored: async () => (await history()).at(-1)!.record.manifest,
          objects: async () => await inCluster(cluster, ns),
          live: (kind, object) => cluster.get({ apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, namespace: ns, name: object }),
        })
      }, 120_000)
    }

    inNamespace('goes through its stages, and the record says what runs at each', async ({ base, ns, begin, statuses, stored, objects, events }) => {
      const upgrade = await begin({ origin: `plan sha256:${'a'.repeat(64)}`, labels: { team: 'x' } })
      const origin = ` (plan sha256:${'a'.repeat(64)})`
      expect(upgrade).toMatchObject({ state: 'rolling', record: { version: 2, chart: demoChart, config: { n: 1 } }, base: { version: 1 } })
      expect(await statuses()).toEqual(['1 deployed: Install complete', `2 pending-upgrade: Canary rollout begun${origin}`])
      expect(await stored()).toBe(wholeRelease(0).manifest)
      expect(await objects()).toEqual(expectedOf(wholeRelease(0).manifest))
      expect(await readLease(cluster, ns, 'web')).toMatchObject({ operation: 'canary', revision: 2, expired: false })
      expect(events.filter((e) => e.type === 'hook').map((e) => `${e.hook} ${e.state}`)).toEqual(['before-1 started', 'before-1 succeeded'])
      for (const { manifest, description } of stagesOf(0, 1)) {
        await upgrade.stage(manifest, { description })
        expect((await statuses()).at(-1)).toBe(`2 pending-upgrade: ${description}${origin}`)
        expect(await stored()).toBe(manifest)
        expect(await objects()).toEqual(expectedOf(manifest))
      }
      await upgrade.describe('Canary 100%: promoted by ops')
      expect((await statuses()).at(-1)).toBe(`2 pending-upgrade: Canary 100%: promoted by ops${origin}`)
      const { record, labels } = await upgrade.finish()
      expect(record.info).toMatchObject({ status: 'deployed', description: `Upgrade complete${origin}`, notes: 'version 1' })
      expect(labels).toEqual({ team: 'x' })
      expect(await stored()).toBe(wholeRelease(1).manifest)
      expect(await statuses()).toEqual(['1 superseded: Install complete', `2 deployed: Upgrade complete${origin}`])
      expect(await objects()).toEqual(expectedOf(wholeRelease(1).manifest))
      expect(await readLease(cluster, ns, 'web')).toBeUndefined()
      expect(events.flatMap((e) => (e.type === 'record' && e.version === 2 ? [e.description!.replace(origin, '')] : []))).toEqual(expect.arrayContaining(['Preparing canary rollout', 'Canary rollout begun', ...stagesOf(0, 1).map((s) => s.description), 'Upgrade complete']))
      const again = await resumeStaged({ ...base, operation: 'canary', target: wholeRelease(1), revision: 2 })
      expect(again.state).toBe('finished')
      expect((await again.finish()).record.version).toBe(2)
    })
  })
}

/** Objects of a namespace with what tells their version: `ConfigMap/c0=1`. */
export async function inCluster(cluster: Cluster, namespace: string): Promise<string[]> {
  const lists = await Promise.all([['v1', 'ConfigMap'], ['v1', 'Secret'], ['v1', 'Service'], ['apps/v1', 'Deployment']].map(async ([apiVersion, kind]) => (await cluster.list(apiVersion!, kind!, { namespace })).items.map((o): KubeObject => ({ ...o, kind: kind! }))))
  return lists.flat().filter((o) => o.metadata.name !== 'kube-root-ca.crt' && o.type !== 'helm.sh/release.v1' && o.metadata.deletionTimestamp === undefined).map(told).sort()
}

/** The same of a manifest. */
export const expectedOf = (manifest: string): string[] => manifestObjects(manifest).map(told).sort()

function told({ kind, metadata, data, stringData, spec }: KubeObject): string {
  const what = kind === 'Deployment' ? `${String(spec.template.spec.containers[0].image).replace(/.*:/, '')} x${spec.replicas}`
    : kind === 'Service' ? Object.entries(spec.selector as Record<string, string>).map(([k, v]) => `${k}=${v}`).sort().join(',')
      : kind === 'Secret' ? (stringData?.n ?? Buffer.from(data?.n ?? '', 'base64').toString()) : (data?.n ?? '')
  return `${kind}/${metadata.name}=${what}`
}
