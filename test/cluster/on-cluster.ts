import { afterAll, beforeAll, test } from 'vitest'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'

/** A namespace of a test's own on the cluster of its suite. */
export interface Ground { cluster: Cluster; under: ClusterUnderTest; ns: string; id: number; /** Ends the test as one that cannot run here. */ skip: (why: string) => never }

/**
 * For the body of a `describe`: starts one cluster for all its tests, and stops it.
 * @param start a running cluster; undefined skips every test, loudly
 * @param prefix what the namespaces are called, before their number
 * @returns what makes a test in a namespace of its own
 */
export function onCluster(start: () => Promise<ClusterUnderTest | undefined>, prefix: string): (title: string, run: (ground: Ground) => Promise<void>, timeout?: number) => void {
  let under: ClusterUnderTest | undefined
  let count = 0
  beforeAll(async () => { under = await start() }, 600_000)
  afterAll(async () => { await under?.stop() })
  return (title, run, timeout) => {
    test(title, async (context) => {
      if (under === undefined) return context.skip('no cluster here')
      const id = ++count
      const ns = `${prefix}-${id}`
      await under.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } })
      await run({ cluster: under.cluster, under, ns, id, skip: (why) => context.skip(why) as never })
    }, timeout)
  }
}

/**
 * As onCluster, for tests that wait more than they work: all of them begin as soon as the cluster is there, and each tells how its own ended. One that is tried
 * again begins anew.
 */
export function sideBySide<U extends ClusterUnderTest>(start: () => Promise<U | undefined>, prefix: string): (title: string, run: (ground: Omit<Ground, 'skip'> & { under: U }) => Promise<void>, timeout?: number) => void {
  let under: U | undefined
  let count = 0
  const runs: { title: string; run: (ground: Omit<Ground, 'skip'> & { under: U }) => Promise<void> }[] = []
  const begun = new Map<string, Promise<unknown>>()
  const begin = async ({ run }: (typeof runs)[number], cluster: U): Promise<void> => {
    const id = ++count
    const ns = `${prefix}-${id}`
    await cluster.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } })
    await run({ cluster: cluster.cluster, under: cluster, ns, id })
  }
  beforeAll(async () => {
    const cluster = under = await start()
    if (cluster !== undefined) for (const one of runs) begun.set(one.title, begin(one, cluster).then(() => undefined, (error: unknown) => ({ error })))
  }, 600_000)
  afterAll(async () => {
    await Promise.all(begun.values())
    await under?.stop()
  })
  return (title, run, timeout) => {
    runs.push({ title, run })
    test(title, async (context) => {
      if (under === undefined) return context.skip('no cluster here')
      const first = begun.get(title)
      begun.delete(title)
      if (first === undefined) return await begin({ title, run }, under)
      const ended = await first as { error: unknown } | undefined
      if (ended !== undefined) throw ended.error
    }, timeout)
  }
}
