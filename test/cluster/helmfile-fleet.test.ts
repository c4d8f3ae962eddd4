/** Several environments in one run, on a real API server: waves, the gate between them, what is told, and needs across files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { runCli, startCli, type CliResult } from '../cli/run-cli.ts'
import { startControlPlane } from './control-plane.ts'
import { charts } from './helmfile/charts.ts'

const tool = await ensureTool('kube-apiserver')

interface Fleet { code: number; waves: { environments: string[]; state: string; reports: { environment: string; code: number; trouble: string[]; releases: { name: string; namespace: string; revision: number; status: string; change: string }[] }[] }[] }

describe.skipIf(tool === undefined)('fleets', () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>
  const work = mkdtempSync(join(tmpdir(), 'pintle-fleet-'))
  const home = mkdtempSync(join(tmpdir(), 'pintle-fleet-home-'))
  const put = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), text)
    }
  }
  const run = (...args: string[]): Promise<CliResult> => runCli(['helmfile', ...args], { cwd: work, env: { KUBECONFIG: plane!.kubeconfig, PATH: process.env.PATH!, HOME: home } })
  const state = (chart: string): string => `environments:
  staging: {values: [{ns: f-staging}]}
  us-east: {values: [{ns: f-us}], kubeContext: admin}
  eu-west: {values: [{ns: f-eu}]}
---
releases:
- {name: web, namespace: "{{ .Values.ns }}", chart: ./charts/${chart}, values: [{mode: "{{ .Environment.Name }}"}]}
`
  beforeAll(async () => {
    plane = await startControlPlane({ apiOnly: true })
    put({ ...charts, 'helmfile.yaml.gotmpl': state('app') })
  })
  afterAll(async () => {
    await plane?.stop()
    for (const folder of [work, home]) rmSync(folder, { recursive: true, force: true })
  })
  const json = async (...args: string[]): Promise<Fleet> => {
    const { out, err } = await run(...args, '-o', 'json')
    expect(out, err).toMatch(/^\{/)
    return JSON.parse(out) as Fleet
  }

  it('wave after wave, and a table of what is where', async () => {
    const { code, out, err } = await run('apply', '--wave', 'staging', '--wave', 'us-east,eu-west', '--suppress-diff')
    expect(code, err).toBe(0)
    const rows = out.split('\n').map((line) => line.split(/\s*\t/))
    expect(rows[0]!.map((cell) => cell.trim())).toEqual(['ENVIRONMENT', 'CLUSTER', 'NAMESPACE', 'RELEASE', 'REVISION', 'CHART', 'STATUS', 'CHANGE'])
    expect(rows.slice(1, 4).map((row) => [0, 2, 3, 4, 5, 6, 7].map((i) => row[i]))).toEqual(['staging f-staging', 'us-east f-us', 'eu-west f-eu'].map((line) => [...line.split(' '), 'web', '1', 'app-1.2.3', 'deployed', 'installed']))
    expect(err.split('\n').filter((line) => !line.includes(' | '))).toEqual(['wave 1 of 2: staging', 'staging: healthy', 'wave 2 of 2: us-east, eu-west', expect.stringMatching(/healthy/), expect.stringMatching(/healthy/), ''])
    expect(err).toMatch(/^staging \| Upgrading release=web, chart=charts\/app, namespace=f-staging$/m)
  })

  it('all environments of the state, for machines; 2 when something differs', async () => {
    expect((await json('diff', '--all-environments', '--detailed-exitcode')).code).toBe(0)
    const { code, waves } = await json('diff', '--all-environments', '--detailed-exitcode', '--set', 'size=2')
    expect(code).toBe(2)
    expect(waves.map(({ environments }) => environments)).toEqual([['staging', 'us-east', 'eu-west']])
    expect(waves[0]!.reports.flatMap(({ releases }) => releases.map(({ change }) => change))).toEqual(['unchanged', 'unchanged', 'unchanged'])
  })

  it('a wave that failed is the last, and says why', async () => {
    put({ 'helmfile.yaml.gotmpl': state('{{ if eq .Environment.Name "us-east" }}refused{{ else }}app{{ end }}') })
    const { code, waves } = await json('apply', '--wave', 'us-east', '--wave', 'eu-west', '--set', 'size=3')
    expect(code).toBe(1)
    expect(waves.map((wave) => wave.state)).toEqual(['failed', 'not begun'])
    expect(waves[0]!.reports[0]!.trouble.join('\n')).toContain('web_not_a_name')
    const { releases } = (await json('status', '-e', 'eu-west', '-e', 'staging')).waves[0]!.reports[0]!
    expect(releases).toMatchObject([{ name: 'web', namespace: 'f-eu', revision: 1, status: 'deployed', change: 'unchanged' }])
    put({ 'helmfile.yaml.gotmpl': state('app') })
  })

  it('a release that does not become ready holds the next wave back', async () => {
    // Without controllers nothing becomes ready here.
    put({ 'helmfile.yaml.gotmpl': state('web') })
    const { code, out } = await run('apply', '--wave', 'staging', '--wave', 'eu-west', '--wave-timeout', '2', '--suppress-diff')
    expect(code).toBe(1)
    expect(out).toMatch(/^staging\s.*\sunhealthy\s*\tupgraded$/m)
    expect(out).toMatch(/^staging: web: Deployment\/web-web is /m)
    expect(out).toContain('wave 2 (eu-west) was not begun')
    put({ 'helmfile.yaml.gotmpl': state('app') })
  })

  it('waves of pintle.yaml', async () => {
    put({ 'pintle.yaml': 'apiVersion: pintle.dev/v1\nenvironments:\n  eu-west: {wave: 2, kubeContext: admin}\n  staging: {wave: 1}\n' })
    expect((await json('diff', '-e', 'eu-west', '-e', 'staging')).waves.map(({ environments }) => environments)).toEqual([['staging'], ['eu-west']])
    rmSync(join(work, 'pintle.yaml'))
  })

  it('what cannot be', async () => {
    expect(await run('apply', '-e', 'staging', '-e', 'eu-west', '-i')).toMatchObject({ code: 1, err: expect.stringContaining('--interactive asks about one environment') as unknown as string })
    expect(await run('apply', '--wave', 'staging,', '--wave', ',')).toMatchObject({ code: 1, err: expect.stringContaining('wave 2 has no environment') as unknown as string })
    expect(await run('apply', '--wave', 'staging', '--as-jobs')).toMatchObject({ code: 1, err: expect.stringContaining('--as-jobs needs --image') as unknown as string })
  })

  it('interrupted, nothing new is begun and what was begun ends', async () => {
    const running = startCli(['helmfile', 'apply', '--wave', 'staging', '--wave', 'eu-west', '--set', 'size=9', '--suppress-diff'], { cwd: work, env: { KUBECONFIG: plane!.kubeconfig, PATH: process.env.PATH!, HOME: home } })
    await running.said(/wave 1 of 2/)
    running.kill('SIGTERM')
    const { code, out } = await running.ended
    expect(code).not.toBe(0)
    expect(out).toContain('wave 2 (eu-west) was not begun')
    const { releases } = (await json('status', '-e', 'staging', '-e', 'eu-west')).waves[0]!.reports[0]!
    expect(releases[0]!.status).toBe('deployed')
  })

  it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s leaves releases in a known state, and begins no more', async (name, exit) => {
    const folder = join(work, `stopped-${exit}`)
    const namespace = `f-stop-${exit}`
    put({
      ...Object.fromEntries(Object.entries(charts).map(([file, text]) => [`stopped-${exit}/${file}`, text])),
      // Without controllers it never becomes ready.
      [`stopped-${exit}/helmfile.yaml`]: `releases:\n- {name: slow, namespace: ${namespace}, chart: ./charts/web, wait: true}\n- {name: later, namespace: ${namespace}, chart: ./charts/app, needs: [${namespace}/slow]}\n`,
    })
    const env = { KUBECONFIG: plane!.kubeconfig, PATH: process.env.PATH!, HOME: home }
    const running = startCli(['helmfile', 'sync'], { cwd: folder, env })
    await running.said(/Upgrading release=slow/)
    const { cluster } = plane!
    while (await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'slow-web' }) === undefined) await new Promise((done) => { setTimeout(done, 50) })
    running.kill(name)
    const { code, err } = await running.ended
    expect(code, err).toBe(exit)
    expect(err).not.toContain('Upgrading release=later')
    const { out } = await runCli(['list', '-n', namespace, '-o', 'json', '-a'], { cwd: folder, env })
    expect(JSON.parse(out)).toMatchObject([{ name: 'slow', status: 'failed', revision: '1' }])
    const again = await runCli(['helmfile', 'sync', '-l', 'name=later'], { cwd: folder, env })
    expect(again.code, again.err).toBe(0)
  })

  it('as Jobs: what is asked of the cluster, and the report that comes back', async () => {
    // No pod runs here: its part is played with the command line that the Job holds.
    const running = startCli(['helmfile', 'apply', '--wave', 'staging', '--as-jobs', '--image', 'example.com/pintle:1', '--jobs-namespace', 'jobs', '--set', 'size=11', '--suppress-diff'], { cwd: work, env: { KUBECONFIG: plane!.kubeconfig, PATH: process.env.PATH!, HOME: home } })
    await running.said(/Job jobs\/pintle-staging-\w+ created/)
    const { items } = await plane!.cluster.list('batch/v1', 'Job', { namespace: 'jobs' })
    const [shell, , , zero, ...words] = items[0]!.spec.template.spec.containers[0].command as string[]
    expect([shell, zero, words[0]]).toEqual(['sh', 'pintle', 'helmfile'])
    const pod = await runCli(words, { cwd: work, env: { KUBECONFIG: plane!.kubeconfig, PATH: process.env.PATH!, HOME: home } })
    expect(pod.code, pod.err).toBe(0)
    const { code, out, err } = await running.ended
    expect(code, err).toBe(0)
    expect(out).toMatch(/^staging\s.*\sweb\s.*\sdeployed\s*\tupgraded$/m)
  })

  it('needs of other files, forwards and backwards', async () => {
    const folder = join(work, 'across')
    put({
      ...Object.fromEntries(Object.entries(charts).map(([name, text]) => [`across/${name}`, text])),
      'across/helmfile.yaml': 'helmfiles: [a.yaml, b.yaml]\n', 'across/a.yaml': 'releases:\n- {name: front, namespace: f-across, chart: ./charts/app, needs: [f-across/db]}\n', 'across/b.yaml': 'releases:\n- {name: db, namespace: f-across, chart: ./charts/app}\n',
    })
    const there = (...args: string[]): Promise<CliResult> => runCli(['helmfile', ...args], { cwd: folder, env: { KUBECONFIG: plane!.kubeconfig, PATH: process.env.PATH!, HOME: home } })
    const synced = await there('sync')
    expect(synced.code, synced.err).toBe(0)
    expect([...synced.err.matchAll(/Upgrading release=(\w+)/g)].map((found) => found[1])).toEqual(['db', 'front'])
    const destroyed = await there('destroy')
    expect(destroyed.code, destroyed.err).toBe(0)
    expect([...destroyed.err.matchAll(/Deleting (\w+)/g)].map((found) => found[1])).toEqual(['front', 'db'])
  })
})
