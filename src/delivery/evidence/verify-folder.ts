import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { BlobFolder } from './blob-folder.ts'
import { fileDigest } from './blob-folder.ts'
import type { ChainFile } from './chain-file.ts'
import type { Deliveries } from './deliveries.ts'
import { allLines, type FolderIndex, type IndexedLine } from './folder-index.ts'
import { readFolderRecord } from './folder-records.ts'
import { isPlainName } from './plain-name.ts'
import { isUnfinished } from './durable-file.ts'
import { decodeLine, type Decoded } from './line.ts'
import { summaryOf, type Head, type Problem, type StoredEntry, type Verification, type VerifyOptions } from './store.ts'
import { verifyChain } from './verify-chain.ts'

interface Parts {
  readonly root: string
  readonly chain: ChainFile
  readonly blobs: BlobFolder
  readonly index: FolderIndex
  readonly deliveries: Deliveries
}

const own = new Set(['chain.jsonl', 'head.json', 'index.sqlite', 'index.json', 'lock', 'lock-journal', 'sha256', 'delivered'])

/** A folder against its chain: entries, files, index, deliveries, and whatever else lies in it. */
export async function verifyFolder({ root, chain, blobs, index, deliveries }: Parts, at: { size: number; remembered: Head | undefined | { problem: string }; problem?: string }, options: VerifyOptions): Promise<Verification> {
  const problems: Problem[] = at.problem === undefined ? [] : [{ sequence: 0, problem: at.problem }]
  const notes: string[] = []
  const folders = new Set<string>()
  /** Digests as bytes: half the memory. */
  const named = new Set<string>()
  let place = { offset: 0, length: 0 }

  const { mark, problem, note } = await index.sound()
  if (problem !== undefined) problems.push({ sequence: 0, problem: `${problem}; it is made anew when something is listed` })
  if (note !== undefined) notes.push(note)
  const db = mark === undefined ? undefined : index.openReadOnly()
  const rows = db === undefined ? undefined : allLines(db)
  const delivered = deliveries.all()
  for (const file of delivered.changed) problems.push({ sequence: 0, problem: `${file} was changed` })
  const wanted = new Set(delivered.sound)
  let indexedHash: string | undefined

  async function* lines(): AsyncIterable<Decoded> {
    for await (const raw of chain.linesFrom(0, at.size)) {
      place = raw
      if (raw.torn) problems.push({ sequence: 0, problem: 'the last line has no end: a write was interrupted, or the end was cut off; the next entry that is added mends this, when it can' })
      yield raw.bytes === undefined ? { kind: 'broken' } : decodeLine(raw.bytes)
    }
  }

  async function files(record: { files: Readonly<Record<string, string>> }, folder: string | undefined) {
    const found: string[] = []
    const all = Object.entries(record.files)
    for (const [name, digest] of all) {
      if (folder === undefined) {
        const fault = await blobs.fault(digest)
        named.add(bytesOf(digest))
        if (fault) found.push(`the file ${name} (${digest}) ${fault === 'missing' ? 'is missing' : 'was changed'}`)
      } else {
        const path = join(root, folder, name)
        if (!isPlainName(name) || !existsSync(path)) found.push(`${folder}/${name} is missing`)
        else if ((await fileDigest(path)) !== digest) found.push(`${folder}/${name} was changed`)
      }
    }
    return { checked: all.length, problems: found }
  }

  function seen(line: StoredEntry): string[] {
    const found: string[] = []
    for (const d of wanted) {
      if (d.sequence !== line.sequence) continue
      wanted.delete(d)
      if (d.hash !== line.hash) found.push(`was not what was delivered to ${d.sink}`)
    }
    if (mark !== undefined && line.sequence <= mark.sequence) {
      const next = rows!.next()
      const summary: IndexedLine = { ...summaryOf(line.sequence, line.entry), offset: place.offset, length: place.length }
      if (next.done || Object.entries(summary).some(([key, value]) => (next.value as any)[key] !== value)) found.push('the index says something else; delete index.sqlite, it is made anew')
    }
    if (line.sequence === mark?.sequence && place.offset + place.length + 1 === mark.size) indexedHash = line.hash
    return found
  }

  async function rest(): Promise<{ problems: Problem[]; notes: string[] }> {
    if (mark !== undefined && (mark.sequence > 0 ? indexedHash !== mark.hash : mark.size > 0)) problems.push({ sequence: 0, problem: 'the index is of another chain; delete index.sqlite, it is made anew' })
    if (rows !== undefined && !rows.next().done) problems.push({ sequence: 0, problem: 'the index has lines that the chain has not; delete index.sqlite, it is made anew' })
    for (const d of wanted) problems.push({ sequence: 0, problem: `line ${d.sequence} was delivered to ${d.sink}, and is missing` })
    let strays = 0
    let unfinished = 0
    for (const blob of blobs.all()) {
      if ('stray' in blob && blob.unfinished) unfinished++
      else if ('stray' in blob) problems.push({ sequence: 0, problem: `${blob.stray} belongs to nothing` })
      else if (!named.has(bytesOf(blob.digest))) {
        strays++
        if ((await blobs.fault(blob.digest)) !== undefined) problems.push({ sequence: 0, problem: `the file ${blob.digest} was changed` })
      }
    }
    if (strays > 0) notes.push(`${strays} files belong to no entry: an entry that was never finished, or what was set aside`)
    for (const name of readdirSync(root)) {
      if (isUnfinished(name)) unfinished++
      else if (!own.has(name) && !folders.has(name) && !name.startsWith('.')) problems.push({ sequence: 0, problem: statSync(join(root, name)).isDirectory() ? `${name} is in no line of the chain` : `${name} belongs to nothing` })
      if (name.startsWith('lock') && statSync(join(root, name)).size > 0) problems.push({ sequence: 0, problem: `${name} was changed` })
    }
    if (unfinished > 0) notes.push(`${unfinished} files were left by interrupted writes`)
    return { problems, notes }
  }

  try {
    return await verifyChain({
      lines, files, seen, rest,
      head: async () => at.remembered,
      folderRecord: async (folder, digest) => {
        folders.add(folder)
        return readFolderRecord(root, folder, digest)
      },
    }, options)
  } finally {
    db?.close()
  }
}

const bytesOf = (digest: string): string => Buffer.from(digest.slice('sha256:'.length), 'hex').toString('latin1')
