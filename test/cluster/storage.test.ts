/**
 * Where release records can be kept, on a real control plane and a real PostgreSQL: what every driver must do, releases that go back and forth between Helm and
 * Pintle, and what both say of them. `PINTLE_ALL_DRIVERS=1` compares the words over Secrets and ConfigMaps too.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { KubeDriver, SqlDriver, recordKey } from '../../src/cluster/release/index.ts'
import { folder } from '../cli/run-cli.ts'
import { clusterCharts } from './cli-charts.ts'
import { CliPair, withoutTimes, type Ran } from './cli-pair.ts'
import { runScenario } from './cli-scenario.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { startPostgres, type Postgres } from './postgres.ts'
import { storageDriverSuite } from './storage-driver-suite.ts'

/** Definitions are the cluster's, so charts name theirs after the namespace; one is enough here. */
const inNamespace = Object.fromEntries(Object.entries(clusterCharts).map(([path, text]) => [path, text.replaceAll('NAMESPACE', '')]))

const bigCharts = Object.fromEntries(Object.entries({ big: 860_000, near: 720_000 }).flatMap(([name, size]): [string, string | Uint8Array][] => [
  [`${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`],
  [`${name}/files/data.bin`, randomBytes(size)],
  ...(name === 'big' ? [['big/crds/crd.yaml', inNamespace['crds/crds/crd.yaml']!.replaceAll('gadget', 'big').replaceAll('Gadget', 'Big')] as [string, string]] : []),
  [`${name}/templates/cm.yaml`, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-cm\n'],
]))

const memoryData = {
  'memory.yaml': `
- {name: alpha, namespace: default, version: 1, info: {status: deployed, description: hi, first_deployed: "2026-01-02T03:04:05Z", last_deployed: "2026-01-02T03:04:05Z", notes: hello}, config: {a: 1},
   chart: {metadata: {name: app, version: 1.0.0, appVersion: "3", annotations: {x: z}}, values: {b: 2}}, manifest: "---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: z}\\n"}
- {name: beta, namespace: other, version: 2, info: {status: failed, last_deployed: "2026-01-02T03:04:05Z"}, chart: {metadata: {name: app, version: 1.0.0}}}
`,
  'more.yaml': '- {name: gamma, version: 7, info: {status: superseded, last_deployed: "2026-01-03T03:04:05Z"}, chart: {metadata: {name: app, version: 1.0.0}}}\n',
}

const [helm, helm3] = await Promise.all([ensureTool('helm'), ensureTool('helm3')])
const [plane, postgres]: [ControlPlane | undefined, Postgres | undefined] = await Promise.all([startControlPlane(), startPostgres()])
let charts: ReturnType<typeof folder>
let four: CliPair
let three: CliPair
beforeAll(() => {
  charts = folder({ ...inNamespace, ...bigCharts, ...memoryData })
  four = new CliPair(helm ?? '')
  three = new CliPair(helm3 ?? '')
})
afterAll(async () => {
  charts.remove()
  four.remove()
  three.remove()
  await Promise.all([plane?.stop(), postgres?.stop()])
})

for (const kind of ['Secret', 'ConfigMap'] as const) {
  storageDriverSuite(`records in ${kind}s`, async () => {
    if (plane === undefined) return undefined
    return {
      async driver(namespace) {
        await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${kind.toLowerCase()}-${namespace}` } }).catch(() => {})
        return new KubeDriver(plane.cluster, `${kind.toLowerCase()}-${namespace}`, kind)
      },
      stop: async () => {},
    }
  })
}
storageDriverSuite('records in PostgreSQL', async () => {
  const url = postgres?.database('suite')
  return url === undefined ? undefined : { driver: (namespace) => new SqlDriver(url, namespace, {}), stop: async () => {} }
})

const here = helm !== undefined && helm3 !== undefined && plane !== undefined && postgres !== undefined
let count = 0

/** A namespace, and both programs in it with one driver. */
async function ground(driver: string, pair: CliPair, url?: string) {
  const namespace = `store-${++count}`
  await plane!.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const env = { KUBECONFIG: plane!.kubeconfig, HELM_NAMESPACE: namespace, HELM_DRIVER: driver, ...(url === undefined ? {} : { HELM_DRIVER_SQL_CONNECTION_STRING: url }) }
  const options = { cwd: charts.path, env }
  const ok = async (ran: Promise<Ran>): Promise<string> => {
    const { code, out, err } = await ran
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    return out
  }
  const run = {
    namespace, options,
    helm: (line: string) => ok(pair.helm(line.split(' '), options)),
    pintle: (line: string) => ok(pair.pintle(line.split(' '), options)),
    /** Both must say the same. */
    async agree(...lines: string[]) {
      for (const line of lines) {
        const [ours, theirs] = await Promise.all([run.pintle(line), run.helm(line)])
        expect(withoutTimes(ours), line).toBe(withoutTimes(theirs))
      }
    },
  }
  return run
}

describe.skipIf(!here).concurrent.each(['configmap', 'sql'])('%s: releases go back and forth', (driver) => {
  describe.each(['Helm 4', 'Helm 3'] as const)('%s', (which) => {
    const start = () => ground(driver, which === 'Helm 4' ? four : three, driver === 'sql' ? postgres!.database(`${which.replace(' ', '').toLowerCase()}-${++count}`) : undefined)

    test('helm installs, pintle upgrades, helm rolls back, pintle uninstalls', async ({ expect }) => {
      const { helm, pintle, agree, namespace } = await start()
      await helm('install web app --labels team=a,tier=x')
      await pintle('upgrade web app --set a=2 --labels tier=null,new=1 --description mine')
      await agree('history web', 'list -l team=a -o json')
      await helm('rollback web 1')
      await agree('get values web -o json')
      await pintle('upgrade web app --set a=4 --history-max 2')
      await agree('history web')
      await pintle('uninstall web')
      expect(await helm('list -q')).toBe('')
      expect(await plane!.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-cm' })).toBeUndefined()
    }, 120_000)

    test('pintle installs, helm upgrades, pintle rolls back, helm uninstalls', async ({ expect }) => {
      const { helm, pintle, agree } = await start()
      await pintle('install web app --labels team=a')
      await helm('upgrade web app --set a=2 --labels team=b')
      await agree('history web')
      await pintle('rollback web')
      await agree('list -l team=a -o json')
      await helm('uninstall web --keep-history')
      await agree('history web')
      await pintle('install web app --replace')
      await helm('uninstall web')
      expect(await pintle('list -q')).toBe('')
    }, 120_000)
  })
})

describe.skipIf(!here)('PostgreSQL', () => {
  test("Pintle's tables are Helm's", async () => {
    const structures: string[] = []
    for (const [name, program] of [['of-helm4', 'helm'], ['of-helm3', 'helm3'], ['of-pintle', 'pintle']] as const) {
      const run = await ground('sql', program === 'helm3' ? three : four, postgres!.database(name))
      await (program === 'pintle' ? run.pintle('list') : run.helm('list'))
      structures.push(`${postgres!.schema(name)}${postgres!.sql(name, 'SELECT id FROM gorp_migrations ORDER BY id')}`)
    }
    expect(structures[0]).toContain('CREATE TABLE public.releases_v1')
    expect(structures[2]).toBe(structures[0])
    expect(structures[1]).toBe(structures[0])
  }, 60_000)

  test('a database from before labels is brought up to date; two begin at once', async () => {
    const url = postgres!.database('old')
    const first = await ground('sql', four, url)
    await first.helm('list')
    postgres!.sql('old', "DROP TABLE custom_labels_v1; DELETE FROM gorp_migrations WHERE id = 'custom_labels'")
    expect(await Promise.all([first.pintle('list -q'), first.pintle('list -q'), first.pintle('list -q')])).toEqual(['', '', ''])
    expect(postgres!.schema('old')).toBe(postgres!.schema('of-helm4'))
    await first.helm('list')
    // Helm takes no lock, and may be the one that fails.
    const second = await ground('sql', four, postgres!.database('fresh'))
    const [ours] = await Promise.all([second.pintle('list -q'), four.helm(['list'], second.options)])
    expect(ours).toBe('')
    await second.helm('list')
    expect(postgres!.schema('fresh')).toBe(postgres!.schema('of-helm4'))
  }, 60_000)

  test('two upgrades at once: one wins, the other is told who holds the release', async () => {
    const { pintle, options } = await ground('sql', four, postgres!.database('two'))
    await pintle('install web app')
    const line = 'upgrade web app --set all=true,image=example.com/slow:1 --wait --timeout 4s'.split(' ')
    const first = four.pintle(line, options)
    await sleep(1500)
    const second = await four.pintle(['upgrade', 'web', 'app'], options)
    expect(second.code).toBe(1)
    expect(second.err).toMatch(/another operation \(install\/upgrade\/rollback\) is in progress\n\nhint: \S+@\S+ runs upgrade of revision 2 since .*Wait for it to end/)
    expect((await first).err).toContain('Deployment')
    expect((await pintle('history web -o json'))).toContain('"status":"failed"')
  }, 60_000)

  test('a killed run is told from a running one, though Helm has no place for who it was', async () => {
    const { pintle, options, namespace } = await ground('sql', four, postgres!.database('killed'))
    await pintle('install web app')
    const child = spawn(process.execPath, [process.env.PINTLE_BIN ?? `${import.meta.dirname}/../../bin/pintle.js`, 'upgrade', 'web', 'app', '--set', 'all=true,image=example.com/slow:1', '--wait'], {
      cwd: options.cwd, stdio: 'ignore', env: { PATH: process.env.PATH, HOME: charts.path, ...options.env },
    })
    const driver = new SqlDriver(options.env.HELM_DRIVER_SQL_CONNECTION_STRING!, namespace, {})
    for (let i = 0; i < 200 && (await driver.get(recordKey('web', 2))) === undefined; i++) await sleep(50)
    expect((await driver.get(recordKey('web', 2)))?.status).toBe('pending-upgrade')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await driver.close()
    expect(await pintle('repair web')).toMatch(/^revision 2: pending-upgrade -> failed \(Interrupted while pending-upgrade \(upgrade by \S+, last heard of at /)
    await pintle('upgrade web app')
    expect(JSON.parse(await pintle('history web -o json')).map((r: { status: string }) => r.status)).toEqual(['superseded', 'failed', 'deployed'])
  }, 60_000)

  test('a statement that hangs ends with its signal; a connection that broke is replaced', async () => {
    postgres!.database('hang')
    const driver = new SqlDriver(`host=127.0.0.1 port=${postgres!.port} user=pintle password='${postgres!.password}' dbname=hang sslmode=disable`, 'n', {})
    expect(await driver.list({ owner: 'helm' })).toEqual([])
    const other = new pg.Client({ host: '127.0.0.1', port: postgres!.port, user: 'pintle', password: postgres!.password, database: 'hang' })
    await other.connect()
    await other.query('BEGIN')
    await other.query('LOCK TABLE releases_v1')
    const started = Date.now()
    await expect(driver.list({ owner: 'helm' }, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(Date.now() - started).toBeLessThan(5000)
    await other.query('ROLLBACK')
    expect(await driver.list({ owner: 'helm' })).toEqual([])
    const { rowCount } = await other.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hang' AND application_name = 'pintle'")
    expect(rowCount).toBeGreaterThan(0)
    await sleep(200)
    expect(await driver.list({ owner: 'helm' })).toEqual([])
    await Promise.all([driver.close(), other.end()])
  }, 30_000)

  test('connection strings of both kinds; what is wrong is said, the password never', async () => {
    const url = postgres!.database('strings')
    const { options } = await ground('sql', four, url)
    const { password, port } = postgres!
    const words = `host=127.0.0.1 port=${port} user=pintle password='${password}' dbname=strings`
    const list = async (program: 'helm' | 'pintle', connection: string, more: Record<string, string> = {}): Promise<{ code: number; text: string }> => {
      const { code, out, err } = await four[program](['list', '-q'], { ...options, env: { ...options.env, HELM_DRIVER_SQL_CONNECTION_STRING: connection, ...more } })
      const text = /"((?:[^"\\]|\\.)*)"/.exec(err.startsWith('level=') ? err : '')?.[1]?.replaceAll('\\"', '"') ?? /^Error: (.*)/.exec(err)?.[1] ?? ''
      if (program === 'pintle') expect(out + err).not.toMatch(/p@ss|p%40ss|w:rd|w%3Ard/)
      return { code, text }
    }
    const encoded = encodeURIComponent(password)
    await list('helm', url)
    for (const [connection, env] of [
      [url, {}], [`${words} sslmode=disable`, {}], [`  user = 'pintle' dbname=strings password='p@ss\\ w:rd/1' host=127.0.0.1\n port=${port} sslmode=disable`, {}],
      [url.replace('disable', 'prefer'), {}], [url.replace('disable', 'allow'), {}],
      [`postgresql://127.0.0.1/strings?sslmode=disable&search_path=public`, { PGUSER: 'pintle', PGPASSWORD: password, PGPORT: String(port) }],
      [`host=127.0.0.1,127.0.0.1 port=1,${port} user=pintle password='${password}' dbname=strings sslmode=disable target_session_attrs=read-write`, {}],
    ] as const) {
      const [ours, theirs] = await Promise.all([list('pintle', connection, env), list('helm', connection, env)])
      expect({ connection, ...ours }).toEqual({ connection, ...theirs })
      expect(theirs).toEqual({ code: 0, text: '' })
    }
    for (const wrong of [
      '', `host=127.0.0.1 port=1 password=${encoded} sslmode=disable`, url.replace(encoded, 'other'), url.replace('disable', 'require'), words, url.replace('/strings', '/nothing'),
      url.replace('disable', 'foo'), `${words} port=x`, `host=/nowhere user=pintle password='${password}'`, `password='${password}`,
    ]) {
      const [ours, theirs] = await Promise.all([list('pintle', wrong), list('helm', wrong)])
      expect({ wrong, ...ours }).toEqual({ wrong, ...theirs })
      expect(theirs).toMatchObject({ code: 1, text: expect.stringContaining('unable to instantiate SQL driver: ') })
    }
    // Where Helm repeats a word of the string, which may be of the password, Pintle does not.
    expect((await list('pintle', `${words} ${password}`)).text).toBe('unable to instantiate SQL driver: missing "=" after parameter 6 in connection info string')
    expect((await list('pintle', url.replace('%40', '%4'))).text).toBe('unable to instantiate SQL driver: the connection string is no valid URL')

    const authority = postgres!.serveTls()
    const base = `port=${port} user=pintle password='${password}' dbname=strings`
    // Go adds its guess at the reason, and for a check of the authority alone leaves out whose check it was.
    const plain = (said: { code: number; text: string }) => ({ ...said, text: said.text.replace(/ \(possibly because.*/, '').replace('tls: failed to verify certificate: ', '') })
    for (const [connection, works] of [
      [`${base} host=127.0.0.1`, true], [`${base} host=127.0.0.1 sslmode=verify-ca sslrootcert=${authority}`, true], [`${base} host=localhost sslmode=verify-full sslrootcert=${authority}`, true],
      [`${base} host=127.0.0.1 sslmode=verify-full sslrootcert=${authority}`, false], [`${base} host=localhost sslmode=verify-ca`, false], [`${base} host=localhost sslrootcert=system`, false],
    ] as const) {
      const [ours, theirs] = await Promise.all([list('pintle', connection), list('helm', connection)])
      expect({ connection, ...plain(ours) }).toEqual({ connection, ...plain(theirs) })
      expect([connection, theirs.code]).toEqual([connection, works ? 0 : 1])
    }
    expect(postgres!.sql('strings', 'SHOW ssl')).toBe('on')
  }, 90_000)
})

describe.skipIf(!here)('memory, and drivers there are none of', () => {
  test('records of files, and changes that change nothing', async () => {
    const { agree, options, namespace } = await ground('memory', four)
    Object.assign(options.env, { HELM_NAMESPACE: 'default', HELM_MEMORY_DRIVER_DATA: 'memory.yaml:more.yaml' })
    await agree('list -A', 'list -n other', 'status alpha', 'get all alpha', 'history alpha -o json')
    await agree('get metadata alpha', 'test alpha', 'upgrade alpha app --description x', 'install new app --labels a=b', 'rollback alpha 1', 'uninstall alpha')
    for (const data of ['nothing.yaml', 'memory.yaml:memory.yaml', 'v.yaml']) {
      const { code, err } = await four.pintle(['list'], { ...options, env: { ...options.env, HELM_MEMORY_DRIVER_DATA: data } })
      expect([data, code, err]).toEqual([data, 1, expect.stringMatching(/^Error: (Unable to (read|unmarshal) memory driver data|release: already exists)/)])
    }
    expect(await plane!.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'new-cm' })).toBeUndefined()
    expect(namespace).not.toBe('default')
  }, 60_000)

  test.each(['nope', 'SQL', 'Secret', 'config map'])('%s', async (driver) => {
    const { options } = await ground(driver, four)
    const said = async (ran: Promise<Ran>): Promise<[number, string | undefined]> => {
      const { code, err } = await ran
      return [code, /unknown driver ".*?"/.exec(err.replaceAll('\\"', '"'))?.[0]]
    }
    const theirs = await said(four.helm(['list'], options))
    expect(await said(four.pintle(['list'], options))).toEqual(theirs)
    expect(theirs).toEqual([1, `unknown driver "${driver}"`])
  })
})

