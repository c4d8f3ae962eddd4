/**
 * `pintle diff`, called as `helm`, against helm-diff 3.15.11 over the real Helm and a real API server. PINTLE_HELM_DIFF names helm-diff's program (bin/diff of
 * the installed plugin): both run side by side then, and PINTLE_DIFF_RECORD=1 keeps what it said. Without it Pintle is held to what was kept.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import type { DiffOutcome } from '../cli/diff-runs.ts'
import { pintle } from '../cli/run-cli.ts'
import { startControlPlane } from './control-plane.ts'
import { driftedCases, stillCases, type ClusterCase } from './diff-cluster-cases.ts'
import { DiffWorld } from './diff-world.ts'

const helm = await ensureTool('helm')
const helmDiff = process.env.PINTLE_HELM_DIFF
const file = join(import.meta.dirname, 'diff-cluster-vectors.json')
const recording = helmDiff !== undefined && process.env.PINTLE_DIFF_RECORD === '1'
const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, DiffOutcome>
const name = ({ line, env = {} }: ClusterCase, world: string) => [world, ...Object.entries(env).map(([k, v]) => `${k}=${v}`), line].join(' ')

describe.skipIf(helm === undefined)('diff beside helm-diff', () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>
  let world: DiffWorld
  const home = mkdtempSync(join(tmpdir(), 'pintle-diff-link-'))
  const link = join(home, 'helm')
  beforeAll(async () => {
    symlinkSync(pintle, link)
    plane = await startControlPlane({ apiOnly: true })
    world = new DiffWorld(helm!, plane!.kubeconfig)
    await world.make()
  })
  afterAll(async () => {
    if (recording) writeFileSync(file, `${JSON.stringify(kept, undefined, 1)}\n`)
    world?.remove()
    rmSync(home, { recursive: true, force: true })
    await plane?.stop()
  })

  const judge = async (one: ClusterCase, stage: string): Promise<void> => {
    const ours = await world.run(one, { path: [process.execPath, link], args: ['diff'] })
    const theirs = helmDiff === undefined ? kept[name(one, stage)] : await world.run(one, { path: [helmDiff], args: [], env: { HELM_BIN: helm! } })
    if (recording) kept[name(one, stage)] = theirs!
    expect(ours).toEqual(theirs)
  }

  it.each(stillCases.map((one) => [name(one, 'still'), one] as const))('%s', (_, one) => judge(one, 'still'))

  describe('after changes by hand', () => {
    beforeAll(() => world.drift())
    it.each(driftedCases.map((one) => [name(one, 'drifted'), one] as const))('%s', (_, one) => judge(one, 'drifted'))
  })
})
