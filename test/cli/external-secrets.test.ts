/** External Secrets from the command line, on the embedded sandbox: what is said before, while and after a release whose Secrets an operator makes. */
import { symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operatorDefinitions } from '../cluster/secret-operator-world.ts'
import { folder, runCli } from './run-cli.ts'

const files = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'shop/values.yaml': 'key: prod/db\nstore: vault\nmore: []\ncontroller: ""\nname: db\n',
  'shop/templates/secret.yaml': [
    'apiVersion: external-secrets.io/v1', 'kind: ExternalSecret', 'metadata: { name: {{ .Values.name }} }', 'spec:', '  refreshInterval: 1h', '  secretStoreRef: { kind: SecretStore, name: {{ .Values.store }} }', '  target: { name: db-made }',
    '  data:', '    - { secretKey: password, remoteRef: { key: {{ .Values.key }} } }', '    {{- range .Values.more }}', '    - { secretKey: {{ . }}, remoteRef: { key: prod/{{ . }} } }', '    {{- end }}', '',
  ].join('\n'),
  'shop/templates/store.yaml': '{{ if eq .Values.store "vault" }}apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: { name: vault }\nspec: { controller: {{ .Values.controller | quote }}, provider: { vault: { server: https://vault.example.com } } }\n{{ end }}',
  'shop/templates/app.yaml': [
    'apiVersion: apps/v1', 'kind: Deployment', 'metadata: { name: app }', 'spec:', '  selector: { matchLabels: { app: app } }', '  template:', '    metadata: { labels: { app: app }, annotations: { sandbox.pintle.dev/secrets: required } }',
    '    spec: { containers: [{ name: main, image: "example.com/app:1", env: [{ name: P, valueFrom: { secretKeyRef: { name: db-made, key: password } } }] }] }', '',
  ].join('\n'),
  'kinds/Chart.yaml': 'apiVersion: v2\nname: kinds\nversion: 1.0.0\n',
  'kinds/templates/crds.yaml': operatorDefinitions.map((o) => `---\n${JSON.stringify(o)}\n`).join(''),
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const helm = (...args: string[]) => runCli(args, { cwd: dir.path, env, program: [process.execPath, join(dir.path, 'helm')] })
const upgrade = (...args: string[]) => pintle('upgrade', '--install', 'shop', './shop', '--wait', '--timeout', '60s', '--fail-after', 'secret-sync=1s,secret-controller=2s', ...args)

beforeAll(() => {
  dir = folder(files)
  symlinkSync(resolve(import.meta.dirname, '../../bin/pintle.js'), join(dir.path, 'helm'))
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox'), XDG_CONFIG_HOME: join(dir.path, 'config') }
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

describe('External Secrets', () => {
  it('are not in the cluster: said by name before anything is applied', async () => {
    const { code, err } = await upgrade()
    expect(code).toBe(1)
    expect(err).toContain('Install External Secrets, whose chart brings the kinds of external-secrets.io, first, or take it out of the chart in shop/templates/secret.yaml.')
    expect((await pintle('list', '-a', '-q')).out).toBe('')
    const planned = await pintle('plan', 'shop', './shop')
    expect(planned.out + planned.err).toMatch(/ExternalSecret/)
    expect(planned.out + planned.err).toMatch(/external-secrets\.io\/v1/)
    expect((await pintle('install', 'kinds', './kinds')).code).toBe(0)
  })

  it('a release waits for its Secret; a plan shows which key moves', async () => {
    expect(await upgrade()).toMatchObject({ code: 0 })
    const plan = await pintle('plan', 'shop', './shop', '--set', 'more={user,host},key=prod/other')
    expect(plan.code, plan.err).toBe(0)
    expect(plan.out).toMatch(/-\s+key: prod\/db\n\s*\+\s+key: prod\/other/)
    const json = JSON.parse((await pintle('plan', 'shop', './shop', '--set', 'key=prod/other', '--format', 'json')).out)
    expect(json.plan.releases[0].changes.objects[0]).toMatchObject({ kind: 'ExternalSecret', classes: ['secret-reference'], fields: [{ path: 'spec.data[secretKey=password].remoteRef.key', before: 'prod/db', after: 'prod/other' }] })
  })

  it('fails early, with store, key and what to try; the workload is explained by it', async () => {
    const { code, err } = await upgrade('--set', 'key=prod/does-not-exist')
    expect(code).toBe(1)
    expect(err).toMatch(/^hint: ExternalSecret\/db: SecretSyncedError: could not get secret data from provider: error processing spec\.data\[0\] \(key: prod\/does-not-exist\), err: Secret does not exist \(SecretStore vault, key prod\/does-not-exist\)$/m)
    expect(err).toContain('kubectl describe externalsecret -n default db')
    expect(err).not.toContain('context deadline exceeded')
    expect(await upgrade()).toMatchObject({ code: 0 })
  })

  it('a store that nobody has: doctor, plan and release say so', async () => {
    const doctor = await pintle('doctor', 'shop', './shop', '--set', 'store=elsewhere', '-n', 'default')
    expect(doctor.out).toContain('ExternalSecret/db: it reads SecretStore/elsewhere, which is neither in the release nor in namespace default')
    const plan = await pintle('plan', 'shop', './shop', '--set', 'store=elsewhere')
    expect(plan.out).toContain('warn: inputs/secret-stores: ExternalSecret/db: it reads SecretStore/elsewhere')
    const { code, err } = await upgrade('--set', 'store=elsewhere')
    expect(code).toBe(1)
    expect(err).toMatch(/hint: ExternalSecret db: SecretStore\/elsewhere: StoreNotFound: ExternalSecret db reads it, and it does not exist in namespace default\nCreate SecretStore elsewhere/)
    expect(err).toMatch(/what holds it up:\n {2}ExternalSecret\/db: SecretStore\/elsewhere: StoreNotFound: .*\n {2}ExternalSecret\/db: SecretSyncedError: /)
  })

  it('called as helm it waits for what Helm waits for', async () => {
    expect(await upgrade()).toMatchObject({ code: 0 })
    // Nobody looks at the new ExternalSecret: without a status it is as good as ready to Helm.
    const unwatched = ['--set', 'controller=somebody,name=other']
    expect(await helm('upgrade', 'shop', './shop', '--wait', '--timeout', '60s', ...unwatched)).toMatchObject({ code: 0 })
    const { code, err } = await upgrade(...unwatched, '--set', 'name=another')
    expect(code).toBe(1)
    expect(err).toMatch(/ExternalSecret\/another: NotReconciled: no controller has looked at it yet/)
    expect(err).toContain('Check that External Secrets runs in this cluster')
  })
})