describe.skipIf(!here)('a record that does not fit', () => {
  test.each(['secret', 'configmap'])('%s: refused in the same words as by the API server, but before anything changed', async (driver) => {
    const { namespace, options, pintle } = await ground(driver, four)
    const neutral = (text: string): string => text.replace(/"sh\.helm\.release[^"]+"/, '<record>')
    const fresh = `${namespace}-new`
    const install = ['install', 'big', 'big', '-n', fresh, '--create-namespace']
    const ours = await four.pintle(install, options)
    expect(await plane!.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: fresh })).toBeUndefined()
    expect(await plane!.cluster.get({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'bigs.cli.pintle.dev' })).toBeUndefined()
    await pintle('install web app')
    for (let i = 0; i < 2; i++) await pintle(`upgrade web app --set a=${i}`)
    const before = await pintle('history web')
    const upgraded = await four.pintle('upgrade web big --history-max 2'.split(' '), options)
    expect(await pintle('history web')).toBe(before)
    expect(await plane!.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'big-cm' })).toBeUndefined()
    const theirs = [await four.helm(install, options), await four.helm('upgrade web big --history-max 2'.split(' '), options)]
    for (const [i, { code, err }] of [ours, upgraded].entries()) {
      expect(code).toBe(1)
      expect(neutral(err.split('\n').find((line) => line.startsWith('Error: ')) ?? '')).toBe(neutral(theirs[i]!.err.trim()))
      expect(err).toMatch(/takes 11\d\d KiB, compressed, of the 1024 KiB .* nothing was changed\. By part: other files of the chart 11\d\d KiB; largest: files\/data\.bin \(11\d\d KiB\)\. .*\.helmignore.*HELM_DRIVER=sql/)
    }
    // What Helm leaves behind: the reason for asking first.
    expect(await plane!.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: fresh })).toBeDefined()
    expect((await pintle('history web')).split('\n').length).toBeLessThan(before.split('\n').length)
    await plane!.cluster.delete({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'bigs.cli.pintle.dev' })
  }, 60_000)

  test('the limit is where the API server has it', async () => {
    const { namespace } = await ground('secret', four)
    for (const kind of ['Secret', 'ConfigMap'] as const) {
      const { limit } = new KubeDriver(plane!.cluster, namespace, kind)
      const create = (size: number) => plane!.cluster.create({
        apiVersion: 'v1', kind, metadata: { name: `of-${size}`, namespace }, data: { release: kind === 'Secret' ? Buffer.alloc(size).toString('base64') : 'a'.repeat(size) },
      })
      await create(limit)
      await expect(create(limit + 1)).rejects.toThrow(`Too long: may not be more than ${limit} bytes`)
    }
  })

  test('PostgreSQL takes it; a record that nearly fills its object is warned of', async () => {
    const sql = await ground('sql', four, postgres!.database('big'))
    await sql.pintle('install big big')
    await sql.agree('list -o json', 'get notes big')
    await sql.helm('uninstall big')
    const { options } = await ground('secret', four)
    const { code, err } = await four.pintle('install near near'.split(' '), options)
    expect([code, err]).toEqual([0, expect.stringMatching(/WARNING: the record of revision 1 takes 9\d\d KiB of the 1024 KiB a Secret may hold: other files of the chart 9\d\d KiB; largest: files\/data\.bin \(9\d\d KiB\)\n$/)])
  }, 60_000)
})

