/**
 * The helmfiles of a course on Helm, as printed there, command by command: four releases from three repositories, environments in one file, two clusters, and its hands-on lab. Only the addresses of
 * repositories are others: small charts of the same names and versions, served here.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { loadChart, saveChart } from '../../src/charts/chart/index.ts'
import { indexDirectory } from '../../src/charts/registry/index.ts'
import { pintle, runCli, type CliResult } from '../cli/run-cli.ts'
import { startControlPlane } from './control-plane.ts'

const tool = await ensureTool('kube-apiserver')

const workload = (kind: 'Deployment' | 'StatefulSet', name: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  replicas: {{ .Values.replicaCount }}
${kind === 'StatefulSet' ? `  serviceName: ${name}\n` : ''}  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: "registry.example.com/app:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: {{ .Values.service.type }}, selector: {app: ${name}}, ports: [{port: 80}]}
`
const published: readonly [repository: string, chart: string, version: string, appVersion: string, kind: 'Deployment' | 'StatefulSet', name: string][] = [
  ['bitnami', 'nginx', '15.14.0', '1.25.3', 'Deployment', '{{ .Release.Name }}'], ['bitnami', 'redis', '18.6.1', '7.2.4', 'StatefulSet', '{{ .Release.Name }}-master'],
  ['ingress-nginx', 'ingress-nginx', '4.9.1', '1.9.6', 'Deployment', '{{ .Release.Name }}'], ['prometheus-community', 'kube-prometheus-stack', '56.6.2', '0.71.2', 'Deployment', '{{ .Release.Name }}'],
]

describe.skipIf(tool === undefined)('the helmfiles of a course', () => {
  const home = mkdtempSync(join(tmpdir(), 'pintle-course-'))
  const work = join(home, 'work')
  const [helmfileLink, helmLink] = [join(home, 'helmfile'), join(home, 'helm')]
  let planes: NonNullable<Awaited<ReturnType<typeof startControlPlane>>>[] = []
  let server: Server
  let kubeconfig: string
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), text)
    }
  }
  const chart = (folder: string, name: string, version: string, appVersion: string, templates: string): Record<string, string> => ({
    [`${folder}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: ${version}\nappVersion: "${appVersion}"\n`, [`${folder}/values.yaml`]: 'replicaCount: 1\nservice: {type: ClusterIP}\n', [`${folder}/templates/all.yaml`]: templates,
  })
  const env = (): Record<string, string> => ({ HOME: home, KUBECONFIG: kubeconfig, PATH: process.env.PATH!, NO_COLOR: '1', HELM_CACHE_HOME: join(home, 'cache'), HELM_CONFIG_HOME: join(home, 'config'), HELM_DATA_HOME: join(home, 'data') })
  const helmfile = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: work, program: [process.execPath, helmfileLink], env: env(), timeout: 120_000 })
  const helm = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: work, program: [process.execPath, helmLink], env: env() })
  const addressOf = (repository: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${repository}`
  const good = (result: CliResult): CliResult => {
    expect(result.code, `${result.out}\n${result.err}`).toBe(0)
    return result
  }

  beforeAll(async () => {
    symlinkSync(pintle, helmfileLink)
    symlinkSync(pintle, helmLink)
    server = createServer((request, response) => {
      const path = join(home, 'served', request.url ?? '')
      if (!existsSync(path) || statSync(path).isDirectory()) response.writeHead(404).end()
      else response.end(readFileSync(path))
    })
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
    for (const repository of new Set(published.map(([name]) => name))) {
      const folder = join(home, 'served', repository)
      mkdirSync(folder, { recursive: true })
      for (const [of, name, version, appVersion, kind, object] of published.filter(([one]) => one === repository)) {
        const source = `source/${of}/${name}`
        put(chart(source, name, version, appVersion, workload(kind, object)))
        await saveChart(await loadChart(join(work, source)), folder, { epoch: 0, now: 0 })
      }
      await indexDirectory(folder, { url: addressOf(repository), merge: '', format: 'yaml', signal: new AbortController().signal, log: () => {} })
    }
    put(chart('charts/api', 'api', '2.5.0', '1.0.0', workload('Deployment', '{{ .Release.Name }}')))
    planes = [(await startControlPlane())!, (await startControlPlane({ apiOnly: true }))!]
    kubeconfig = join(home, 'kubeconfig')
    const configs = planes.map((plane) => JSON.parse(readFileSync(plane.kubeconfig, 'utf8')) as { clusters: { cluster: object }[]; users: { name: string; user: object }[] })
    writeFileSync(kubeconfig, JSON.stringify({
      apiVersion: 'v1', kind: 'Config', 'current-context': 'us-east-prod',
      clusters: configs.map(({ clusters }, i) => ({ name: `c${i}`, cluster: clusters[0]!.cluster })), users: configs.map(({ users }, i) => ({ name: `u${i}`, user: users.find(({ name }) => name === 'admin')!.user })),
      contexts: ['us-east-prod', 'eu-west-prod'].map((name, i) => ({ name, context: { cluster: `c${i}`, user: `u${i}` } })),
    }))
  })
  afterAll(async () => {
    server?.close()
    for (const plane of planes) await plane.stop()
    rmSync(home, { recursive: true, force: true })
  })

  it('one file for four releases: sync, diff, apply of one', async () => {
    put({
      'helmfile.yaml': `repositories:
  - name: bitnami
    url: ${addressOf('bitnami')}
  - name: ingress-nginx
    url: ${addressOf('ingress-nginx')}
  - name: prometheus-community
    url: ${addressOf('prometheus-community')}

helmDefaults:
  wait: true
  timeout: 300                    # seconds
  createNamespace: true

releases:
  - name: nginx-ingress
    namespace: ingress-system
    chart: ingress-nginx/ingress-nginx
    version: 4.9.1
    values:
      - values/nginx-ingress.yaml

  - name: api
    namespace: app
    chart: ./charts/api            # local chart
    version: 2.5.0
    values:
      - values/api-common.yaml
      - values/api-{{ .Environment.Name }}.yaml

  - name: redis
    namespace: app
    chart: bitnami/redis
    version: 18.6.1
    values:
      - values/redis.yaml

  - name: monitoring
    namespace: monitoring
    chart: prometheus-community/kube-prometheus-stack
    version: 56.6.2
    values:
      - values/monitoring.yaml
`,
      'values/nginx-ingress.yaml': 'replicaCount: 2\n', 'values/api-common.yaml': 'replicaCount: 1\n', 'values/api-default.yaml': 'replicaCount: 2\n', 'values/redis.yaml': '{}\n', 'values/monitoring.yaml': '{}\n',
    })
    const { err } = good(await helmfile('sync'))
    for (const repository of ['bitnami', 'ingress-nginx', 'prometheus-community']) expect(err).toContain(`Adding repo ${repository} ${addressOf(repository)}`)
    expect(err).toContain('Upgrading release=api, chart=charts/api, namespace=app')
    const table = err.slice(err.indexOf('Updated Releases')).split('\n').slice(1).filter((line) => line !== '').map((line) => line.split(/ {2,}/).slice(0, 4)).sort()
    expect(table).toEqual([
      ['NAME', 'NAMESPACE', 'CHART', 'VERSION'], ['api', 'app', './charts/api', '2.5.0'], ['monitoring', 'monitoring', 'prometheus-community/kube-prometheus-stack', '56.6.2'],
      ['nginx-ingress', 'ingress-system', 'ingress-nginx/ingress-nginx', '4.9.1'], ['redis', 'app', 'bitnami/redis', '18.6.1'],
    ])
    put({ 'values/api-default.yaml': 'replicaCount: 3\n' })
    const { out } = good(await helmfile('diff'))
    expect(out).toContain('app, api, Deployment (apps) has changed:')
    expect(out).toMatch(/^-\s+replicas: 2$/m)
    expect(out).toMatch(/^\+\s+replicas: 3$/m)
    const applied = good(await helmfile('-l', 'name=api', 'apply'))
    expect([...applied.err.matchAll(/Upgrading release=([\w-]+)/g)].map((found) => found[1])).toEqual(['api'])
    good(await helmfile('destroy'))
  })

  it('values of environments, in one plain file with templates', async () => {
    put({
      'helmfile.yaml': `environments:
  dev:
    values:
      - environments/dev.yaml
  staging:
    values:
      - environments/staging.yaml
  prod:
    values:
      - environments/prod.yaml

releases:
  - name: api
    namespace: api-{{ .Environment.Name }}
    chart: ./charts/api
    values:
      - values/api-common.yaml
      - values/api-{{ .Environment.Name }}.yaml
    set:
      - name: replicaCount
        value: {{ .Environment.Values.replicas }}
`,
      'environments/dev.yaml': 'replicas: 1\n', 'environments/prod.yaml': 'replicas: 5\n', 'values/api-common.yaml': '{}\n', 'values/api-dev.yaml': '{}\n', 'values/api-prod.yaml': '{}\n',
    })
    for (const [environment, replicas] of [['dev', 1], ['prod', 5]] as const) {
      good(await helmfile('-e', environment, 'apply'))
      const live = await planes[0]!.cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: `api-${environment}`, name: 'api' })
      expect(live!.spec.replicas).toBe(replicas)
    }
  })

  it('a context for each environment', async () => {
    put({
      'helmfile.yaml': `environments:
  us-east:
    values:
      - env/us-east.yaml
    kubeContext: us-east-prod
  eu-west:
    values:
      - env/eu-west.yaml
    kubeContext: eu-west-prod

releases:
  - name: api
    namespace: app
    chart: ./charts/api
    values:
      - values/common.yaml
      - values/{{ .Environment.Name }}.yaml
`,
      'env/us-east.yaml': '{}\n', 'env/eu-west.yaml': '{}\n', 'values/common.yaml': '{}\n', 'values/us-east.yaml': 'replicaCount: 4\n', 'values/eu-west.yaml': 'replicaCount: 6\n',
    })
    good(await helmfile('-e', 'us-east', 'apply'))
    good(await helmfile('-e', 'eu-west', 'apply'))
    const replicas = await Promise.all(planes.map(async ({ cluster }) => (await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'app', name: 'api' }))!.spec.replicas as number))
    expect(replicas).toEqual([4, 6])
    // Both in one run.
    const { out } = good(await helmfile('diff', '-e', 'us-east', '-e', 'eu-west', '--detailed-exitcode'))
    expect(out).toMatch(/^us-east\s+us-east-prod\s+app\s+api\s+1\s+api-2.5.0\s+deployed\s+unchanged$/m)
    expect(out).toMatch(/^eu-west\s+eu-west-prod\s+app\s+api\s+1\s+api-2.5.0\s+deployed\s+unchanged$/m)
  })

  it('the lab: deploy, upgrade, roll back, clean up', async () => {
    const lab = (replicas: number): string => `repositories:
  - name: bitnami
    url: ${addressOf('bitnami')}

helmDefaults:
  wait: true
  timeout: 300
  createNamespace: true
  historyMax: 10

releases:
  - name: nginx
    namespace: helm-prod-lab
    chart: bitnami/nginx
    version: 15.14.0
    values:
      - replicaCount: ${replicas}
      - service:
          type: ClusterIP

  - name: redis
    namespace: helm-prod-lab
    chart: bitnami/redis
    version: 18.6.1
    values:
      - architecture: standalone
      - auth:
          enabled: false
`
    put({ 'helmfile.yaml': lab(2) })
    expect(good(await helmfile('diff')).out).toMatch(/helm-prod-lab, nginx, Deployment \(apps\) has been added:/)
    const first = good(await helmfile('apply'))
    expect(first.err).toContain(`Adding repo bitnami ${addressOf('bitnami')}`)
    expect(first.err).toContain('Upgrading release=nginx, chart=bitnami/nginx, namespace=helm-prod-lab')
    expect(first.err).toMatch(/^redis\s+helm-prod-lab\s+bitnami\/redis\s+18\.6\.1\s+\d+s$/m)
    const list = good(await helm('list', '-n', 'helm-prod-lab')).out
    expect(list).toMatch(/^nginx\s+helm-prod-lab\s+1\s.*\sdeployed\s+nginx-15\.14\.0\s+1\.25\.3/m)
    expect(list).toMatch(/^redis\s+helm-prod-lab\s+1\s.*\sdeployed\s+redis-18\.6\.1\s+7\.2\.4/m)

    put({ 'helmfile.yaml': lab(3) })
    const diff = good(await helmfile('diff')).out
    expect(diff).toMatch(/^-\s+replicas: 2$/m)
    expect(diff).toMatch(/^\+\s+replicas: 3$/m)
    expect(diff).not.toContain('redis-master, ')
    expect([...good(await helmfile('apply')).err.matchAll(/Upgrading release=(\w+)/g)].map((found) => found[1])).toEqual(['nginx'])

    const history = good(await helm('history', 'nginx', '-n', 'helm-prod-lab')).out
    expect(history).toMatch(/^1\s.*\ssuperseded\s+nginx-15\.14\.0\s.*Install complete/m)
    expect(history).toMatch(/^2\s.*\sdeployed\s+nginx-15\.14\.0\s.*Upgrade complete/m)
    expect(good(await helm('rollback', 'nginx', '1', '-n', 'helm-prod-lab')).out).toBe('Rollback was a success! Happy Helming!\n')

    const destroyed = good(await helmfile('destroy')).err
    expect(destroyed).toContain('Deleting nginx')
    expect(destroyed).toContain('release "redis" uninstalled')
  })
})
