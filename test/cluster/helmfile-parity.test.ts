/**
 * `pintle helmfile`, called as `helmfile`, against helmfile 1.8.0 over the real Helm and helm-diff on a real API server: output, exit codes, objects and records. PINTLE_HELM_DIFF names
 * helm-diff's program (bin/diff of the installed plugin): both run side by side then, and PINTLE_HELMFILE_RECORD=1 keeps what was said. Without it Pintle is held to what was kept.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle } from '../cli/run-cli.ts'
import { startControlPlane } from './control-plane.ts'
import type { CaseOutcome } from './helmfile/case.ts'
import { clusterCases } from './helmfile/cases.ts'
import { runCase, type HelmfileProgram } from './helmfile/world.ts'

const file = join(import.meta.dirname, 'helmfile/vectors.json')
const helmDiff = process.env.PINTLE_HELM_DIFF
const recording = helmDiff !== undefined && process.env.PINTLE_HELMFILE_RECORD === '1'
const kept: Record<string, CaseOutcome> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Record<string, CaseOutcome> : {}
const planeTool = await ensureTool('kube-apiserver')

describe.skipIf(planeTool === undefined)('helmfile on a cluster', () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>
  let real: HelmfileProgram | undefined
  const home = mkdtempSync(join(tmpdir(), 'pintle-hf-link-'))
  const link = join(home, 'helmfile')
  beforeAll(async () => {
    symlinkSync(pintle, link)
    plane = await startControlPlane({ apiOnly: true })
    if (helmDiff !== undefined) real = await realHelmfile(home, helmDiff)
  })
  afterAll(async () => {
    if (recording) writeFileSync(file, `${JSON.stringify(kept, undefined, 1)}\n`)
    rmSync(home, { recursive: true, force: true })
    await plane?.stop()
  })

  it('every case is recorded, once', () => {
    if (!recording) expect(Object.keys(kept).sort()).toEqual(clusterCases.map((one) => one.name).sort())
    expect(new Set(clusterCases.map((one) => one.name)).size).toBe(clusterCases.length)
  })

  it.each(clusterCases.map((one, i) => [one.name, one, i] as const))('%s', async (name, one, i) => {
    const namespace = (who: string): string => `${who}${String(i).padStart(2, '0')}`
    const theirs = real === undefined ? kept[name] : await runCase(one, real, plane!.kubeconfig, namespace('real-'))
    if (recording) kept[name] = theirs!
    const ours = await runCase(one, { path: [process.execPath, link] }, plane!.kubeconfig, namespace('pint-'))
    expect(ours).toEqual(theirs)
  }, 300_000)
})

/** helmfile with Helm and the plugin diff, in a folder of their own. */
async function realHelmfile(home: string, helmDiff: string): Promise<HelmfileProgram | undefined> {
  const [helmfile, helm] = [await ensureTool('helmfile'), await ensureTool('helm')]
  if (helmfile === undefined || helm === undefined) return undefined
  const plugin = join(home, 'plugins/helm-diff')
  mkdirSync(join(plugin, 'bin'), { recursive: true })
  symlinkSync(helmDiff, join(plugin, 'bin/diff'))
  writeFileSync(join(plugin, 'plugin.yaml'), readFileSync(join(dirname(dirname(helmDiff)), 'plugin.yaml')))
  return { path: [helmfile], pathVariable: `${dirname(helm)}:/usr/bin:/bin`, env: { HELM_PLUGINS: join(home, 'plugins') } }
}
