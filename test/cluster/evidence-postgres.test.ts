/** The store of evidence in a real PostgreSQL: the suite of all stores, and what only a database does. */
import { afterAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src/delivery/evidence/index.ts'
import { folder, runCli } from '../cli/run-cli.ts'
import { all, evidenceStoreSuite, kept } from './evidence-store-suite.ts'
import { startPostgres, type Postgres } from './postgres.ts'

const postgres: Postgres | undefined = await startPostgres()
let count = 0
afterAll(() => postgres?.stop())

/** Somebody with all rights: the triggers do not stop them. */
const sql = (name: string, text: string) => postgres!.sql(name, `SET session_replication_role = replica; ${text}`)

describe.skipIf(postgres === undefined)('PostgreSQL', () => {
  evidenceStoreSuite('as a store', async () => {
    const name = `evidence${++count}`
    const url = postgres!.database(name)
    return {
      open: () => openStore(url, '/'),
      async cutOff() {
        sql(name, `DELETE FROM pintle_evidence WHERE sequence = (SELECT max(sequence) FROM pintle_evidence); UPDATE pintle_evidence_head SET sequence = sequence - 1, hash = (SELECT line::json->>'hash' FROM pintle_evidence ORDER BY sequence DESC LIMIT 1)`)
      },
      async changeFile(digest) {
        sql(name, `UPDATE pintle_evidence_files SET content = set_byte(content, 0, get_byte(content, 0) # 1) WHERE digest = '${digest}'`)
      },
      async changeLine(sequence) {
        sql(name, `UPDATE pintle_evidence SET line = replace(line, '"prod"', '"pr0d"') WHERE sequence = ${sequence}`)
      },
      async remove() {},
    }
  })

  it('refuses to change or delete what is in it', async () => {
    const name = `evidence${++count}`
    const store = await openStore(postgres!.database(name), '/')
    const { record, files } = kept({}, { 'a.txt': 'a' })
    await store.append(record, files)
    for (const text of ["UPDATE pintle_evidence SET outcome = 'failed'", 'DELETE FROM pintle_evidence', 'TRUNCATE pintle_evidence', "UPDATE pintle_evidence_files SET content = ''", 'DELETE FROM pintle_evidence_files', 'TRUNCATE pintle_evidence_files', 'UPDATE pintle_evidence_head SET sequence = 0', 'DELETE FROM pintle_evidence_head']) {
      expect(() => postgres!.sql(name, text), text).toThrow('evidence is only ever added to')
    }
    expect((await store.verify()).problems).toEqual([])
    await store.close()
  })

  it('notices a change in every column, in every byte of the line, and rows slipped in', async () => {
    const name = `evidence${++count}`
    const store = await openStore(postgres!.database(name), '/')
    for (let i = 0; i < 2; i++) {
      const { record, files } = kept({}, { 'a.txt': `a${i}` })
      await store.append(record, files)
    }
    for await (const entry of store.entries(2)) await store.setDelivered('folder:/x', entry)
    const problems = async () => (await store.verify()).problems.length
    const columns = ['id', 'about', 'started', 'service', 'environment', 'cluster', 'namespace', 'release', 'operation', 'outcome', 'operator']
    const changes = [
      ...columns.map((c) => [`UPDATE pintle_evidence SET "${c}" = "${c}" || 'x' WHERE sequence = 1`, `UPDATE pintle_evidence SET "${c}" = rtrim("${c}", 'x') WHERE sequence = 1`]),
      ['UPDATE pintle_evidence SET revision = 9 WHERE sequence = 1', 'UPDATE pintle_evidence SET revision = 2 WHERE sequence = 1'],
      ['UPDATE pintle_evidence SET sequence = 7 WHERE sequence = 2', 'UPDATE pintle_evidence SET sequence = 2 WHERE sequence = 7'],
      ["UPDATE pintle_evidence_head SET hash = 'x'", "UPDATE pintle_evidence_head SET hash = (SELECT line::json->>'hash' FROM pintle_evidence WHERE sequence = 2)"],
      ["INSERT INTO pintle_evidence_files VALUES ('sha256:00', 'x')", "DELETE FROM pintle_evidence_files WHERE digest = 'sha256:00'"],
      ['UPDATE pintle_evidence_delivered SET sequence = 1', 'UPDATE pintle_evidence_delivered SET sequence = 2'],
    ]
    for (const [change, undo] of changes as [string, string][]) {
      sql(name, change)
      expect([change, (await problems()) > 0]).toEqual([change, true])
      sql(name, undo)
    }
    expect(await problems()).toBe(0)
    const line = postgres!.sql(name, 'SELECT line FROM pintle_evidence WHERE sequence = 1')
    const setLine = (text: string) => sql(name, `UPDATE pintle_evidence SET line = '${text.replaceAll("'", "''")}' WHERE sequence = 1`)
    const missed: number[] = []
    for (let at = 0; at < line.length; at += 7) {
      setLine(`${line.slice(0, at)}${line[at] === 'x' ? 'y' : 'x'}${line.slice(at + 1)}`)
      if ((await problems()) === 0) missed.push(at)
    }
    setLine(line)
    expect([missed, line.length > 500]).toEqual([[], true])
    await store.close()
  }, 120_000)

  it('is where releases of a team leave their records, by pintle.yaml', async () => {
    const url = postgres!.database('team')
    const dir = folder({
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n', 'web/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\n',
      'pintle.yaml': 'apiVersion: pintle.dev/v1\nevidence: { store: { env: EVIDENCE_URL } }\nservices: { web: { chart: ./web } }\n',
    })
    const pintle = (env: Record<string, string>, ...args: string[]) => runCli(args, { cwd: dir.path, env: { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: `${dir.path}/sandbox`, ...env } })
    const here = { EVIDENCE_URL: url }
    const { out } = await pintle(here, 'release', 'web')
    const done = await pintle(here, 'release', 'web', '--stable-for', '0s', '--approve-digest', /Plan digest: (sha256:[0-9a-f]{64})/.exec(out)?.[1] ?? '')
    expect([done.code, done.out]).toEqual([0, expect.stringMatching(/evidence: \S+, head sha256:/)])
    expect(JSON.parse((await pintle(here, 'evidence', 'list', '-o', 'json')).out)).toMatchObject([{ service: 'web', outcome: 'succeeded', revision: 1 }])
    expect((await pintle(here, 'note')).out).toContain('# web released')
    expect((await pintle(here, 'evidence', 'verify', '--cluster')).code).toBe(0)
    expect((await pintle({}, 'evidence', 'list')).err).toMatch(/the variable EVIDENCE_URL is not set[\s\S]*pintle\.yaml:2/)
    // Where the database is gone meanwhile, the record waits.
    const lost = { EVIDENCE_URL: url.replace('/team', '/nothere') }
    const again = await pintle(lost, 'release', 'web', './web', '--set', 'x=1')
    expect(again.out).not.toContain('p@ss')
    const failed = await pintle(lost, 'release', 'other', './web', '--stable-for', '0s', '--approve-digest', /Plan digest: (sha256:[0-9a-f]{64})/.exec((await pintle(lost, 'release', 'other', './web')).out)?.[1] ?? '')
    expect([failed.code, failed.out, failed.err]).toEqual([3, expect.stringMatching(/other: UNVERIFIED: done, and not on record, revision 1\nevidence: .*NOT STORED/), expect.stringMatching(/could not be stored, and is kept in .*unsaved-evidence.*"nothere" does not exist/)])
    expect(await pintle(here, 'evidence', 'push')).toMatchObject({ code: 0, out: expect.stringContaining('stored now, head sha256:') })
    expect(JSON.parse((await pintle(here, 'evidence', 'list', '-o', 'json')).out)).toMatchObject([{ service: 'web' }, { service: 'other' }])
    await pintle(here, 'sandbox', 'stop')
    dir.remove()
  }, 120_000)

  it('shows no password, and says what the server says', async () => {
    const url = postgres!.database('other').replace('/other', '/nothere')
    const store = await openStore(url, '/')
    expect(store.location).toBe(`postgres://127.0.0.1:${postgres!.port}/nothere`)
    await expect(all(store.list())).rejects.toMatchObject({ code: 'evidence.store', message: expect.stringContaining('database "nothere" does not exist') })
    await store.close()
    await expect(openStore('postgres://u:p@ss w:rd@[', '/')).rejects.toMatchObject({ code: 'evidence.store', message: 'the address of the evidence database is no URL' })
  })
})
