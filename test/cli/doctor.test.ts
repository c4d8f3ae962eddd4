/** `pintle doctor` as it is run: with a cluster, without one, in a bare folder. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src/cluster/sandbox/index.ts'
import { parseDocument } from '../../src/language/yaml/index.ts'
import { folder, runCli } from './run-cli.ts'

const project = `apiVersion: pintle.dev/v1
environments:
  staging: { namespace: shop-staging }
  prod:
    kubeContext: pintle-sandbox
    namespace: shop
    requires: { from: ci, checklist: checklist.md }
    policy: production
    businessHours: { hours: 09:00-17:00 }
services:
  shop:
    chart: ./shop
    owner: "@acme/shop"
    incidents: { command: ./incidents.sh }
`
const files = {
  'pintle.yaml': project, 'checklist.md': '# Before\n- [ ] On-call told\n- [x] Tests pass\n', 'incidents.sh': '#!/bin/sh\necho "service:$PINTLE_SERVICE is slow"\n',
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'shop/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\ndata: { at: {{ .Values.at | default "x" }} }\n',
  'shop/templates/db.yaml': '{{- if .Values.db }}\napiVersion: db.example.com/v1\nkind: Database\nmetadata: { name: shop }\n{{- end }}\n',
}

describe('pintle doctor', () => {
  let sandbox: Sandbox
  let dir: ReturnType<typeof folder>
  const homes = mkdtempSync(join(tmpdir(), 'pintle-doctor-'))
  const kubeconfig = join(homes, 'kubeconfig')
  beforeAll(async () => {
    sandbox = startSandbox()
    writeFileSync(kubeconfig, (await sandbox.listen()).kubeconfig)
    dir = folder(files)
  })
  afterAll(async () => {
    await sandbox.close()
    dir.remove()
    rmSync(homes, { recursive: true })
  })
  const doctor = (line: string, env: Record<string, string> = { KUBECONFIG: kubeconfig }, cwd = dir.path) => runCli(['doctor', ...line.split(' ').filter((w) => w !== '')], { cwd, env })
  const checks = (out: string): Record<string, { status: string; messages: string[] }> => Object.fromEntries(JSON.parse(out).checks.map((c: { id: string }) => [c.id, c]))

  it('stops what must not be released, and says what to do', async () => {
    const { code, out, err } = await doctor('shop -e prod -o json')
    expect([code, err]).toEqual([5, ''])
    const found = checks(out)
    expect(JSON.parse(out)).toMatchObject({ service: 'shop', environment: 'prod', context: 'pintle-sandbox', namespace: 'shop', stop: true })
    expect(found['target/ci-only']!.status).toBe('stop')
    expect(found['target/open-incident']).toMatchObject({ status: 'unknown', messages: ['the command for incidents ended with exit code 126'] })
    expect(found['process/checklist']).toMatchObject({ status: 'stop', messages: ['open: On-call told'] })
    expect(found['target/no-cluster-admin']!.status).toBe('stop')
    expect(found['target/expected-context']).toMatchObject({ status: 'ok', messages: ['context pintle-sandbox'] })
  })

  it('takes an emergency, ticked items and the rules of another environment', async () => {
    expect((await doctor('shop -e prod -o json --checked nothing')).err).toContain('the checklist has no item "nothing"')
    const args = ['doctor', 'shop', '-e', 'prod', '-o', 'json', '--break-glass', 'INC-7', '--checked', 'on-call told']
    const found = checks((await runCli(args, { cwd: dir.path, env: { KUBECONFIG: kubeconfig } })).out)
    expect(found['target/ci-only']).toMatchObject({ status: 'ok', messages: ['emergency: INC-7'] })
    expect([found['process/checklist']!.status, found['process/on-call']!.status]).toEqual(['ok', 'ok'])
    const staging = await doctor('shop -e staging')
    expect(staging.code).toBe(0)
    expect(staging.out).toMatch(/^CHECK +\tSTATUS +\tFOUND\n/)
    expect(staging.out).toContain('\nNothing stops a release: ')
  })

  it('writes Markdown that holds what was found as text', async () => {
    const { code, out } = await doctor('shop -e prod -o markdown')
    expect(code).toBe(5)
    expect(out).toMatch(/^### shop in prod\n\nDo not release: .*\n\n\| Status \| Check \| Found \| What to do \|\n/)
    expect(out).toContain('| **stop** | `process/checklist` | open: On-call told |')
  })

  it('says that there is no cluster, and what that leaves unknown', async () => {
    const none = await doctor('shop -e staging -o json', {})
    expect(none.code).toBe(5)
    expect(checks(none.out)['stack/context']).toMatchObject({ status: 'stop', messages: ['there is no Kubernetes context'] })
    expect(checks(none.out)['target/rights']!.status).toBe('unknown')
    const wrong = await doctor('shop -e prod --kube-context nowhere -o json')
    expect(checks(wrong.out)['stack/context']!.messages[0]).toContain('nowhere')
    const gone = await doctor('shop -e prod -o json --kube-apiserver http://127.0.0.1:9')
    expect(gone.code).toBe(5)
    expect(checks(gone.out)['stack/cluster']!.messages[0]).toContain('kubernetes cluster unreachable')
  })

  it('says when the chart cannot be rendered', async () => {
    const { code, out } = await doctor('shop -e staging -o json --set at.x=1')
    expect(code).toBe(5)
    expect(checks(out)['stack/chart']!.status).toBe('stop')
  })

  it('examines a bare folder, and knows other platforms', async () => {
    const bare = folder({ 'serverless.yml': 'service: shop\nprovider: { name: aws }\n', 'clusters/x.txt': '' })
    const { code, out } = await doctor('-o json', {}, bare.path)
    expect(code).toBe(5)
    expect(checks(out)['target/serverless']).toMatchObject({ status: 'stop', messages: ['serverless.yml (Serverless Framework)'] })
    expect(checks(out)['stack/gitops-folders']!.status).toBe('warn')
    bare.remove()
  })

  it('finds in the evidence whether the same passed the environment before', async () => {
    const staged = folder({ ...files, 'pintle.yaml': project.replace('from: ci, ', 'stagedIn: staging, ').replace('chart: ./shop\n', 'chart: ./shop\n    smoke: [{ run: "true" }]\n') })
    const env = { KUBECONFIG: kubeconfig, PINTLE_PLAN_KEY: Buffer.alloc(32, 3).toString('base64') }
    const run = (line: string) => runCli(line.split(' '), { cwd: staged.path, env })
    const proof = async () => checks((await run('doctor shop -e prod -o json')).out)['process/staged']
    for (const name of ['shop', 'shop-staging']) await sandbox.cluster().create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    expect(await proof()).toMatchObject({ status: 'stop', messages: ['not staged in staging: no release there is on record'] })
    expect((await run('plan shop -e staging -o staging.pintle')).code).toBe(0)
    const applied = await run('apply staging.pintle --yes')
    expect([applied.code, applied.err]).toEqual([0, expect.any(String)])
    expect(await proof()).toMatchObject({ status: 'ok', messages: [expect.stringContaining('passed staging (')] })
    writeFileSync(join(staged.path, 'shop/values.yaml'), 'at: y\n')
    expect(await proof()).toMatchObject({ status: 'stop', messages: [expect.stringContaining('the chart of the last release there')] })
    staged.remove()
  })

  it('judges plans by the same facts', async () => {
    const env = { KUBECONFIG: kubeconfig, PINTLE_PLAN_KEY: Buffer.alloc(32, 3).toString('base64') }
    const staged = folder({ ...files, 'incidents.sh': '#!/bin/sh\n', 'pintle.yaml': project.replace('from: ci, ', 'from: ci, stagedIn: staging, ').replace('command: ./incidents.sh', 'command: "echo checkout is slow"') })
    const { code, err } = await runCli(['plan', 'shop', '-e', 'prod', '-o', 'p.pintle'], { cwd: staged.path, env })
    expect(code).toBe(5)
    for (const rule of ['target/ci-only', 'target/no-cluster-admin', 'target/open-incident', 'process/checklist', 'process/on-call', 'process/staged']) expect(err).toContain(rule)
    for (const text of ['command: checkout is slow (1)', 'open: On-call told', 'not staged in staging: no release there is on record']) expect(err).toContain(text)
    const passed = await runCli(['plan', 'shop', '-e', 'prod', '--break-glass', 'INC-7', '--checked', 'On-call told'], { cwd: staged.path, env })
    expect(passed.err).not.toMatch(/target\/ci-only|process\/checklist|process\/on-call/)
    // Where baseline counts, the same warns.
    const milder = await runCli(['plan', 'shop', '-e', 'prod', '--pack', 'baseline', '--break-glass', 'INC-7'], { cwd: staged.path, env })
    expect([milder.code, milder.err]).toEqual([0, expect.stringContaining('policy')])
    staged.remove()
  })

  it('stops a plan for what a controller reconciles from Git, whatever the pack', async () => {
    const env = { KUBECONFIG: kubeconfig, PINTLE_PLAN_KEY: Buffer.alloc(32, 3).toString('base64') }
    const tracked = folder({ ...files, 'pintle.yaml': project.replace('staging: { namespace: shop-staging }', 'staging: { namespace: tracked }') })
    const cluster = sandbox.cluster()
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tracked' } })
    const metadata = { name: 'shop', namespace: 'tracked', labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'tracked', 'argocd.argoproj.io/tracking-id': 'web:/ConfigMap:tracked/shop' } }
    await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
    const { code, err } = await runCli(['plan', 'shop', '-e', 'staging'], { cwd: tracked.path, env })
    expect([code, err]).toEqual([5, expect.stringContaining('Application web (Argo CD) owns it: annotation argocd.argoproj.io/tracking-id')])
    tracked.remove()
  })

  it('keeps an emergency in the plan and in the record', async () => {
    const env = { KUBECONFIG: kubeconfig, PINTLE_PLAN_KEY: Buffer.alloc(32, 3).toString('base64') }
    const urgent = folder({ ...files, 'pintle.yaml': project.replace('policy: production', 'policy: baseline').replace('namespace: shop\n', 'namespace: urgent\n') })
    const run = (...args: string[]) => runCli(args, { cwd: urgent.path, env })
    await sandbox.cluster().create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'urgent' } })
    expect((await run('plan', 'shop', '-e', 'prod', '-o', 'p.pintle')).code).toBe(5)
    const planned = await run('plan', 'shop', '-e', 'prod', '-o', 'p.pintle', '--break-glass', 'INC-7: pipeline is down')
    expect([planned.code, planned.out]).toEqual([0, expect.stringContaining('emergency: INC-7: pipeline is down (')])
    expect((await run('apply', 'p.pintle', '--yes')).code).toBe(0)
    const [{ id }] = JSON.parse((await run('evidence', 'list', '-o', 'json')).out)
    expect((await run('evidence', 'show', id)).out).toContain('INC-7: pipeline is down')
    urgent.remove()
  })

  it('prints the least role, without a cluster', async () => {
    const { code, out, err } = await doctor('shop -e prod --role --service-account ci/deployer --for upgrade,status', {})
    expect([code, err]).toEqual([0, ''])
    const roles = out.split('---\n').map((text) => parseDocument(text) as { kind: string; metadata: object; rules?: object[]; subjects?: object[] })
    expect(roles.map((r) => r.kind)).toEqual(['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'])
    expect(roles[1]).toMatchObject({ metadata: { name: 'pintle-shop-shop', namespace: 'shop' } })
    expect(roles[1]!.rules).toContainEqual({ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] })
    expect(roles[3]!.subjects).toEqual([{ kind: 'ServiceAccount', namespace: 'ci', name: 'deployer' }])
  })

  it('says which kinds it has no rights for', async () => {
    const { code, out, err } = await doctor('shop -e prod --role --set db=true', {})
    expect(code).toBe(1)
    expect(err).toContain('nobody knows db.example.com/v1 Database')
    expect(out).toContain('kind: Role')
  })

  it.each([
    ['shop -e prod --for deploy', 1, '--for deploy: no such operation'],
    ['shop -e prod -o xml', 1, 'invalid format type'],
    ['--role', 1, 'which environment?'],
    ['nothing -e prod', 1, 'no service "nothing"'],
  ])('refuses %s', async (line, code, message) => {
    const ran = await doctor(line, {})
    expect([ran.code, ran.out]).toEqual([code, ''])
    expect(ran.err).toContain(message)
  })

  it.each([
    ['requires: { from: ci, checklist: checklist.md }', 'requires: { from: github }', 'requires.from must be ci or anywhere', 7],
    ['requires: { from: ci, checklist: checklist.md }', 'requires: { stagedIn: stagin }', 'there is no environment "stagin"', 7],
    ['requires: { from: ci, checklist: checklist.md }', 'requires: { checklist: none.md }', 'cannot read the checklist none.md', 7],
    ['businessHours: { hours: 09:00-17:00 }', 'businessHours: { hours: 9 }', 'businessHours.hours must be', 9],
    ['policy: production', 'policy: prodction', 'there is no rule pack "prodction"', 8],
    ['incidents: { command: ./incidents.sh }', 'incidents: { pagerduty: { token: abcdef } }', 'must name an environment variable', 14],
  ])('names file and line: %s -> %s', async (from, to, message, line) => {
    const other = folder({ ...files, 'pintle.yaml': project.replace(from, to) })
    const { code, err } = await doctor('shop -e prod', {}, other.path)
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).toContain(`pintle.yaml:${line}`)
    expect(err).not.toContain('abcdef')
    other.remove()
  })
})
