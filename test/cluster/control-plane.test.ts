import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'

const run = promisify(execFile)
const dir = mkdtempSync(join(tmpdir(), 'pintle-helm-'))
let plane: ControlPlane | undefined
let tool: string | undefined
beforeAll(async () => {
  tool = await ensureTool('helm')
  plane = await startControlPlane({ audit: true })
})
afterAll(() => plane?.stop())

const helm = async (...args: string[]): Promise<string> => {
  const { stdout } = await run(tool!, args, { cwd: dir, env: { PATH: process.env.PATH, HOME: dir, KUBECONFIG: plane!.kubeconfig } })
  return stdout
}

test('the real Helm takes it for a cluster', async context => {
  if (plane === undefined || tool === undefined) return context.skip('no Go here')
  await helm('create', 'demo')
  expect(await helm('install', 'good', './demo', '--wait', '--timeout', '30s')).toContain('STATUS: deployed')
  expect(await helm('test', 'good', '--logs')).toMatch(/Phase: +Succeeded[^]*POD LOGS: good-demo-test-connection \(wget\)\nstarting wget\nwget: done/)
  const failed = await helm('install', 'bad', './demo', '--wait', '--timeout', '2s', '--set', 'image.repository=does-not-exist').then(() => '', error => String(error.stderr))
  expect(failed).toContain('resource Deployment/default/bad-demo not ready. status: InProgress, message: Available: 0/1')
  expect(JSON.parse(await helm('list', '-o', 'json')).map((r: any) => [r.name, r.status])).toEqual([['bad', 'failed'], ['good', 'deployed']])
  expect(plane.requests().filter(r => r.userAgent.startsWith('Helm/')).length).toBeGreaterThan(10)
})
