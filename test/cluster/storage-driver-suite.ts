import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Storage, encodeRecord, recordKey } from '../../src/cluster/release/index.ts'
import type { ReleaseRecord, ReleaseStatus, RunNote, StorageDriver } from '../../src/cluster/release/index.ts'
import { demoChart } from './release-fixtures.ts'

export interface DriverUnderTest {
  /** A driver of that namespace, over what all drivers of this place share. */
  driver(namespace: string): StorageDriver | Promise<StorageDriver>
  stop(): Promise<void>
}

const record = (name: string, version: number, status: ReleaseStatus = 'deployed', more: Partial<ReleaseRecord> = {}): ReleaseRecord => ({
  name, namespace: '', version, manifest: `# ${name} ${version}\n`, hooks: [], chart: demoChart, config: { n: version },
  info: { status, first_deployed: '2026-01-02T03:04:05.123456789Z', last_deployed: '2026-01-02T03:04:05Z', description: 'as made' }, ...more,
})

/**
 * What every place for release records must do: Secrets, ConfigMaps, memory, PostgreSQL.
 * @param start undefined skips all, loudly
 */
export function storageDriverSuite(title: string, start: () => Promise<DriverUnderTest | undefined>): void {
  describe(title, () => {
    let under: DriverUnderTest | undefined
    let count = 0
    const opened: StorageDriver[] = []
    beforeAll(async () => { under = await start() }, 600_000)
    afterAll(async () => {
      for (const driver of opened) await driver.close?.()
      await under?.stop()
    })

    /** A test with two drivers of one namespace that nobody else uses, and a way to more. */
    const withDriver = (name: string, run: (a: StorageDriver, b: StorageDriver, open: (namespace?: string) => Promise<StorageDriver>) => Promise<void>): void => {
      test(name, async (context) => {
        if (under === undefined) return context.skip('not here')
        const own = `records-${++count}`
        const open = async (namespace = own): Promise<StorageDriver> => {
          const driver = await under!.driver(namespace)
          opened.push(driver)
          return driver
        }
        await run(await open(), await open(), open)
      })
    }

    withDriver('gives back what was stored, with labels', async (a, b) => {
      const made = record('web', 1)
      const created = await a.create(recordKey('web', 1), made, { team: 'a', 'example.com/tier': 'x' })
      expect(created.record).toEqual(made)
      const read = await b.get(recordKey('web', 1))
      expect(read?.record).toEqual(made)
      expect(read).toMatchObject({ key: 'sh.helm.release.v1.web.v1', name: 'web', version: 1, status: 'deployed', customLabels: { team: 'a', 'example.com/tier': 'x' } })
      expect(read?.labels.owner).toBe('helm')
      expect(read?.identity).toEqual(expect.objectContaining({ namespace: a.namespace, resourceVersion: created.identity.resourceVersion }))
      expect(await b.get(recordKey('web', 2))).toBeUndefined()
    })

    withDriver('a key is taken once, however many try', async (a, b) => {
      const key = recordKey('race', 1)
      const tries = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? a : b).create(key, record('race', 1, 'pending-install', { manifest: `by ${i}` }), { by: `t${i}` })))
      const won = tries.flatMap((t) => (t.status === 'fulfilled' ? [t.value] : []))
      expect(won).toHaveLength(1)
      for (const t of tries) if (t.status === 'rejected') expect(t.reason).toMatchObject({ code: 'release.exists', message: 'release: already exists' })
      const stored = await a.get(key)
      expect([stored?.record.manifest, stored?.customLabels]).toEqual([won[0]!.record.manifest, won[0]!.customLabels])
    })

    withDriver('an update changes what it was made for, and nothing else', async (a, b) => {
      const first = await a.create(recordKey('web', 1), record('web', 1, 'pending-install'), { team: 'a' })
      const seen = (await b.get(recordKey('web', 1)))!
      const second = await a.update(first, record('web', 1, 'deployed', { manifest: 'new' }))
      expect([second.status, second.record.manifest, second.customLabels]).toEqual(['deployed', 'new', { team: 'a' }])
      expect(second.identity.resourceVersion).not.toBe(first.identity.resourceVersion)
      await expect(b.update(seen, record('web', 1, 'failed'))).rejects.toMatchObject({ code: 'release.conflict' })
      await expect(a.update(first, record('web', 1, 'failed'))).rejects.toMatchObject({ code: 'release.conflict' })
      const third = await b.update((await b.get(recordKey('web', 1)))!, record('web', 1, 'superseded'))
      expect((await a.get(recordKey('web', 1)))).toMatchObject({ status: 'superseded', record: { info: { status: 'superseded' }, manifest: '# web 1\n' }, customLabels: { team: 'a' } })
      await a.delete(recordKey('web', 1))
      await expect(b.update(third, record('web', 1))).rejects.toMatchObject({ code: 'release.conflict' })
    })

    withDriver('of several updates at once one succeeds', async (a, b) => {
      const first = await a.create(recordKey('web', 1), record('web', 1), {})
      const tries = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? a : b).update(first, record('web', 1, 'failed', { manifest: `${i}` }))))
      expect(tries.filter((t) => t.status === 'fulfilled')).toHaveLength(1)
    })

    withDriver('lists by name, status and namespace', async (a, b, open) => {
      const other = await open(`${a.namespace}-other`)
      for (const version of [1, 2, 11]) await a.create(recordKey('web', version), record('web', version, version === 11 ? 'deployed' : 'superseded'), { team: `t${version}` })
      await a.create(recordKey('web-2', 1), record('web-2', 1, 'failed'), {})
      await other.create(recordKey('web', 1), record('web', 1), { team: 'far' })
      const keys = async (...args: Parameters<StorageDriver['list']>): Promise<string[]> => (await b.list(...args)).map((s) => `${s.identity.namespace === a.namespace ? '' : 'other '}${s.name} ${s.version} ${s.status} ${s.customLabels.team}`).sort()
      expect(await keys({ owner: 'helm', name: 'web' })).toEqual(['web 1 superseded t1', 'web 11 deployed t11', 'web 2 superseded t2'])
      expect(await keys({ owner: 'helm', name: 'web', status: 'superseded' })).toEqual(['web 1 superseded t1', 'web 2 superseded t2'])
      expect(await keys({ owner: 'helm', name: 'nobody' })).toEqual([])
      const everywhere = await keys({ owner: 'helm' }, { allNamespaces: true })
      expect(everywhere).toEqual(expect.arrayContaining(['other web 1 deployed far', 'web-2 1 failed undefined', 'web 11 deployed t11']))
      expect((await b.list({ owner: 'helm' })).map((s) => s.record.name).sort()).toEqual(['web', 'web', 'web', 'web-2'])
    })

    withDriver('deletes once', async (a, b) => {
      await a.create(recordKey('web', 1), record('web', 1), { team: 'a' })
      expect([await b.delete(recordKey('web', 1)), await b.delete(recordKey('web', 1))]).toEqual([true, false])
      expect(await a.list({ owner: 'helm' })).toEqual([])
      expect((await a.create(recordKey('web', 1), record('web', 1), {})).customLabels).toEqual({})
    })

    withDriver('a namespace is a world of its own', async (a, _b, open) => {
      const other = await open(`${a.namespace}-other`)
      await a.create(recordKey('web', 1), record('web', 1), {})
      expect(await other.get(recordKey('web', 1))).toBeUndefined()
      expect(await other.delete(recordKey('web', 1))).toBe(false)
      await other.create(recordKey('web', 1), record('web', 1, 'failed'), {})
      expect([(await a.get(recordKey('web', 1)))?.status, (await other.get(recordKey('web', 1)))?.status]).toEqual(['deployed', 'failed'])
    })

    withDriver('keeps a note while there is one, where it keeps notes', async (a, b) => {
      const note: RunNote = { holder: 'me@here', operation: 'upgrade', process: 'h|n|1|2', since: '2026-01-02T03:04:05Z', heartbeat: 'lease' }
      const noted = await a.create(recordKey('web', 1), record('web', 1, 'pending-install'), {}, { note })
      const noteOf = async (): Promise<RunNote | undefined> => (await b.get(recordKey('web', 1)))?.note
      expect(await noteOf()).toEqual(a.keepsNotes ? note : undefined)
      await a.update(noted, record('web', 1))
      expect(await noteOf()).toBeUndefined()
    })

    withDriver('a pruned history, for which only order and status count', async (a, b) => {
      const storage = new Storage(a)
      for (const [version, status] of [[1, 'superseded'], [2, 'deployed'], [3, 'failed'], [4, 'failed']] as const) await storage.create(record('web', version, status), {})
      await storage.create(record('web', 5, 'pending-upgrade'), {}, { maxHistory: 3, history: await storage.history('web') })
      expect((await new Storage(b).history('web')).revisions.map((s) => s.version)).toEqual([2, 4, 5])
    })

    withDriver('texts of any kind, and records to the limit', async (a, b) => {
      const odd = 'ä€😀 \u0000 \' " \\ $1 ; -- \r\n\t'
      const wide = record('web', 1, 'deployed', { config: { odd, list: [null, true, 1e21, { [odd]: odd }] }, manifest: odd.repeat(3) })
      await a.create(recordKey('web', 1), wide, {})
      expect((await b.get(recordKey('web', 1)))?.record).toEqual(wide)
      // Random text in base64 shrinks by a quarter and grows by a third: what goes in is about what is stored.
      const size = a.limit === undefined ? 1_500_000 : a.limit - 8192
      const large = record('large', 1, 'deployed', { manifest: noise(size) })
      expect(encodeRecord(large).length).toBeGreaterThan(size * 0.98)
      await a.create(recordKey('large', 1), large, {})
      expect((await b.get(recordKey('large', 1)))?.record.manifest).toBe(large.manifest)
    })

    withDriver('a cancelled call does nothing more', async (a) => {
      await expect(a.create(recordKey('web', 1), record('web', 1), {}, { signal: AbortSignal.abort() })).rejects.toThrow()
      const { signal } = new AbortController()
      expect(await a.get(recordKey('web', 1), { signal })).toBeUndefined()
    })
  })
}

const noise = (length: number): string => {
  const bytes = new Uint8Array(Math.floor(length * 0.75))
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return Buffer.from(bytes).toString('base64')
}
