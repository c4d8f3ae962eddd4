/** `node bench/stages.ts`: a release of ten objects brought to its next version by one upgrade, and in four stages, on a local API server with simulated pods. */
import { connectSync } from '../src/cluster/kube/index.ts'
import { beginStaged, install, upgrade } from '../src/cluster/release/index.ts'
import type { RenderedRelease } from '../src/cluster/release/index.ts'
import { startControlPlane } from '../test/cluster/control-plane.ts'
import { manifestOf, stagesOf, wholeRelease } from '../test/cluster/staged-world.ts'
import { median, table } from './numbers.ts'

const runs = 7
const plane = await startControlPlane({ audit: true })
if (plane === undefined) throw new Error('the control plane could not be built')
const more = manifestOf([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app' } }, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'app' }, rules: [] }])
const version = (n: number): RenderedRelease => ({ ...wholeRelease(n), manifest: more + wholeRelease(n).manifest })

/** Brings one release from version to version, several times. */
async function measure(namespace: string, bring: (base: { namespace: string; name: string; wait: 'watcher'; disableHooks: true }, from: number, phase: (name: string) => void) => Promise<void>): Promise<Map<string, { calls: number; ms: number }>> {
  const base = { namespace, name: 'web', wait: 'watcher' as const, disableHooks: true as const }
  await plane!.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await install({ ...base, cluster, source: { render: () => version(0) } })
  const found = new Map<string, { calls: number[]; ms: number[] }>()
  for (let from = 0; from < runs; from++) {
    let before = plane!.requests().length
    let began = performance.now()
    await bring(base, from, (name) => {
      const ms = performance.now() - began
      const calls = plane!.requests().slice(before).filter((r) => r.userAgent.startsWith('pintle') && !r.uri.includes('/leases/pintle.web')).length
      const of = found.get(name) ?? { calls: [], ms: [] }
      found.set(name, { calls: [...of.calls, calls], ms: [...of.ms, ms] })
      before = plane!.requests().length
      began = performance.now()
    })
  }
  return new Map([...found].map(([name, { calls, ms }]) => [name, { calls: median(calls), ms: median(ms) }]))
}

const cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
try {
  const once = await measure('once', async (base, from, phase) => {
    await upgrade({ ...base, cluster, source: { render: () => version(from + 1) } })
    phase('upgrade')
  })
  const staged = await measure('staged', async (base, from, phase) => {
    const run = await beginStaged({ ...base, cluster, operation: 'canary', target: version(from + 1) })
    phase('begin')
    for (const [i, { manifest, description }] of stagesOf(from, from + 1).slice(1).entries()) {
      await run.stage(more + manifest, { description })
      phase(`stage ${i + 1}`)
    }
    await run.finish()
    phase('finish')
  })
  const sum = [...staged.values()].reduce((a, b) => ({ calls: a.calls + b.calls, ms: a.ms + b.ms }))
  const one = once.get('upgrade')!
  const rows = [...once, ...staged, ['begin, 4 stages, finish', sum] as const, ['ratio to one upgrade', { calls: sum.calls / one.calls, ms: sum.ms / one.ms }] as const]
  console.log(table([['', 'calls', 'ms'], ...rows.map(([name, { calls, ms }]) => [name, calls.toFixed(name.startsWith('ratio') ? 1 : 0), ms.toFixed(name.startsWith('ratio') ? 1 : 0)])]))
} finally {
  cluster.close()
  await plane.stop()
}
