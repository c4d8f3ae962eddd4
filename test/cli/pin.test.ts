/** `pintle pin` from the built package, over a registry of the test's own that knows some tags. */
import { createServer, type Server } from 'node:http'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const hex = (c: string): string => `sha256:${c.repeat(64)}`
let server: Server
let host: string
/** What tags stand for. */
const tags = new Map<string, string>()
const asked: string[] = []
let dir: ReturnType<typeof folder>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path })
const lock = () => readFileSync(join(dir.path, 'pintle.lock'), 'utf8')
const edit = (name: string, change: (text: string) => string) => writeFileSync(join(dir.path, name), change(readFileSync(join(dir.path, name), 'utf8')))

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const [, repository, reference] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(request.url!) ?? []
    const digest = reference?.startsWith('sha256:') ? [...tags.values()].find((d) => d === reference) : tags.get(`${repository}:${reference}`)
    if (digest === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json', 'docker-content-digest': digest, 'content-length': '2' }).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => { server.closeAllConnections(); server.close() })
beforeEach(() => {
  dir?.remove()
  tags.clear()
  asked.length = 0
  tags.set('acme/web:1.0', hex('1')).set('acme/job:2', hex('2'))
  dir = folder({
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
    'charts/web/values.yaml': `image:\n  name: ${host}/acme/web\n  tag: "1.0"\n`,
    'charts/web/templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"\n',
    'charts/web/templates/test.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: t, image: "${host}/acme/job:2"}]}\n`,
    'staging.yaml': 'image: {tag: "1.0"}\n', 'prod.yaml': 'replicas: 2\n',
    'pintle.yaml': 'apiVersion: pintle.dev/v1\nenvironments:\n  staging: {values: [staging.yaml]}\n  prod: {values: [prod.yaml]}\nservices:\n  web:\n    chart: ./charts/web\n    version: 1.2.0\n',
  })
})
afterAll(() => dir.remove())

describe('pintle pin', () => {
  it('writes every service in every environment: versions, contents, digests of images', async () => {
    const { code, out, err } = await pintle('pin', '--plain-http')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^web\/staging: web 1\.2\.0 sha256:\w{12}, 0 dependencies, 1 values file, 2 images: new\nweb\/prod: .*: new\npintle\.lock written: 2 releases changed\n$/)
    expect(lock()).toContain(`    images:\n    - digest: ${hex('2')}\n      image: ${host}/acme/job:2\n    - digest: ${hex('1')}\n      image: ${host}/acme/web:1.0\n`)
    // Two environments, one question for each image.
    expect(asked.sort()).toEqual(['HEAD /v2/acme/job/manifests/2', 'HEAD /v2/acme/web/manifests/1.0'])
    expect((await pintle('pin', '--plain-http')).out).toContain('pintle.lock is up to date')
    expect((await pintle('pin', '--plain-http', '--check')).code).toBe(0)
  })

  it('--check fails when a tag, a value, the chart or the lock moved, and writes nothing', async () => {
    await pintle('pin', '--plain-http', '-e', 'prod')
    const before = lock()
    tags.set('acme/web:1.0', hex('9'))
    edit('prod.yaml', (t) => `${t}# changed\n`)
    const { code, out, err } = await pintle('pin', '--plain-http', '-e', 'prod', '--check')
    expect(code).toBe(5)
    expect(out).toContain(`  image ${host}/acme/web:1.0: ${hex('1')} -> ${hex('9')}\n`)
    expect(out).toContain('  values prod.yaml: ')
    expect(err).toContain('1 of 1 pins no longer fit: web/prod')
    expect((await pintle('pin', '--plain-http', '--check')).err).toContain('2 of 2 pins no longer fit: web/staging, web/prod')
    expect(lock()).toBe(before)
  })

  it('keeps what is pinned until --update', async () => {
    await pintle('pin', '--plain-http')
    tags.set('acme/web:1.0', hex('9')).set('old:1', hex('1'))
    const kept = await pintle('pin', '--plain-http')
    expect(kept.out).toContain(`${host}/acme/web:1.0: the tag is ${hex('9').slice(0, 19)} now; what is pinned stays`)
    expect(lock()).not.toContain(hex('9'))
    const updated = await pintle('pin', '--plain-http', '--update')
    expect(updated.out).toContain(`image ${host}/acme/web:1.0: ${hex('1')} -> ${hex('9')}`)
    expect(lock()).toContain(hex('9'))
  })

  it('--offline asks nobody', async () => {
    await pintle('pin', '--plain-http')
    asked.length = 0
    expect((await pintle('pin', '--offline', '--check')).code).toBe(0)
    rmSync(join(dir.path, 'pintle.lock'))
    // The lock is gone; what was found before is known still.
    expect((await pintle('pin', '--offline')).code).toBe(0)
    expect(lock()).toContain(hex('1'))
    rmSync(join(dir.path, 'pintle.lock'))
    rmSync(join(dir.path, '.cache'), { recursive: true })
    const { code, err } = await pintle('pin', '--offline')
    expect([code, err.includes('no digest of it is known, and --offline asks no registry')]).toEqual([5, true])
    expect(asked).toEqual([])
  })

  it('refuses ranges, latest and what no registry knows, each with its line', async () => {
    edit('pintle.yaml', (t) => t.replace('version: 1.2.0', 'version: ^1.0.0'))
    const range = await pintle('pin', '--plain-http')
    expect(range.code).toBe(5)
    expect(range.err).toContain('pintle.yaml:8: services.web: chart ')
    expect(range.err).toContain('"^1.0.0" is no exact version')
    edit('pintle.yaml', (t) => t.replace('version: ^1.0.0', 'version: 1.2.0'))
    edit('charts/web/values.yaml', (t) => t.replace('"1.0"', 'latest'))
    const latest = await pintle('pin', '--plain-http', '-e', 'prod')
    expect(latest.code).toBe(5)
    expect(latest.err).toContain(`web/templates/deployment.yaml:11: Deployment/web: ${host}/acme/web:latest: latest is whatever was pushed last; set by `)
    expect(latest.err).toMatch(/image\.tag \(\S*charts\/web\/values\.yaml:3\)/)
    edit('staging.yaml', () => 'image: {tag: "7"}\n')
    const missing = await pintle('pin', '--plain-http', '-e', 'staging')
    expect(missing.err).toContain(`Deployment/web: ${host}/acme/web:7: ${host}/acme/web:7: not found; set by `)
    expect(missing.err).toContain('image.tag (staging.yaml:1)')
    edit('charts/web/Chart.yaml', (t) => `${t}dependencies:\n  - name: db\n    version: ">=1"\n    repository: https://example.com\n`)
    expect((await pintle('pin', '--plain-http')).err).toContain('charts/web/Chart.yaml:6: dependency db: ">=1" is a range, and there is no Chart.lock')
    expect((await pintle('pin', 'x', 'oci://localhost:1/web', '--plain-http')).err).toContain('chart oci://localhost:1/web: no version is given, which means the newest')
    expect(() => lock()).toThrow()
  })

  it('takes everything from flags, and tells it as JSON', async () => {
    const { code, out } = await pintle('pin', 'shop', 'charts/web', '--set', 'image.tag=1.0', '--plain-http', '-o', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(out).releases[0]).toMatchObject({ name: 'shop', pinned: false, chart: { name: 'web', version: '1.2.0' }, images: [{ image: `${host}/acme/job:2`, digest: hex('2') }, { image: `${host}/acme/web:1.0`, digest: hex('1') }] })
    expect(lock()).toContain('\n  shop:\n')
  })

  it('goes with pintle release: pins of images stay, new images are told or refused', async () => {
    const env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox') }
    await pintle('pin', 'shop', 'charts/web', '--plain-http')
    try {
      const plan = await runCli(['release', 'shop', 'charts/web', '--locked', '--plan-only'], { cwd: dir.path, env })
      expect([plan.code, plan.err.includes('as in pintle.lock')]).toEqual([2, true])
      edit('charts/web/templates/deployment.yaml', (t) => `${t}        - {name: extra, image: "extra:1"}\n`)
      await pintle('pin', 'shop', 'charts/web', '--plain-http', '--offline')
      const told = await runCli(['release', 'shop', 'charts/web', '--plan-only'], { cwd: dir.path, env })
      expect(told.err).toContain('not pinned (`pintle pin` does it):\n  docker.io/library/extra:1')
    } finally {
      await runCli(['sandbox', 'stop'], { cwd: dir.path, env })
    }
  })
})
