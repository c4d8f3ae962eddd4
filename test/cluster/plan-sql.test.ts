/** Plans of releases whose records are in PostgreSQL: the serial is the transaction that wrote a record last. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SqlDriver, rollback } from '../../src/cluster/release/index.ts'
import { startSandbox } from '../../src/cluster/sandbox/index.ts'
import { PlanWorld } from './plan-world.ts'
import { startPostgres, type Postgres } from './postgres.ts'

let postgres: Postgres | undefined
beforeAll(async () => { postgres = await startPostgres() }, 600_000)
afterAll(async () => { await postgres?.stop() })

test('are applied, refused when stale, and applied once', async (context) => {
  if (postgres === undefined) return context.skip('no PostgreSQL here')
  const sandbox = startSandbox()
  const records = new SqlDriver(postgres.database('plans'), 'one')
  const cluster = sandbox.cluster()
  for (const name of ['one', 'two']) await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const world = new PlanWorld({ cluster, namespace: 'two', driver: (namespace) => records.in(namespace) })
  try {
    const first = await world.applied()
    expect(first.plan.releases[0]!.storage).toMatchObject({ driver: 'SQL', lineage: '' })
    const plan = await world.plan(['color=blue'])
    expect(plan.plan.releases[0]!.storage.serial).toMatchObject({ revision: 1, status: 'deployed', resourceVersion: expect.stringMatching(/^\d+$/) })
    expect(await world.apply(plan)).toMatchObject({ refused: [], applied: [{ outcome: 'deployed' }] })
    expect(await world.apply(plan)).toMatchObject({ refused: [], applied: [{ outcome: 'applied-already' }], writes: [] })
    const stale = await world.plan(['color=green'])
    await rollback({ cluster, namespace: 'two', name: 'web', driver: records.in('two'), version: 1 })
    await world.refuses(stale, ['stale/release-changed'])
    // The same record, written to by somebody.
    const other = await world.plan(['color=green'])
    postgres.sql('plans', "UPDATE releases_v1 SET owner = owner WHERE namespace = 'two' AND version = 3")
    await world.refuses(other, ['stale/release-changed'])
  } finally {
    world.remove()
    await records.close()
    await sandbox.close()
  }
})
