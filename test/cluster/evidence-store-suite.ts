import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeAddendum, makeRecord, readWhole, type EvidenceStore, type RecordFacts, type Summary } from '../../src/delivery/evidence/index.ts'

export interface StoreUnderTest {
  /** Opens the same store anew each time. */
  open(): Promise<EvidenceStore>
  /** Removes the last line of the chain and what the store itself remembers of it, as somebody with all rights can. */
  cutOff(): Promise<void>
  /** Changes one letter of a kept file. */
  changeFile(digest: string): Promise<void>
  /** Changes one letter of the line of a sequence. */
  changeLine(sequence: number): Promise<void>
  remove(): Promise<void>
}

export const recordFacts = (more: Partial<RecordFacts> = {}): RecordFacts => ({
  tool: { pintle: '1', helm: '4' }, service: 'web', environment: 'prod', target: { server: 'https://x', clusterUid: 'u', context: 'c', namespace: 'n', release: 'web', simulated: false }, operator: 'ann',
  started: '2026-01-01T00:00:00.000Z', ended: '2026-01-01T00:01:00.000Z', outcome: 'succeeded', chart: { name: 'web', version: '1.0.0', appVersion: '1', digest: 'sha256:1' }, dependencies: [], values: [],
  images: { before: [], after: [] }, plan: { digest: 'sha256:2', changes: { add: 0, change: 1, remove: 0 }, classes: [] }, review: { by: 'ann', how: 'prompt' }, revision: { before: 1, after: 2 },
  rollback: { target: 1, steps: [] }, steps: [], operation: 'upgrade', ...more,
})
export const kept = (more: Partial<RecordFacts> = {}, files: Record<string, string> = {}) => makeRecord(recordFacts(more), files, (t) => t)
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = []
  for await (const item of items) out.push(item)
  return out
}

