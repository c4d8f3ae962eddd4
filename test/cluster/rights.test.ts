/**
 * The minimal role against the real API server: a service account bound to exactly that role does everything Pintle does to a release without one refusal,
 * and everything the role grants is used.
 */
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadChart, readValues, type Chart, type Table } from '../../src/charts/chart/index.ts'
import { connectSync, type Cluster } from '../../src/cluster/kube/index.ts'
import { install, preview, releaseStatus, requireLosslessCrds, rollback, runTests, uninstall, upgrade } from '../../src/cluster/release/index.ts'
import { operations, minimalRoles, rightsOfRelease, reviewRights, type NeededRight } from '../../src/delivery/doctor/index.ts'
import { crdFiles, releaseSource, renderForCluster } from '../../src/delivery/plan/index.ts'
import { anchorHead, anchoredHead } from '../../src/delivery/evidence/index.ts'
import { outcomeFacts } from '../../src/delivery/verify/index.ts'
import { folder } from '../cli/run-cli.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { rightsCharts } from './rights-charts.ts'

/** A request as RBAC sees it. */
interface Asked { verb: string; group: string; resource: string; namespace: string; name: string; status: number }

let plane: ControlPlane | undefined
beforeAll(async () => { plane = await startControlPlane() }, 600_000)
afterAll(async () => { await plane?.stop() })

interface Ground { ns: string; before: Chart; after: Chart; values: Table; later: Table }

const timeout = 60_000
let number = 0

/** What is done to a release, in the order in which a team does it. */
async function lifecycle(cluster: Cluster, { ns, before, after, values, later }: Ground): Promise<void> {
  const base = { cluster, namespace: ns, name: 'shop', timeout, wait: 'watcher' as const, waitForJobs: true, serverSide: true }
  const source = (chart: Chart) => releaseSource({ chart, values: chart === after ? later : values, cluster })
  const remove = () => uninstall({ cluster, namespace: ns, name: 'shop', timeout, wait: 'watcher', leftHooks: 'report' })
  for (const name of ['kube-system', ns]) await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name })
  await requireLosslessCrds(cluster, crdFiles(before), ns)
  const installed = await install({ ...base, source: source(before) })
  await outcomeFacts(cluster, installed.record)
  await noteHead(cluster, ns, 1)
  const { rendered } = await renderForCluster({ chart: after, values: later, cluster }, { name: 'shop', namespace: ns, revision: 2, isUpgrade: true })
  const { record } = await releaseStatus({ cluster, namespace: ns, name: 'shop' })
  await preview({ cluster, namespace: ns, name: 'shop', manifest: rendered.manifest, previous: record.manifest, serverSide: true })
  await upgrade({ ...base, source: source(after), maxHistory: 1 })
  await noteHead(cluster, ns, 2)
  await runTests({ cluster, namespace: ns, name: 'shop', timeout, logs: true })
  await upgrade({ ...base, source: source(before) })
  await rollback({ ...base, version: 2 })
  await remove()
  await install({ ...base, source: source(before) })
  await releaseStatus({ cluster, namespace: ns, name: 'shop' })
  await remove()
}

/** As a release keeps its evidence: what may not be noted is told, and fails nothing. */
async function noteHead(cluster: Cluster, namespace: string, sequence: number): Promise<void> {
  const at = { namespace, release: 'shop' }
  const hash = `sha256:${String(sequence).repeat(64)}`
  await anchorHead(cluster, at, { id: `record-${sequence}`, head: { sequence, hash } }).catch(() => {})
  if (await anchoredHead(cluster, at).catch(() => hash) !== hash) throw new Error('another head was noted')
}

/** The rights for it, by both versions of the chart. */
async function needs(cluster: Cluster, { ns, before, after, values, later }: Ground): Promise<{ needed: NeededRight[]; unknown: string[] }> {
  const both = await Promise.all([before, after].map((chart) => renderForCluster({ chart, values: chart === after ? later : values, cluster }, { name: 'shop', namespace: ns, revision: 1, isUpgrade: false })))
  return rightsOfRelease({
    cluster, release: 'shop', namespace: ns, operations, manifests: both.map((b) => b.rendered.manifest), hooks: both.flatMap((b) => b.rendered.hooks), crds: crdFiles(before).map((c) => c.text),
  })
}

