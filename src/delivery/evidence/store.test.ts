import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { all, evidenceStoreSuite, kept, recordFacts } from '../../../test/cluster/evidence-store-suite.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import { openStore, type ReleaseRecord } from './index.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'pintle-evidence-'))
const chainOf = (root: string) => readFileSync(join(root, 'chain.jsonl'), 'utf8').split('\n').slice(0, -1)
const write = (root: string, lines: readonly string[]) => writeFileSync(join(root, 'chain.jsonl'), lines.map((l) => `${l}\n`).join(''))

evidenceStoreSuite('a folder', async () => {
  const root = folder()
  return {
    open: () => openStore(root, '/'),
    async cutOff() {
      const lines = chainOf(root).slice(0, -1)
      write(root, lines)
      const { hash, sequence } = JSON.parse(lines.at(-1)!) as { hash: string; sequence: number }
      writeFileSync(join(root, 'head.json'), `${canonicalJson({ hash, sequence })}\n`)
    },
    async changeFile(digest) {
      const path = join(root, 'sha256', digest.slice(7, 9), digest.slice(9))
      writeFileSync(path, readFileSync(path, 'utf8').replace('m', 'n'))
    },
    async changeLine(sequence) {
      write(root, chainOf(root).map((l, i) => (i === sequence - 1 ? l.replace('"prod"', '"pr0d"') : l)))
    },
    async remove() {
      rmSync(root, { recursive: true })
    },
  }
})

describe('a folder after an interrupted write', () => {
  let root: string
  const path = () => join(root, 'chain.jsonl')
  beforeEach(async () => {
    root = folder()
    const store = await openStore(root, '/')
    for (let i = 0; i < 2; i++) await store.append(kept().record)
  })
  afterEach(() => rmSync(root, { recursive: true }))
  const again = async () => {
    const store = await openStore(root, '/')
    return { added: await store.append(kept().record), verified: await store.verify() }
  }

  it('sets half a line aside, and says so', async () => {
    writeFileSync(path(), `${readFileSync(path(), 'utf8')}{"entry":{"half`)
    const store = await openStore(root, '/')
    expect((await store.verify()).problems).toEqual([{ sequence: 3, problem: 'the line was changed' }, { sequence: 0, problem: expect.stringContaining('has no end') }])
    expect((await all(store.list())).length).toBe(2)
    const { added, verified } = await again()
    expect(added.recovered).toContain('15 bytes that an interrupted write had left were set aside as sha256:')
    expect(verified).toMatchObject({ entries: 3, problems: [], notes: ['1 files belong to no entry: an entry that was never finished, or what was set aside'] })
  })

  it('keeps a whole line without its end', async () => {
    const head = readFileSync(join(root, 'head.json'))
    await (await openStore(root, '/')).append(kept().record)
    writeFileSync(path(), readFileSync(path()).subarray(0, -1))
    writeFileSync(join(root, 'head.json'), head)
    const { added, verified } = await again()
    expect([added.recovered, added.head.sequence]).toEqual(['the last line had no end', 4])
    expect(verified).toMatchObject({ entries: 4, problems: [] })
  })

  it('goes on where the end was not remembered any more', async () => {
    const head = readFileSync(join(root, 'head.json'))
    await (await openStore(root, '/')).append(kept().record)
    writeFileSync(join(root, 'head.json'), head)
    expect(await (await openStore(root, '/')).verify()).toMatchObject({ problems: [], notes: [expect.stringContaining('ended in between')] })
    expect((await again()).verified).toMatchObject({ entries: 4, problems: [], notes: [] })
  })

  it('refuses to go on where lines that were remembered are gone', async () => {
    write(root, chainOf(root).slice(0, 1))
    await expect(again()).rejects.toMatchObject({ code: 'evidence.broken' })
    writeFileSync(path(), readFileSync(path()).subarray(0, -5))
    await expect(again()).rejects.toMatchObject({ code: 'evidence.broken' })
    rmSync(path())
    await expect(again()).rejects.toMatchObject({ code: 'evidence.broken' })
    expect((await (await openStore(root, '/')).verify()).problems.length).toBeGreaterThan(0)
  })

  it('reads a line without an end, or larger than any memory, in bounded memory', async () => {
    const piece = 'x'.repeat(1 << 20)
    for (let i = 0; i < 300; i++) appendFileSync(path(), piece)
    const before = process.memoryUsage().rss
    expect((await (await openStore(root, '/')).verify()).problems.map((p) => p.problem)).toEqual(['the line was changed', expect.stringContaining('has no end')])
    expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20)
  })

  it('removes what an unfinished write left beside', async () => {
    writeFileSync(join(root, 'head.json.999999.tmp'), '')
    expect(await (await openStore(root, '/')).verify()).toMatchObject({ problems: [], notes: ['1 files were left by interrupted writes'] })
    expect((await again()).verified).toMatchObject({ problems: [], notes: [] })
  })

  it('makes the index anew when it is missing, changed, or of another chain', async () => {
    const store = await openStore(root, '/')
    const ids = async () => (await all(store.list())).map((s) => s.id)
    const right = await ids()
    for (const spoil of [
      () => rmSync(join(root, 'index.sqlite')), () => rmSync(join(root, 'index.json')), () => writeFileSync(join(root, 'index.sqlite'), 'SQLite format 3\0'), () => writeFileSync(join(root, 'index.json'), '{}'),
    ]) {
      spoil()
      expect(await ids()).toEqual(right)
      expect((await store.verify()).problems).toEqual([])
    }
    const other = folder()
    const elsewhere = await openStore(other, '/')
    for (let i = 0; i < 3; i++) await elsewhere.append(kept({ service: 'other' }).record)
    for (const name of ['chain.jsonl', 'head.json']) writeFileSync(join(root, name), readFileSync(join(other, name)))
    expect((await all(store.list())).map((s) => s.service)).toEqual(['other', 'other', 'other'])
    rmSync(other, { recursive: true })
  })
})

