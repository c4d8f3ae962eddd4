/** `pintle doctor --role` as it is used: its output is applied, and a service account with it goes through every command, without one refusal in the server's own log. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manifestObjects } from '../../src/cluster/release/index.ts'
import { runCli, type CliResult } from '../cli/run-cli.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'

let plane: ControlPlane | undefined
const home = mkdtempSync(join(tmpdir(), 'pintle-rights-'))
beforeAll(async () => { plane = await startControlPlane({ audit: true }) }, 600_000)
afterAll(async () => {
  await plane?.stop()
  rmSync(home, { recursive: true })
})

it('does every command with the role that doctor prints', async (context) => {
  if (plane === undefined) return context.skip('no cluster here')
  const { cluster } = plane
  cpSync(resolve(import.meta.dirname, '../../examples'), home, { recursive: true })
  const run = (line: string, kubeconfig?: string): Promise<CliResult> => runCli(line.split(' '), { cwd: home, timeout: 120_000, env: { ...(kubeconfig && { KUBECONFIG: kubeconfig }), PINTLE_PLAN_KEY: Buffer.alloc(32, 7).toString('base64') } })
  for (const name of ['ci', 'prod']) await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  await cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer', namespace: 'ci' } })
  const role = await run('doctor checkout-api -e prod --role --service-account ci/deployer')
  expect([role.code, role.err]).toEqual([0, ''])
  for (const object of manifestObjects(role.out)) await cluster.create(object)
  const { status } = await cluster.request('POST', '/api/v1/namespaces/ci/serviceaccounts/deployer/token', { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }, contentType: 'application/json' })
  const kubeconfig = join(home, 'deployer')
  const config = JSON.parse(readFileSync(plane.kubeconfig, 'utf8'))
  writeFileSync(kubeconfig, JSON.stringify({ ...config, 'current-context': 'deployer', users: [{ name: 'deployer', user: { token: status.token } }], contexts: [{ name: 'deployer', context: { cluster: 'test', user: 'deployer' } }] }), { mode: 0o600 })

  const doctor = await run('doctor checkout-api -e prod -o json', kubeconfig)
  expect(doctor.out + doctor.err).not.toContain(status.token.split('.')[2])
  const rights = JSON.parse(doctor.out).checks.find((c: { id: string }) => c.id === 'target/rights')
  expect(rights).toMatchObject({ status: 'ok', messages: [expect.stringMatching(/^all \d+ rights that are needed$/)] })

  const values = '-f checkout-api/values.yaml -f checkout-api/values-prod.yaml'
  const failed: string[] = []
  for (const [line, ...codes] of [
    ['plan checkout-api -e prod -o plan.pintle', 0, 2],
    ['apply plan.pintle --yes', 0],
    ['status checkout-api -n prod', 0],
    [`diff upgrade checkout-api checkout-api -n prod ${values} --set replicaCount=4`, 0],
    [`diff upgrade checkout-api checkout-api -n prod ${values} --set replicaCount=4 --live`, 0],
    [`upgrade checkout-api checkout-api -n prod ${values} --set session-cache.enabled=false --wait --rollback-on-failure --timeout 60s`, 0],
    ['test checkout-api -n prod --logs --timeout 60s', 0],
    ['history checkout-api -n prod', 0],
    ['rollback checkout-api 1 -n prod --wait --timeout 60s', 0],
    ['get all checkout-api -n prod', 0],
    ['uninstall checkout-api -n prod --wait --timeout 60s', 0],
    [`install checkout-api checkout-api -n prod ${values} --wait --timeout 60s`, 0],
    ['uninstall checkout-api -n prod --wait --timeout 60s', 0],
  ] as [string, ...number[]][]) {
    const { code, out, err } = await run(line, kubeconfig)
    if (!codes.includes(code)) failed.push(`${line}: ${code}: ${err || out}`)
  }
  expect(failed).toEqual([])
  const mine = plane.requests().filter((r) => r.user === 'system:serviceaccount:ci:deployer')
  expect(mine.length).toBeGreaterThan(100)
  // What doctor asks of others' resources it may be refused; it says so.
  expect(mine.filter((r) => r.code === 403 && !/resourcequotas/.test(r.uri)).map((r) => `${r.verb} ${r.uri}`)).toEqual([])
}, 300_000)
