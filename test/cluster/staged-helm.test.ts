/** What the real Helm sees of an upgrade in stages, and what it makes of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { beginStaged, install, releaseHistory, resumeStaged } from '../../src/cluster/release/index.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { ChartFolder, runHelm } from './helm-runner.ts'
import { expectedOf, inCluster, stagesOf, wholeObjects, wholeRelease } from './staged-world.ts'

let plane: ControlPlane | undefined
let cluster: Cluster
const charts = new ChartFolder()
beforeAll(async () => {
  plane = await startControlPlane()
  if (plane !== undefined) cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
}, 600_000)
afterAll(async () => {
  await plane?.stop()
  charts.remove()
})

describe.each(['helm', 'helm3'] as const)('%s', (name) => {
  test.each([['applied on the server', true], ['applied by the client', false]] as const)('sees what runs, is refused an upgrade, and rolls back: %s', { timeout: 1_200_000 }, async (_how, serverSide) => {
    if (plane === undefined) throw new Error('no control plane here')
    const helm = await ensureTool(name)
    if (helm === undefined) throw new Error(`no ${name} here`)
    const namespace = `${name}-${serverSide ? 'server' : 'client'}`
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const base = { cluster, namespace, name: 'web', timeout: 60_000 }
    await install({ ...base, serverSide, wait: 'watcher', source: { render: () => wholeRelease(0) } })
    const said = async (...args: string[]) => await runHelm(helm, plane!.kubeconfig, [...args, '-n', namespace])
    const [, , half] = stagesOf(0, 1)
    const rollout = { ...base, operation: 'canary' as const, target: wholeRelease(1) }

    const first = await beginStaged(rollout)
    await first.stage(half!.manifest, { description: half!.description })
    expect((await said('get', 'manifest', 'web')).out.trim()).toBe(half!.manifest.trim())
    const history = JSON.parse((await said('history', 'web', '-o', 'json')).out) as { revision: number; status: string; description: string }[]
    expect(history.map((h) => `${h.revision} ${h.status}: ${h.description}`)).toEqual(['1 deployed: Install complete', `2 pending-upgrade: ${half!.description}`])
    const status = JSON.parse((await said('status', 'web', '-o', 'json')).out) as { version: number; info: { status: string; description: string; notes: string } }
    expect([status.version, status.info]).toEqual([2, expect.objectContaining({ status: 'pending-upgrade', description: half!.description, notes: 'version 1' })])
    const listed = JSON.parse((await said('list', ...(name === 'helm3' ? ['-a'] : []), '-o', 'json')).out) as { name: string; revision: string; status: string }[]
    expect(listed).toEqual([expect.objectContaining({ name: 'web', revision: '2', status: 'pending-upgrade' })])
    expect((await said('upgrade', 'web', charts.write({ objects: wholeObjects(2) }))).error).toBe('another operation (install/upgrade/rollback) is in progress')

    expect((await said('rollback', 'web')).error).toBe('')
    expect(await inCluster(cluster, namespace)).toEqual(expectedOf(wholeRelease(0).manifest))
    // The run that drove it finds out, and writes nothing any more.
    await expect(first.stage(half!.manifest, { description: 'more' })).rejects.toMatchObject({ code: 'release.conflict', message: 'revision 2 of web is not the last one any more: revision 3 (deployed) was made meanwhile' })
    await first.leave()
    const after = await resumeStaged({ ...rollout, revision: 2 })
    expect(after.state).toBe('aborted')
    expect((await after.abort('rolled back by Helm')).record.version).toBe(3)
    expect((await releaseHistory(base)).map(({ record }) => `${record.version} ${record.info.status}: ${record.info.description}`)).toEqual(['1 superseded: Install complete', '2 failed: rolled back by Helm', '3 deployed: Rollback to 1'])
    expect(await inCluster(cluster, namespace)).toEqual(expectedOf(wholeRelease(0).manifest))

    const second = await beginStaged({ ...rollout, target: wholeRelease(2) })
    expect(second.record.version).toBe(4)
    await second.stage(stagesOf(0, 2)[1]!.manifest, { description: 'Canary 25%' })
    await second.finish()
    // Helm goes on from a promoted revision as from one of its own.
    expect((await said('upgrade', 'web', charts.write({ objects: wholeObjects(3) }))).error).toBe('')
    expect(await inCluster(cluster, namespace)).toEqual(expectedOf(wholeRelease(3).manifest))

    const third = await beginStaged({ ...rollout, target: wholeRelease(4) })
    await third.stage(stagesOf(3, 4)[1]!.manifest, { description: 'Canary 25%' })
    expect((await said('uninstall', 'web')).error).toBe('')
    expect(await inCluster(cluster, namespace)).toEqual([])
    await expect(third.stage(stagesOf(3, 4)[2]!.manifest, { description: 'Canary 50%' })).rejects.toMatchObject({ code: 'release.conflict' })
    expect(await inCluster(cluster, namespace)).toEqual([])
    await third.leave()
  })
})
