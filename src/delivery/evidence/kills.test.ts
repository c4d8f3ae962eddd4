/** Writers that are killed at any moment, several at once: what was acknowledged is there, and the chain holds. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { kept } from '../../../test/cluster/evidence-store-suite.ts'
import { openStore } from './index.ts'

it('keeps all that was acknowledged', async () => {
  const root = mkdtempSync(join(tmpdir(), 'pintle-kills-'))
  const index = new URL('./index.ts', import.meta.url).href
  const digests = new URL('../attestation/index.ts', import.meta.url).href
  const { record } = kept({}, { 'a.txt': '' })
  const program = `
    const { openStore } = await import(${JSON.stringify(index)})
    const { sha256 } = await import(${JSON.stringify(digests)})
    const store = await openStore(${JSON.stringify(root)}, '/')
    const record = ${JSON.stringify(record)}
    for (let i = 0; ; i++) {
      const text = process.pid + ' ' + i
      const id = record.id + '-' + process.pid + '-' + i
      await store.append({ ...record, id, files: { 'a.txt': sha256(text) } }, { 'a.txt': text })
      process.stdout.write(id + '\\n')
    }`
  const acknowledged: string[] = []
  for (let round = 0; round < 6; round++) {
    await Promise.all([0, 1].map(async (n) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
      let out = ''
      const first = new Promise<void>((done) => child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); done() }))
      const closed = new Promise<void>((done) => child.on('close', () => done()))
      await Promise.race([first, closed])
      expect(out).not.toBe('')
      await new Promise((done) => setTimeout(done, 5 + ((round * 37 + n * 13) % 60)))
      child.kill('SIGKILL')
      await closed
      acknowledged.push(...out.split('\n').slice(0, -1))
    }))
  }
  const store = await openStore(root, '/')
  const last = await store.append(kept().record)
  const stored = new Set<string>()
  for await (const { entry } of store.entries(1)) stored.add(entry.id)
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(12)
  expect((await store.verify({ expectHeads: [last.head.hash] })).problems).toEqual([])
  rmSync(root, { recursive: true })
}, 120_000)
