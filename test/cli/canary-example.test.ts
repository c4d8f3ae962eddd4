/** The example of the README in steps, from the built package, on the embedded sandbox: promoted, aborted, refused; what the evidence says of metrics and time that were simulated. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, runCli, startCli } from './run-cli.ts'

let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env, timeout: 120_000 })
const digestOf = (out: string): string => /Plan digest: (sha256:[0-9a-f]{64})/.exec(out)?.[1] ?? ''
const release = ['release', 'checkout-api', '-e', 'prod', '--config', 'canary.yaml', '--create-namespace', '--stable-for', '0s', '--set', 'migrations.enabled=false', '--compress-time', '300']
async function approved(...args: string[]): ReturnType<typeof pintle> {
  const { out, err } = await pintle(...release, ...args)
  expect(digestOf(out), err).not.toBe('')
  return await pintle(...release, ...args, '--approve-digest', digestOf(out))
}
const newest = async (): Promise<any> => (JSON.parse((await pintle('evidence', 'show', '-o', 'json')).out) as { record: unknown }).record

beforeAll(() => {
  dir = folder({})
  cpSync(resolve(import.meta.dirname, '../../examples'), dir.path, { recursive: true })
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox') }
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

it('installs the first version at once: there is nothing to compare it with', async () => {
  const { code, out } = await approved()
  expect(out).toContain('succeeded, revision 1')
  expect(code).toBe(0)
}, 120_000)

it('promotes the next one through 5, 25, 50 and 100 percent, and keeps every step, marked as simulated', async () => {
  const planned = await pintle(...release, '--set', 'image.tag=1.15.0')
  expect(planned.out).toContain('canary by replicas: 5% > gates > 25% > gates > 50% > gates > 100% > gates > promote')
  const { code, out } = await approved('--set', 'image.tag=1.15.0')
  expect(out).toContain('succeeded, revision 2')
  expect(code).toBe(0)
  const record = await newest()
  expect(record).toMatchObject({ strategy: 'canary', outcome: 'succeeded', compression: 300, target: { simulated: true }, revision: { before: 1, after: 2 } })
  expect(record.rollout.map((s: any) => [s.name, s.achieved, s.outcome])).toEqual([5, 25, 50, 100].flatMap((w) => [[`${w}%`, w, 'promoted'], ['gates', w, 'promoted']]))
  const gates = record.rollout.flatMap((s: any) => s.gates)
  expect(gates.length).toBeGreaterThanOrEqual(8)
  expect(gates.every((g: any) => g.simulated === true && g.verdict === 'pass' && g.endpoint === 'simulated' && typeof record.files[g.response] === 'string')).toBe(true)
  const note = (await pintle('note')).out
  expect(note).toContain('**Time compressed 300x, simulated cluster.** **Metrics are simulated.**')
  const live = await pintle('get', 'manifest', 'checkout-api', '-n', 'prod')
  expect(live.out).not.toContain('canary')
}, 120_000)

it('goes back at the first step when three percent of the requests fail, and says which number did it', async () => {
  const { code, err } = await approved('--set', 'image.tag=1.16.0-errors-3pct')
  expect(code).toBe(6)
  expect(err).toContain('the canary of checkout-api was aborted: error-rate: 0.03 > 0.005')
  const record = await newest()
  expect(record).toMatchObject({ outcome: 'rolled-back', rollback: { used: { automatic: true, toRevision: 2, trigger: { metric: 'error-rate', value: 0.03, threshold: 0.005 } } } })
  const history = JSON.parse((await pintle('history', 'checkout-api', '-n', 'prod', '-o', 'json')).out) as { revision: number; status: string; description: string }[]
  expect(history.slice(-2)).toMatchObject([{ revision: 3, status: 'failed', description: expect.stringContaining('error-rate: 0.03 > 0.005') }, { revision: 4, status: 'deployed', description: expect.stringMatching(/^Rollback to 2: error-rate/) }])
}, 120_000)

it('refuses weights that cannot be had, before anything is changed', async () => {
  writeFileSync(join(dir.path, 'small.yaml'), readFileSync(join(dir.path, 'canary.yaml'), 'utf8').replace('replicaCount=20', 'replicaCount=3').replace('namespace: prod', 'namespace: small'))
  const small = ['--config', 'small.yaml']
  expect((await approved(...small)).code).toBe(0)
  const { code, err } = await pintle(...release, ...small, '--set', 'image.tag=1.17.0')
  expect(code).toBe(5)
  expect(err).toContain('the weights of the canary of Deployment checkout-api cannot be had with 3 pods: 5% would be 0%')
}, 120_000)

it('is ended well by another process where the first one died in the watch after the promotion', async () => {
  writeFileSync(join(dir.path, 'watched.yaml'), readFileSync(join(dir.path, 'canary.yaml'), 'utf8').replace('    strategy: canary', '    watch: 60m\n    strategy: canary').replace('[5, 25, 50, 100]', '[100]'))
  const watched = [...release, '--config', 'watched.yaml', '--set', 'image.tag=1.20.0']
  const { out } = await pintle(...watched)
  const run = startCli([...watched, '--approve-digest', digestOf(out)], { cwd: dir.path, env, timeout: 120_000 })
  await run.said(/is deployed, and watched/)
  run.kill('SIGKILL')
  await run.ended
  const { code, out: said } = await pintle('rollout', 'resume', 'checkout-api', '-n', 'prod')
  expect([code, said]).toEqual([0, expect.stringContaining('succeeded, revision 5')])
  expect(await newest()).toMatchObject({ outcome: 'succeeded', watch: { green: true, minutes: 60 } })
}, 120_000)

it('is left by a run that is killed, refuses others meanwhile, and is ended by another process', async () => {
  const slow = release.map((a) => (a === '300' ? '20' : a))
  const { out } = await pintle(...slow, '--set', 'image.tag=1.18.0')
  const run = startCli([...slow, '--set', 'image.tag=1.18.0', '--approve-digest', digestOf(out)], { cwd: dir.path, env, timeout: 120_000 })
  await run.said(/5% of the traffic/)
  run.kill('SIGKILL')
  await run.ended
  const other = await pintle(...release, '--set', 'image.tag=1.19.0')
  expect([other.code, other.err]).toEqual([5, expect.stringContaining('a canary of checkout-api is under way: revision 6, progressing at 5%')])
  const upgrade = await pintle('upgrade', 'checkout-api', 'checkout-api', '-n', 'prod')
  expect([upgrade.code, upgrade.err]).toEqual([1, expect.stringContaining('another operation (install/upgrade/rollback) is in progress')])
  const ended = await pintle('rollout', 'abort', 'checkout-api', '-n', 'prod', '--reason', 'wrong day')
  expect(ended.code).toBe(6)
  expect((await newest())).toMatchObject({ outcome: 'rolled-back', plan: { digest: digestOf(out) }, rollback: { used: { automatic: false, reason: expect.stringContaining('wrong day') } } })
}, 120_000)