/** A user with these rights alone, and what it asked for. */
async function userWith(admin: Cluster, ns: string, rights: readonly NeededRight[]): Promise<{ cluster: Cluster; asked: Asked[]; account: string }> {
  const account = `releaser-${++number}`
  await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace: ns } })
  for (const object of minimalRoles(rights, account, { namespace: ns, name: account })) await admin.create(structuredClone(object) as never)
  const { status } = await admin.request('POST', `/api/v1/namespaces/${ns}/serviceaccounts/${account}/token`, { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }, contentType: 'application/json' })
  const asked: Asked[] = []
  const cluster = connectSync({
    kubeconfig: plane!.kubeconfig, env: {}, token: status.token, fieldManager: 'helm', patience: 1000,
    onRequest: ({ method, url, status: code }) => { asked.push({ ...attributesOf(method, new URL(url)), status: code ?? 0 }) },
  })
  // The authorizer's informers take a moment.
  for (let i = 0; i < 100; i++) {
    const answer = await reviewRights(cluster, rights.filter((r) => !r.resource.startsWith('/')))
    if ('rights' in answer && answer.rights.every((r) => r.allowed)) break
    await new Promise((done) => setTimeout(done, 50))
  }
  asked.length = 0
  return { cluster, asked, account }
}

/** Upstream: apiserver pkg/endpoints/request/requestinfo.go. */
function attributesOf(method: string, url: URL): Omit<Asked, 'status'> {
  const parts = url.pathname.split('/').filter((p) => p !== '')
  const group = parts[0] === 'apis' ? parts[1]! : ''
  let rest = parts.slice(parts[0] === 'apis' ? 3 : 2)
  let namespace = ''
  if (rest[0] === 'namespaces') {
    namespace = rest[1] ?? ''
    if (rest.length > 2) rest = rest.slice(2)
    else if (rest.length === 2) return { verb: verbOf(method, url, true), group, resource: 'namespaces', namespace, name: rest[1]! }
  }
  const [resource = '', name = '', sub] = rest
  const selected = /(?:^|,)metadata\.name=([^,]+)/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1] ?? ''
  return { verb: verbOf(method, url, name !== ''), group, resource: sub === undefined ? resource : `${resource}/${sub}`, namespace, name: name || selected }
}

function verbOf(method: string, url: URL, named: boolean): string {
  if (method === 'GET') return url.searchParams.get('watch') === 'true' ? 'watch' : named ? 'get' : 'list'
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: named ? 'delete' : 'deletecollection' }[method] ?? method
}

const used = (right: NeededRight, asked: readonly Asked[]): boolean => asked.some((a) => a.group === right.group && a.resource === right.resource && a.verb === right.verb &&
  (right.namespace === '' || right.namespace === a.namespace) && (right.name === undefined || right.name === a.name))

