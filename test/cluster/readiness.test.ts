import { spawnSync } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { readiness } from '../../src/cluster/readiness/index.ts'
import { readinessCase } from './readiness-objects.ts'

const cases = 5000
let tool: string | undefined
beforeAll(async () => { tool = await ensureTool('helm-status') }, 600_000)

/** A small generator of random numbers that can be repeated (mulberry32). */
function seeded(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

test(`the real kstatus and Helm 3's rules say the same of ${cases} random objects`, (context) => {
  if (tool === undefined) return context.skip('no Go here to build the real rules with')
  const seed = Number(process.env.PINTLE_SEED ?? Math.floor(Math.random() * 2 ** 31))
  const random = seeded(seed)
  const all = Array.from({ length: cases }, () => readinessCase(random))
  const { stdout, stderr, status } = spawnSync(tool, { input: all.map((c) => JSON.stringify(c)).join('\n'), encoding: 'utf8', maxBuffer: 1 << 28 })
  expect([status, stderr]).toEqual([0, ''])
  const verdicts = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { watch: string; legacy: string; legacyJobs: string })
  expect(verdicts).toHaveLength(cases)
  const seen = new Set<string>()
  for (const [i, { object, related, legacy }] of all.entries()) {
    const theirs = verdicts[i]!
    const own = readiness(object)
    // kstatus has no condition for a terminating object, hence no reason.
    const watch = `${({ current: 'Current', inProgress: 'InProgress', failed: 'Failed', terminating: 'Terminating', notFound: 'NotFound', unknown: 'Unknown' })[own.status]}|${own.status === 'terminating' ? '' : (own.reason ?? '')}|${own.message}`
    expect([`PINTLE_SEED=${seed}`, object, own.status === 'unknown' ? `err: ${own.message}` : watch]).toEqual([`PINTLE_SEED=${seed}`, object, theirs.watch])
    seen.add(`${object.kind} ${theirs.watch.split('|')[0]}`)
    if (!legacy) continue
    const of = { replicaSets: related.filter((r) => r.kind === 'ReplicaSet'), pods: related.filter((r) => r.kind === 'Pod') }
    for (const [jobs, verdict] of [[false, theirs.legacy], [true, theirs.legacyJobs]] as const) {
      const old = readiness(object, { mode: 'legacy', jobs, related: of })
      expect([`PINTLE_SEED=${seed}`, object, related, old.status === 'failed' ? `err: ${old.message}` : String(old.status === 'current')]).toEqual([`PINTLE_SEED=${seed}`, object, related, verdict])
    }
  }
  // The objects are worth something only when they come to many ends.
  expect(seen.size).toBeGreaterThan(30)
})