const words = `
  install rel app --labels team=a,tier=b --description first␣one
  upgrade rel app --set a=2 --labels tier=null,new=1 --description second
  upgrade rel app --set a=3 --labels team=null,new=null
  upgrade rel app --labels name=x
  = list
  = list -l new=1
  = list -l name=rel,status=deployed
  = get metadata rel
  = get metadata rel --revision 2
  = history rel
  upgrade rel app --history-max 2 --labels a=b
  = history rel
  = get values rel --revision 1
  rollback rel --history-max 3 --description back␣again
  = history rel -o json
  = get metadata rel -o json
  upgrade rel app --history-max 0 --description null
  upgrade rel app
  = history rel
  upgrade rel app --history-max -1
  rollback rel 99
  uninstall rel --keep-history --description gone␣now
  = list --uninstalled
  = history rel
  upgrade rel app
  install rel app --replace --labels z=1
  = get metadata rel
  install rel app
  test rel
  = status rel
  uninstall rel
  uninstall rel
  = list -q
  = status rel
  = history rel
  install a-name-of-fifty-characters-that-is-quite-long-enough app --labels team=a
  = list -q
  upgrade -i fresh app --labels q=r --description made
  = get metadata fresh
  == list -A -q -f ^fresh$`

describe.skipIf(!here)('the same as helm', () => {
  const drivers = process.env.PINTLE_ALL_DRIVERS === '1' ? ['sql', 'configmap', 'secret'] : ['sql']
  test.each(drivers)('%s', async (driver) => {
    const env = { HELM_DRIVER: driver, HELM_MAX_HISTORY: '4', ...(driver === 'sql' ? { HELM_DRIVER_SQL_CONNECTION_STRING: postgres!.database('words') } : {}) }
    for await (const { line, theirs, ours } of runScenario(four, plane!, charts.path, { name: driver, steps: words, env })) expect.soft(ours, line).toEqual(theirs)
  }, 240_000)
})
