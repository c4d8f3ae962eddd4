/** Upgrades in stages whose records are in PostgreSQL, beside which no notes are kept: the Lease, and the rollout's Secret, tell. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SqlDriver, beginStaged, install, releaseHistory, resumeStaged, rolloutRevision, rolloutSecret, upgrade } from '../../src/cluster/release/index.ts'
import { startSandbox } from '../../src/cluster/sandbox/index.ts'
import { startPostgres, type Postgres } from './postgres.ts'
import { rendered } from './release-fixtures.ts'
import { expectedOf, inCluster, stagesOf, wholeRelease } from './staged-world.ts'

let postgres: Postgres | undefined
beforeAll(async () => { postgres = await startPostgres() }, 600_000)
afterAll(async () => { await postgres?.stop() })

test('are taken over, guarded, finished and aborted', { timeout: 60_000 }, async (context) => {
  if (postgres === undefined) return context.skip('no PostgreSQL here')
  const sandbox = startSandbox()
  const cluster = sandbox.cluster()
  const namespace = 'sql'
  const driver = new SqlDriver(postgres.database('staged'), namespace)
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const base = { cluster, namespace, name: 'web', driver, timeout: 20_000 }
  const states = async () => (await releaseHistory(base)).map(({ record }) => `${record.version} ${record.info.status}`)
  const refused = async () => await upgrade({ ...base, source: rendered([]) }).then(() => 'not refused', (error: { hint?: string }) => error.hint)
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: rolloutSecret('web'), namespace, annotations: { [rolloutRevision]: '2' } } }
  try {
    await install({ ...base, wait: 'watcher', source: { render: () => wholeRelease(0) } })
    const first = await beginStaged({ ...base, operation: 'canary', target: wholeRelease(1) })
    await cluster.create(secret)
    await first.stage(stagesOf(0, 1)[1]!.manifest, { description: 'Canary 25%' })
    expect(await refused()).toMatch(/^Revision 2 is a canary rollout under way, driven by/)
    await cluster.patch({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'pintle.web' }, 'merge', { metadata: { annotations: { 'pintle.dev/process': null } }, spec: { renewTime: '2020-01-01T00:00:00.000000Z' } })
    expect(await refused()).toMatch(/^Revision 2 is a canary rollout under way, which .* drove until/)
    const second = await resumeStaged({ ...base, operation: 'canary', target: wholeRelease(1), revision: 2 })
    await expect(first.stage(stagesOf(0, 1)[2]!.manifest, { description: 'Canary 50%' })).rejects.toMatchObject({ code: expect.stringMatching(/^release\.(conflict|pending)$/) })
    await second.leave()
    expect(await refused()).toMatch(/^Revision 2 is a rollout under way: `pintle rollout resume web`/)
    const third = await resumeStaged({ ...base, operation: 'canary', target: wholeRelease(1), revision: 2 })
    await third.finish()
    expect(await states()).toEqual(['1 superseded', '2 deployed'])
    expect(await inCluster(cluster, namespace)).toEqual([...expectedOf(wholeRelease(1).manifest), `Secret/${rolloutSecret('web')}=`].sort())
    const fourth = await beginStaged({ ...base, operation: 'blue-green', target: wholeRelease(2) })
    await fourth.stage(stagesOf(1, 2)[1]!.manifest, { description: 'Preview' })
    await fourth.abort('smoke failed')
    expect(await states()).toEqual(['1 superseded', '2 superseded', '3 failed', '4 deployed'])
    // What is known of a rollout that ended says nothing of a run that crashed since.
    await driver.update((await driver.get('sh.helm.release.v1.web.v4'))!, { ...fourth.base, version: 4, info: { ...fourth.base.info, status: 'pending-upgrade' } })
    expect(await refused()).toContain('nothing tells whether its run still lives')
  } finally {
    await driver.close()
    await sandbox.close()
  }
})
