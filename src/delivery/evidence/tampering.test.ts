/**
 * Every change of a store is noticed. By default every third byte of it is changed in one of four ways; PINTLE_FUZZ=all takes all four for every byte, and
 * one for every byte of the index (some minutes).
 */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { all, kept } from '../../../test/cluster/evidence-store-suite.ts'
import { makeAddendum, openStore, type EvidenceStore } from './index.ts'

const everything = process.env.PINTLE_FUZZ === 'all'
let root: string
let store: EvidenceStore
let head = ''

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'pintle-tampering-'))
  store = await openStore(root, '/')
  const first = kept({ reason: 'ä "quoted" \ufffd' }, { 'diff.md': '+ a\n' })
  await store.append(first.record, first.files)
  await store.append(kept().record)
  head = (await store.append(makeAddendum({ about: first.record.id, at: '2026-01-01T00:00:00Z', by: 'bob', text: 'x' }))).head.hash
  for await (const entry of store.entries(3)) await store.setDelivered('folder:/x', entry)
  await all(store.list())
})
afterAll(() => rmSync(root, { recursive: true }))

const files = () => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => statSync(join(root, f)).isFile())
const noticed = async (expectHeads: string[] = []) => (await store.verify({ expectHeads })).problems.length > 0

const ways: Record<string, (bytes: Buffer, at: number) => Buffer> = {
  flip: (b, at) => Buffer.concat([b.subarray(0, at), Buffer.of(b[at]! ^ (1 << (at % 8))), b.subarray(at + 1)]),
  delete: (b, at) => Buffer.concat([b.subarray(0, at), b.subarray(at + 1)]),
  insert: (b, at) => Buffer.concat([b.subarray(0, at), Buffer.of(at % 3 === 0 ? 0x20 : at % 3 === 1 ? b[at]! : at % 256), b.subarray(at)]),
  truncate: (b, at) => b.subarray(0, at),
}

describe('a store that somebody changed', () => {
  it('is sound before', async () => {
    expect(await store.verify({ expectHeads: [head] })).toMatchObject({ entries: 3, blobs: 1, problems: [], notes: [] })
    expect(files().sort().map((f) => f.replace(/[0-9a-f]{62,64}/, '*').replace(/\/[0-9a-f]{2}\//, '/*/'))).toEqual(['chain.jsonl', 'delivered/*.json', 'head.json', 'index.json', 'index.sqlite', 'lock', 'sha256/*/*'])
  })

  it('shows every single-byte change', async () => {
    const missed: string[] = []
    let tried = 0
    for (const file of files()) {
      const path = join(root, file)
      const sound = readFileSync(path)
      const stride = everything ? 1 : file === 'index.sqlite' ? 61 : 3
      for (let at = 0; at < sound.length; at += stride) {
        const names = Object.keys(ways)
        for (const way of everything && file !== 'index.sqlite' ? names : [names[(at / stride) % names.length]!]) {
          const changed = ways[way]!(sound, at)
          if (changed.equals(sound)) continue
          writeFileSync(path, changed)
          tried++
          if (!(await noticed())) missed.push(`${way} at ${at} of ${file}`)
        }
      }
      writeFileSync(path, Buffer.concat([sound, Buffer.of(10)]))
      tried++
      if (!(await noticed())) missed.push(`a byte after the end of ${file}`)
      writeFileSync(path, sound)
    }
    expect(missed).toEqual([])
    expect(tried).toBeGreaterThan(1200)
    if (everything) process.stderr.write(`${tried} changes, ${missed.length} missed\n`)
    expect((await store.verify()).problems).toEqual([])
  }, 1_800_000)

  it('shows lines that were removed, swapped, doubled or taken from another chain', async () => {
    const path = join(root, 'chain.jsonl')
    const sound = readFileSync(path, 'utf8')
    const lines = sound.split('\n').slice(0, -1)
    const [a, b, c] = lines as [string, string, string]
    for (const changed of [[a, b], [a, c], [b, c], [b, a, c], [a, c, b], [a, a, b, c], [a, b, c, c], [a, b, c, a], [a, '', b, c], []]) {
      writeFileSync(path, changed.map((l) => `${l}\n`).join(''))
      expect([changed.length, await noticed()]).toEqual([changed.length, true])
    }
    writeFileSync(path, sound)
  })

  it('shows files that are missing or belong to nothing', async () => {
    const copy = `${root}-copy`
    cpSync(root, copy, { recursive: true })
    for (const file of files()) {
      // What is derived, and the lock, may go.
      if (/^(index|lock)/.test(file) || file.startsWith('delivered')) continue
      rmSync(join(root, file))
      expect([file, await noticed()]).toEqual([file, true])
      cpSync(copy, root, { recursive: true })
    }
    for (const file of ['other.txt', 'sha256/other.txt', 'delivered/other.json']) {
      writeFileSync(join(root, file), '')
      expect([file, await noticed()]).toEqual([file, true])
      rmSync(join(root, file))
    }
    expect(await noticed()).toBe(false)
    rmSync(copy, { recursive: true })
  })

  it('shows an index that was made to say something else, its own digest included', async () => {
    const { openSqlite } = await import('./sqlite.ts')
    const { fileDigest } = await import('./blob-folder.ts')
    const { canonicalJson } = await import('../attestation/index.ts')
    const sound = ['index.sqlite', 'index.json'].map((n) => [n, readFileSync(join(root, n))] as const)
    for (const sql of ["UPDATE lines SET outcome = 'failed' WHERE sequence = 1", 'DELETE FROM lines WHERE sequence = 2', "INSERT INTO lines SELECT 9, 'x', about, started, service, environment, cluster, namespace, release, operation, outcome, revision, operator, offset, length FROM lines WHERE sequence = 1"]) {
      const db = openSqlite(join(root, 'index.sqlite'))
      db.exec(sql)
      db.close()
      const mark = { ...JSON.parse(readFileSync(join(root, 'index.json'), 'utf8')), digest: await fileDigest(join(root, 'index.sqlite')) }
      writeFileSync(join(root, 'index.json'), `${canonicalJson(mark)}\n`)
      expect([sql, await noticed()]).toEqual([sql, true])
      for (const [name, bytes] of sound) writeFileSync(join(root, name), bytes)
    }
  })

  it('cannot tell by itself that somebody with all rights wrote the whole end anew; a head kept elsewhere tells', async () => {
    const copy = `${root}-copy`
    cpSync(root, copy, { recursive: true })
    const forged = await openStore(copy, '/')
    rmSync(join(copy, 'chain.jsonl'))
    rmSync(join(copy, 'head.json'))
    for (const derived of ['delivered', 'index.sqlite', 'index.json', 'sha256']) rmSync(join(copy, derived), { recursive: true })
    await forged.append(kept({ outcome: 'succeeded' }).record)
    expect((await forged.verify()).problems).toEqual([])
    expect((await forged.verify({ expectHeads: [head] })).problems).toHaveLength(1)
    rmSync(copy, { recursive: true })
  })
})