it('reads and continues a folder of the first version', async () => {
  const root = folder()
  const old = (id: string): ReleaseRecord => ({ ...recordFacts(), schema: 'pintle.dev/release-record/v1', id, files: { 'diff.md': sha256(`diff ${id}`) } })
  let previous = ''
  const lines: string[] = []
  for (const [i, id] of ['a', 'b'].entries()) {
    mkdirSync(join(root, id))
    const text = `${JSON.stringify(old(id), undefined, 2)}\n`
    writeFileSync(join(root, id, 'record.json'), text)
    writeFileSync(join(root, id, 'diff.md'), `diff ${id}`)
    const line = { sequence: i + 1, id, folder: id, digest: sha256(text), previous }
    previous = sha256(canonicalJson(line))
    lines.push(JSON.stringify({ ...line, hash: previous }))
  }
  write(root, lines)
  const store = await openStore(root, '/')
  expect(await store.verify()).toMatchObject({ entries: 2, blobs: 2, problems: [] })
  expect(await store.head()).toEqual({ sequence: 2, hash: previous })
  expect((await store.read('a'))!.entry).toEqual(old('a'))
  expect(Buffer.from((await store.file(old('b'), 'diff.md'))!).toString()).toBe('diff b')
  const { record } = kept()
  await store.append(record)
  expect(await store.verify()).toMatchObject({ entries: 3, problems: [] })
  expect((await all(store.list())).map((s) => s.id)).toEqual(['a', 'b', record.id])
  writeFileSync(join(root, 'a', 'diff.md'), 'diff A')
  expect((await store.verify()).problems).toEqual([{ sequence: 1, problem: 'a/diff.md was changed' }])
  writeFileSync(join(root, 'a', 'diff.md'), 'diff a')
  mkdirSync(join(root, 'slipped-in'))
  expect((await store.verify()).problems).toEqual([{ sequence: 0, problem: 'slipped-in is in no line of the chain' }])
  rmSync(root, { recursive: true })
})
