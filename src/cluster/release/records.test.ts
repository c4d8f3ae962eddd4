import { expect, test } from 'vitest'
import { goNow, unixSeconds } from './go-time.ts'
import { matchesLabels, parseLabelSelector } from './label-selector.ts'
import { MemoryDriver } from './memory-driver.ts'
import { mergeLabels, newRecord } from './record.ts'
import type { ReleaseStatus } from './record.ts'
import { releaseNameFault } from './release-name.ts'
import { Storage } from './storage.ts'
import { inUninstallOrder } from './uninstall-order.ts'

test('release names', () => {
  for (const good of ['a', 'a-b', 'a.b', '0', 'a'.repeat(53)]) expect(releaseNameFault(good), good).toBeUndefined()
  for (const bad of ['A', '-a', 'a-', 'a..b', '.a', 'a.', 'a_b', 'a'.repeat(54), 'ä', `${'a'.repeat(40)}-.`]) expect(releaseNameFault(bad), bad).toMatch(/^invalid release name, must match regex /)
  expect(releaseNameFault('')).toBe('no name provided')
})

test('times as Go writes them', () => {
  expect(goNow(Date.UTC(2026, 0, 2, 3, 4, 5, 60), 0)).toBe('2026-01-02T03:04:05.06Z')
  expect(goNow(Date.UTC(2026, 0, 2, 3, 4, 5), 0)).toBe('2026-01-02T03:04:05Z')
  expect(goNow(Date.UTC(2026, 0, 2, 3, 4, 5) + 0.25, 330)).toBe('2026-01-02T08:34:05.00025+05:30')
  expect(goNow(Date.UTC(2026, 0, 2, 3, 4, 5), -180)).toBe('2026-01-02T00:04:05-03:00')
  expect(unixSeconds('2026-01-02T03:04:05.123456789+01:00')).toBe(Date.UTC(2026, 0, 2, 2, 4, 5) / 1000)
})

test('label selectors', () => {
  const labels = { a: '1', b: '2', 'x/y': 'z', e: '' }
  const matches = (selector: string): boolean => matchesLabels(parseLabelSelector(selector), labels)
  for (const yes of ['', 'a=1', 'a==1', 'a!=2', 'c!=1', 'a in (1,2)', 'a notin (3)', 'c notin (1)', 'x/y=z', 'b', '!c', 'e=', 'a=1, b = 2 ,!q', 'in in (1)'.replace('in in', 'a in')]) expect(matches(yes), yes).toBe(true)
  for (const no of ['a=2', 'a!=1', 'c', '!a', 'a in (2,3)', 'a notin (1)', 'a=1,b=3']) expect(matches(no), no).toBe(false)
  for (const bad of ['=1', 'a=1,', 'a in', 'a in (', 'a b', 'a=(', '!']) expect(() => parseLabelSelector(bad), bad).toThrow(/unable to parse requirement/)
})

test('labels of an upgrade', () => {
  expect(mergeLabels({ a: '1', b: '2' }, { b: 'null', c: '3' })).toEqual({ a: '1', c: '3' })
})

test('deletion goes against the order of creation, unknown kinds last', () => {
  const kinds = ['Widget', 'Namespace', 'Service', 'Deployment', 'Gadget', 'Ingress', 'ConfigMap', 'Job']
  expect(inUninstallOrder(kinds, (k) => k)).toEqual(['Ingress', 'Service', 'Job', 'Deployment', 'ConfigMap', 'Namespace', 'Gadget', 'Widget'])
})

const record = (version: number, status: ReleaseStatus): ReturnType<typeof newRecord> => newRecord({ name: 'a', namespace: 'n', version, manifest: '', hooks: [], info: { status } })

test('history is pruned oldest first, sparing what is deployed', async () => {
  const driver = new MemoryDriver('n')
  const storage = new Storage(driver)
  for (const [version, status] of [[1, 'superseded'], [2, 'deployed'], [3, 'failed'], [4, 'failed']] as const) await storage.create(record(version, status), {})
  await storage.create(record(5, 'pending-upgrade'), {}, { maxHistory: 3, history: await storage.history('a') })
  expect((await storage.history('a')).revisions.map((s) => s.version)).toEqual([2, 4, 5])
  await storage.create(record(6, 'pending-upgrade'), {}, { maxHistory: 1, history: await storage.history('a') })
  expect((await storage.history('a')).revisions.map((s) => s.version)).toEqual([2, 6])
})

test('a revision is created once, and written to by one', async () => {
  const storage = new Storage(new MemoryDriver('n'))
  const mine = await storage.create(record(1, 'pending-install'), { team: 'x' })
  await expect(storage.create(record(1, 'pending-install'), {})).rejects.toMatchObject({ code: 'release.exists', message: 'release: already exists' })
  const theirs = storage.open((await storage.history('a')).last!)
  await theirs.setStatus('failed', 'freed').save()
  await expect(mine.setStatus('deployed').save()).rejects.toMatchObject({ code: 'release.conflict' })
  const { last, deployed } = await storage.history('a')
  expect([last?.status, last?.record.info.description, last?.customLabels, deployed]).toEqual(['failed', 'freed', { team: 'x' }, undefined])
})

test('a record that cannot be read is passed over', async () => {
  const storage = new Storage(new MemoryDriver('n'))
  await storage.create(record(1, 'deployed'), {})
  const broken = await storage.create(record(2, 'deployed'), {})
  Object.defineProperty(broken.stored, 'readable', { value: undefined })
  const { revisions } = await storage.history('a')
  const history = new (await import('./storage.ts')).ReleaseHistory('a', [revisions[0]!, broken.stored])
  expect([history.last?.version, history.deployed?.version]).toEqual([1, 1])
})
