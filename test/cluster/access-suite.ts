import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder } from '../cli/run-cli.ts'
import { CliPair, said, type Ran } from './cli-pair.ts'
import type { CompletionGround } from './completion-suite.ts'

/**
 * Who asks and how fast: impersonation, HELM_* variables, QPS and burst. Helm and Pintle must be let in and turned away alike.
 */
export function accessSuite(ground: () => CompletionGround): void {
  let pair: CliPair
  let dir: ReturnType<typeof folder>
  const homes = mkdtempSync(join(tmpdir(), 'pintle-access-'))
  const namespaces = ['first', 'second'] as const
  beforeAll(async () => {
    const { cluster, helm } = ground()
    pair = new CliPair(helm)
    dir = folder({ 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'c/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\n' })
    for (const name of namespaces) await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'releases' }
    await cluster.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'releases', namespace: 'first' }, rules: [{ apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['*'] }] })
    await cluster.create({
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'releases', namespace: 'first' }, roleRef: role,
      subjects: [{ apiGroup: role.apiGroup, kind: 'User', name: 'jane' }, { apiGroup: role.apiGroup, kind: 'Group', name: 'shippers' }],
    })
  })
  afterAll(() => {
    pair?.remove()
    dir?.remove()
    rmSync(homes, { recursive: true })
  })

  const both = async (line: string, env: Record<string, string> = {}) => {
    const run = async (how: 'helm' | 'linked', name: string): Promise<Ran> => {
      const args = line.replaceAll('{name}', name).split(' ')
      const { code, out, err } = await pair[how](args, { cwd: dir.path, env: { KUBECONFIG: ground().kubeconfig, ...env } })
      const neutral = (text: string) => (line.includes('{name}') ? text.replaceAll(name, '{name}') : text).replace(/[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, '<time>').replace(/20\d\d-\S+ \S+ \+0000 UTC/g, '<time>').replace(/\d{10}/g, '<unix>')
      return { code, out: neutral(out), err: neutral(said(err)) }
    }
    const [theirs, ours] = [await run('helm', 'theirs'), await run('linked', 'ours')]
    expect(ours, line).toEqual(theirs)
    return ours
  }

  it('acts with the rights of the user and the groups it acts as', async () => {
    expect((await both('list -n first --kube-as-user nobody')).err).toContain('secrets is forbidden: User "nobody" cannot list resource "secrets"')
    expect((await both('install {name} c -n first --kube-as-user jane')).code).toBe(0)
    expect((await both('install {name} c -n second --kube-as-user jane')).err).toContain('User "jane" cannot')
    expect((await both('upgrade {name} c -n first --kube-as-user nobody --kube-as-group shippers --kube-as-group others')).code).toBe(0)
    expect((await both('upgrade {name} c -n first --kube-as-user nobody --kube-as-group others')).code).toBe(1)
    expect((await both('uninstall {name} -n first', { HELM_KUBEASUSER: 'jane' })).code).toBe(0)
    expect((await both('list -n first', { HELM_KUBEASUSER: 'nobody', HELM_KUBEASGROUPS: 'others,shippers' })).code).toBe(0)
    // A group alone is nobody.
    expect((await both('list -n first --kube-as-group shippers')).code).toBe(1)
    // Who may not impersonate is told so by Pintle alone.
    const [theirs, ours] = await Promise.all((['helm', 'linked'] as const).map((how) => pair[how](['list', '-n', 'first', '--kube-context', 'nobody', '--kube-as-user', 'jane'], { cwd: dir.path, env: { KUBECONFIG: ground().kubeconfig } })))
    expect([theirs!.code, ours!.code, said(theirs!.err)]).toEqual([1, 1, 'Error: kubernetes cluster unreachable: unknown\n'])
    expect(ours!.err).toMatch(/^Error: kubernetes cluster unreachable: forbidden: User "nobody" cannot impersonate/)
  })

  it('reads every HELM_ variable', async () => {
    const { kubeconfig } = ground()
    const config = JSON.parse(readFileSync(kubeconfig, 'utf8'))
    const ca = join(homes, 'ca.crt')
    writeFileSync(ca, Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64'))
    const { server } = config.clusters[0].cluster
    const token: string = config.users[0].user.token
    await both('install {name} c', { HELM_NAMESPACE: 'second' })
    expect((await both('list -q', { HELM_NAMESPACE: 'second' })).out).not.toBe('')
    expect((await both('list', { HELM_KUBECONTEXT: 'nobody' })).err).toContain('User "nobody" cannot list')
    const direct = { KUBECONFIG: '/nonexistent', HELM_KUBEAPISERVER: server, HELM_KUBETOKEN: token }
    expect((await both('list -n second -q', { ...direct, HELM_KUBECAFILE: ca })).code).toBe(0)
    expect((await both('list -n second -q', { ...direct, HELM_KUBEINSECURE_SKIP_TLS_VERIFY: 'true' })).code).toBe(0)
    expect((await both('list -n second -q', { ...direct, HELM_KUBECAFILE: ca, HELM_KUBETLS_SERVER_NAME: 'kubernetes.default' })).code).toBe(0)
    expect((await both('list -n second -q', { ...direct, HELM_KUBECAFILE: ca, HELM_KUBETLS_SERVER_NAME: 'elsewhere.example' })).code).toBe(1)
    for (let i = 0; i < 3; i++) await both('upgrade {name} c -n second', { HELM_MAX_HISTORY: '2' })
    expect(JSON.parse((await both('history theirs -n second -o json --max 1')).out)).toHaveLength(1)
    expect((await pair.linked(['history', 'ours', '-n', 'second', '-o', 'json'], { cwd: dir.path, env: { KUBECONFIG: kubeconfig } })).out.match(/"revision"/g)).toHaveLength(2)
    expect((await both('list -n second -q', { HELM_DEBUG: 'true', HELM_QPS: '50', HELM_BURST_LIMIT: '20' })).code).toBe(0)
    await both('list -n second -q', { HELM_QPS: 'many', HELM_BURST_LIMIT: 'x', HELM_MAX_HISTORY: 'y', HELM_DEBUG: 'z' })
  })

  it.each([
    'env HELM_NAMESPACE -n x', 'env HELM_QPS --qps 1.5', 'env HELM_BURST_LIMIT --burst-limit 7', 'env HELM_KUBECONTEXT --kube-context c', 'env HELM_NOTHING', 'env HELM_MAX_HISTORY',
    'env HELM_KUBETOKEN --kube-token t', 'env HELM_KUBEINSECURE_SKIP_TLS_VERIFY --kube-insecure-skip-tls-verify',
  ])('%s', async (line) => {
    await both(line)
  })

  it.each([
    'template c --generate-name', 'template ./c/ --generate-name', 'template c --name-template {{.}}', 'template c --name-template x-{{upper_"a"|lower}}', 'template c --name-template {{', 'template c --name-template {{nosuch}}', 'template c --name-template Bad_Name', 'template c --name-template {{fail_"no"}}',
    'install c --generate-name --dry-run=client', 'install c --name-template from-{{trunc_3_"template"}} --dry-run=client', 'install c', 'install a c --generate-name', 'install a c --name-template b', 'template a b c', 'install c --name-template {{.Values.x}}',
  ])('names: %s', async (line) => {
    await both(line.replaceAll('_', ' ').replace('Bad Name', 'Bad_Name').replace(/\{\{(\w+) ([^}]*)\}\}/, (whole) => whole.replaceAll(' ', '\u00a0')))
  })

  it('test --logs tells of logs it cannot have, and of those it can', async () => {
    const charts = folder({
      't/Chart.yaml': 'apiVersion: v2\nname: t\nversion: 1.0.0\n',
      't/templates/tests.yaml': ['one', 'two', 'three'].map((name, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: "{{ .Release.Name }}-${name}", annotations: { helm.sh/hook: test, helm.sh/hook-weight: "${i}" } }\nspec: { restartPolicy: Never, containers: [{ name: main, image: "example.com/${name === 'two' ? 'does-not-exist' : 'test'}:1" }] }\n---\n`).join(''),
    })
    const said = []
    for (const how of ['helm', 'linked'] as const) {
      const options = { cwd: charts.path, env: { KUBECONFIG: ground().kubeconfig } }
      await pair[how](['install', how, 't', '-n', 'second'], options)
      const { code, out, err } = await pair[how](['test', how, '-n', 'second', '--logs', '--timeout', '2s'], options)
      const neutral = (text: string) => text.replaceAll(how, 'rel')
      said.push({ code, logs: neutral(/\n\nPOD LOGS[^]*/.exec(out)?.[0] ?? out), reasons: neutral(err).split('\n').filter((l) => l.startsWith('unable')) })
    }
    charts.remove()
    expect(said[1]).toEqual(said[0])
    expect(said[0]!.reasons).toHaveLength(1)
  })

  it('keeps to --qps and --burst-limit', async () => {
    const times: number[] = []
    const server = createServer((request, response) => {
      times.push(Date.now())
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(request.url === '/version' ? { major: '1', minor: '36', gitVersion: 'v1.36.3' } : { kind: 'SecretList', apiVersion: 'v1', metadata: {}, items: [] }))
    }).listen(0, '127.0.0.1')
    await new Promise((r) => server.once('listening', r))
    const gaps = async (...flags: string[]): Promise<number> => {
      times.length = 0
      const { code } = await pair.pintle(['list', '--kube-apiserver', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...flags], { cwd: dir.path })
      expect([code, times.length]).toEqual([0, 2])
      return times[1]! - times[0]!
    }
    expect(await gaps('--qps', '1', '--burst-limit', '1')).toBeGreaterThan(700)
    expect(await gaps('--qps', '1', '--burst-limit', '2')).toBeLessThan(600)
    server.close()
  })
}
