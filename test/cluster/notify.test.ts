/** `pintle release` on a real cluster tells who is to know, without being asked twice as on a simulated one. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folder, runCli } from '../cli/run-cli.ts'
import { fakeServer } from '../notify/fake-server.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'

const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
  'web/templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: "{{ .Release.Name }}"}\nspec:\n  replicas: 1\n  progressDeadlineSeconds: 600\n  selector: {matchLabels: {app: w}}\n  template:\n    metadata: {labels: {app: w}}\n    spec: {containers: [{name: web, image: "{{ .Values.image }}"}]}\n',
  'web/values.yaml': 'image: registry.example.com/web:1\n',
}
let plane: ControlPlane | undefined
let dir: ReturnType<typeof folder>

beforeAll(async () => {
  plane = await startControlPlane()
  dir = folder(files)
})
afterAll(async () => {
  await plane?.stop()
  dir.remove()
})

test('waiting, started, deployed: one id, the cluster by its name', { retry: 0, timeout: 180_000 }, async (context) => {
  if (plane === undefined) return context.skip('no control plane here')
  const told: any[] = []
  const hook = await fakeServer(({ json, headers }) => {
    told.push({ event: headers['x-pintle-event'], ...json })
    return {}
  })
  writeFileSync(join(dir.path, 'pintle.yaml'), `apiVersion: pintle.dev/v1\nservices:\n  shop: {chart: ./web, namespace: default, notify: [{webhook: "${hook.url}"}]}\n`)
  const run = (...args: string[]) => runCli(['release', 'shop', '--timeout', '60s', '--stable-for', '0s', ...args], { cwd: dir.path, env: { KUBECONFIG: plane!.kubeconfig }, timeout: 120_000 })
  const first = await run()
  expect(first.code).toBe(5)
  const { code, err } = await run('--approve-digest', /Plan digest: (sha256:[0-9a-f]{64})/.exec(first.out)![1]!)
  expect(code, err).toBe(0)
  expect(told.map((t) => t.event)).toEqual(['release.waiting', 'release.started', 'release.deployed'])
  expect(new Set(told.map((t) => t.id)).size).toBe(1)
  expect(told.at(-1)).toMatchObject({ simulated: false, service: 'shop', namespace: 'default', chart: { name: 'web', version: '1.2.0' }, schema: 'pintle.dev/notice/v1' })
  expect(told.at(-1).cluster).not.toBe('')
  expect(told.at(-1).steps.map((step: { kind: string; passed: boolean }) => [step.kind, step.passed])).toContainEqual(['health', true])
})