const text = ({ verb, group, resource, namespace, name }: Pick<NeededRight, 'verb' | 'group' | 'resource' | 'namespace' | 'name'>): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}${name ? ` ${name}` : ''}${namespace === '' ? '' : ` in ${namespace}`}`

describe.each(rightsCharts)('$name', ({ files, after: changed, path, laterValues = [], namespaces = [], slow = false }) => {
  async function prepare(admin: Cluster): Promise<Ground & { remove(): void }> {
    const ns = `roles-${++number}`
    for (const name of [ns, ...namespaces]) await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }).catch(() => {})
    const dirs = [files ?? {}, { ...files, ...changed }].map((f) => folder(f))
    const [before, after] = await Promise.all(dirs.map((dir) => loadChart(path === undefined ? `${dir.path}/c` : resolve(import.meta.dirname, '../..', path))))
    const [values, later] = await Promise.all([[], laterValues].map((set) => readValues({ valueFiles: [], set, setString: [], setFile: [], setJson: [], setLiteral: [] }, {})))
    return { ns, before: before!, after: after!, values: values!, later: later!, remove: () => { for (const dir of dirs) dir.remove() } }
  }

  it('does all with the minimal role, without one refusal, and uses all of it', async (context) => {
    if (plane === undefined) return context.skip('no cluster here')
    const admin = plane.cluster
    const ground = await prepare(admin)
    try {
      const { needed, unknown } = await needs(admin, ground)
      expect(unknown).toEqual([])
      const user = await userWith(admin, ground.ns, needed)
      if (slow) await expiredLease(admin, ground.ns)
      await lifecycle(user.cluster, ground)
      expect(user.asked.filter((a) => a.status === 403).map(text)).toEqual([])
      // A dry run, and an apply of what is not there yet, create.
      const creates = new Set(user.asked.filter((a) => a.verb === 'patch' && a.status === 201).map((a) => `${a.group}/${a.resource}`))
      const unused = needed.filter((r) => !isGranted(r) && !used(r, user.asked) && !(r.verb === 'create' && creates.has(`${r.group}/${r.resource}`)))
      const expected = slow ? [] : unused.filter((r) => r.optional === true)
      expect(unused.filter((r) => !expected.includes(r)).map(text)).toEqual([])
      user.cluster.close()
    } finally {
      ground.remove()
    }
  }, 180_000)
})

describe('a right less', () => {
  const [smallest] = rightsCharts
  it('makes something fail, or be refused', async (context) => {
    if (plane === undefined) return context.skip('no cluster here')
    const admin = plane.cluster
    const dirs = [smallest!.files!, { ...smallest!.files, ...smallest!.after }].map((f) => folder(f))
    const [before, after] = await Promise.all(dirs.map((dir) => loadChart(`${dir.path}/c`)))
    const ground = async (): Promise<Ground> => {
      const ns = `less-${++number}`
      await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } })
      return { ns, before: before!, after: after!, values: new Map(), later: new Map() }
    }
    const count = (await needs(admin, await ground())).needed.filter((r) => r.optional !== true).length
    expect(count).toBeGreaterThan(8)
    for (let at = 0; at < count; at++) {
      const here = await ground()
      const { needed } = await needs(admin, here)
      const missing = needed.filter((r) => r.optional !== true)[at]!
      const user = await userWith(admin, here.ns, needed.filter((r) => r !== missing))
      const failure = await lifecycle(user.cluster, here).then(() => 'nothing failed', (error: Error) => error.message)
      // Applying what is not there is a patch that is refused for want of the right to create.
      const verbs = missing.verb === 'create' ? ['create', 'patch'] : [missing.verb]
      const refused = user.asked.filter((a) => a.status === 403 && a.resource === missing.resource && verbs.includes(a.verb))
      expect(refused.length, `nothing missed ${text(missing)}: ${failure}`).toBeGreaterThan(0)
      user.cluster.close()
    }
    for (const dir of dirs) dir.remove()
  }, 300_000)

  it('that a chart grants makes its installation fail', async (context) => {
    if (plane === undefined) return context.skip('no cluster here')
    const admin = plane.cluster
    const chart = rightsCharts.find((c) => c.name.startsWith('roles that grant'))!
    const dir = folder(chart.files!)
    const before = await loadChart(`${dir.path}/c`)
    let tried = 0
    for (let at = 0; ; at++) {
      const ns = `less-${++number}`
      await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } })
      const ground: Ground = { ns, before, after: before, values: new Map(), later: new Map() }
      const { needed } = await needs(admin, ground)
      const missing = needed.filter((r) => isGranted(r))[at]
      if (missing === undefined) break
      tried++
      const user = await userWith(admin, ns, needed.filter((r) => r !== missing))
      const source = releaseSource({ chart: before, values: new Map(), cluster: user.cluster })
      await expect(install({ cluster: user.cluster, namespace: ns, name: 'shop', source, serverSide: true }), text(missing)).rejects.toThrow(/attempting to grant RBAC permissions not currently held|must have cluster-admin privileges/)
      user.cluster.close()
    }
    expect(tried).toBeGreaterThan(6)
    dir.remove()
  }, 120_000)
})

/** What the chart's own roles grant is held, not used. */
const isGranted = (r: NeededRight): boolean => / grants it$| binds it$/.test(r.why) || r.verb === 'escalate'

/** What a run that died left: the next one takes it over. */
async function expiredLease(admin: Cluster, ns: string): Promise<void> {
  await admin.create({
    apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'pintle.shop', namespace: ns },
    spec: { holderIdentity: 'gone', leaseDurationSeconds: 30, acquireTime: '2026-01-01T00:00:00.000000Z', renewTime: '2026-01-01T00:00:00.000000Z' },
  })
}