/** What every store of evidence does. */
export function evidenceStoreSuite(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest
    let store: EvidenceStore
    beforeEach(async () => {
      under = await make()
      store = await under.open()
    })
    afterEach(async () => {
      await store.close()
      await under.remove()
    })
    const add = async (more: Partial<RecordFacts> = {}, files: Record<string, string> = {}) => {
      const { record, files: texts } = kept(more, files)
      return { record, ...(await store.append(record, texts)) }
    }
    const problems = async (expectHeads: string[] = []) => {
      const fresh = await under.open()
      try {
        return (await fresh.verify({ expectHeads })).problems.map((p) => `${p.sequence}: ${p.problem}`)
      } finally {
        await fresh.close()
      }
    }

    it('is empty before anything is kept', async () => {
      expect([await all(store.list()), await store.head(), await store.read('x'), await store.delivered('s')]).toEqual([[], undefined, undefined, 0])
      expect(await store.verify()).toMatchObject({ entries: 0, problems: [], notes: [] })
    })

    it('gives back what it was given, byte by byte, and links it', async () => {
      const texts = { 'diff.md': 'ä\u0000\n', 'empty.txt': '' }
      const a = await add({ reason: 'quote " \\ \n \u2028 🚀 \ud800' }, texts)
      const b = await add({}, { 'diff.md': texts['diff.md'] })
      const read = (await store.read(a.id))!
      expect(read).toEqual({ sequence: 1, previous: '', hash: a.head.hash, entry: a.record })
      expect((await store.read(b.id))!.previous).toBe(a.head.hash)
      for (const [name, text] of Object.entries(texts)) expect(Buffer.from((await store.file(a.record, name))!).toString()).toBe(text)
      expect(await store.file(a.record, 'other')).toBeUndefined()
      expect(await store.head()).toEqual(b.head)
      expect((await all(store.entries(2))).map((e) => e.entry)).toEqual([b.record])
      expect(await store.verify()).toMatchObject({ entries: 2, blobs: 3, head: b.head, problems: [], notes: [] })
    })

    it('lists by service, environment, outcome, cluster and time, oldest first', async () => {
      const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`
      const made = [
        await add({ started: day(1) }), await add({ started: day(2), environment: 'staging', outcome: 'failed' }), await add({ started: day(3), service: 'api' }), await add({ started: day(4), target: { ...recordFacts().target, clusterUid: 'other' } }),
      ]
      await store.append(makeAddendum({ about: made[0]!.id, at: day(5), by: 'bob', text: 'later' }))
      const which = async (filter: Parameters<EvidenceStore['list']>[0]) => (await all(store.list(filter))).map((s: Summary) => s.sequence)
      expect(await which({})).toEqual([1, 2, 3, 4])
      expect(await which({ service: 'web' })).toEqual([1, 2, 4])
      expect(await which({ environment: 'staging' })).toEqual([2])
      expect(await which({ outcome: 'succeeded', service: 'web' })).toEqual([1, 4])
      expect(await which({ cluster: 'other' })).toEqual([4])
      expect(await which({ since: day(2), until: day(4) })).toEqual([2, 3])
      expect(await which({ about: made[0]!.id })).toEqual([5])
      expect(await which({ service: "x' OR 1=1 --" })).toEqual([])
      expect((await all(store.list({ service: 'api' })))[0]).toEqual({
        sequence: 3, id: made[2]!.id, about: '', started: day(3), service: 'api', environment: 'prod', cluster: 'u', namespace: 'n', release: 'web', operation: 'upgrade', outcome: 'succeeded', revision: 2, operator: 'ann',
      })
    })

    it('finds a record by the beginning of its id, and says when that is not enough', async () => {
      const a = await add({ started: '2026-01-01T00:00:00.000Z' })
      await add({ started: '2026-01-02T00:00:00.000Z' })
      expect((await store.read(a.id.slice(0, 12)))!.entry.id).toBe(a.id)
      await expect(store.read('2026010')).rejects.toMatchObject({ code: 'evidence.notFound' })
      expect(await store.read('zz')).toBeUndefined()
    })

    it('puts together a record and what was added to it', async () => {
      const a = await add()
      await add()
      const addendum = makeAddendum({ about: a.id, at: '2026-01-05T00:00:00Z', by: 'bob', watch: { minutes: 15, green: true } })
      await store.append(addendum)
      expect(await readWhole(store, a.id)).toMatchObject({ record: { id: a.id }, addenda: [addendum], stored: { sequence: 1 } })
      expect((await readWhole(store, addendum.id))!.record.id).toBe(a.id)
      expect((await readWhole(store))!.stored.sequence).toBe(2)
      expect(await readWhole(store, 'nope')).toBeUndefined()
    })

    it('takes entries from several writers at once, in one chain', async () => {
      const writers = await Promise.all([1, 2, 3, 4].map(() => under.open()))
      await Promise.all(writers.map(async (w) => {
        for (let i = 0; i < 5; i++) {
          const { record, files } = kept({}, { 'same.txt': 'same' })
          await w.append(record, files)
        }
        await w.close()
      }))
      expect(await store.verify()).toMatchObject({ entries: 20, blobs: 20, problems: [] })
    })

    it('remembers how far each sink was served', async () => {
      await add()
      await add()
      for (const entry of await all(store.entries(1))) await store.setDelivered('folder:/x', entry)
      expect([await store.delivered('folder:/x'), await store.delivered('folder:/y')]).toEqual([2, 0])
      expect(await problems()).toEqual([])
    })

    it('notices a changed line, a changed file and a line that is gone', async () => {
      await add({}, { 'a.txt': 'text' })
      const b = await add({}, { 'b.txt': 'more' })
      const c = await add()
      await under.changeFile(b.record.files['b.txt']!)
      expect(await problems()).toEqual([`2: the file b.txt (${b.record.files['b.txt']}) was changed`])
      await expect(store.file(b.record, 'b.txt')).rejects.toMatchObject({ code: 'evidence.broken' })
      await under.changeLine(2)
      expect((await problems())[0]).toBe('2: the line was changed')
      await expect(all(store.entries(1))).rejects.toMatchObject({ code: 'evidence.broken' })
      expect(await problems([c.head.hash])).toHaveLength((await problems()).length)
    })

    it('notices by a head that was kept elsewhere that the end was cut off, which a chain alone cannot', async () => {
      const a = await add()
      const b = await add()
      expect(await problems([a.head.hash, b.head.hash])).toEqual([])
      expect((await store.verify({ expectHeads: [a.head.hash] })).notes).toEqual([`1 entries were added after ${a.head.hash}`])
      await under.cutOff()
      expect(await problems()).toEqual([])
      expect(await problems([b.head.hash])).toEqual([`0: no line has the expected hash ${b.head.hash}: the end is missing, or another chain is here`])
    })

    it('refuses what is too large for a line', async () => {
      await expect(add({ reason: 'x'.repeat(5_000_000) })).rejects.toMatchObject({ code: 'evidence.store' })
      expect(await store.verify()).toMatchObject({ entries: 0, problems: [] })
    })
  })
}
