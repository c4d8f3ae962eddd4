import { isAddendum, type ReleaseRecord } from './record.ts'
import type { Decoded } from './line.ts'
import type { Head, Problem, StoredEntry, Verification, VerifyOptions } from './store.ts'

/** More are counted, not kept: a store that is broken all over must not fill the memory. */
const mostProblems = 1000

/** What the verification asks of a store. */
export interface Verifiable {
  lines(): AsyncIterable<Decoded>
  /** The record a line of the first version names, or what is wrong with it. */
  folderRecord?(folder: string, digest: string): Promise<ReleaseRecord | string>
  /** Problems with the files of a record, in words; counts those it checked. */
  files(record: ReleaseRecord, folder: string | undefined): Promise<{ checked: number; problems: string[] }>
  /** What the store itself remembers as its end. */
  head(): Promise<Head | undefined | { problem: string }>
  /** Looks at everything that no line led to. Called last, with every entry's summary compared by the store as it streamed. */
  rest?(): Promise<{ problems: readonly Problem[]; notes: readonly string[] }>
  /** Sees every sound entry as it streams, to compare it with what was derived from it. */
  seen?(line: StoredEntry): readonly string[]
}

/** Walks a chain once, in constant memory but for the problems: every hash, every link, every file, the end, and the heads that were kept elsewhere. */
export async function verifyChain(store: Verifiable, options: VerifyOptions = {}): Promise<Verification> {
  const problems: Problem[] = []
  let more = 0
  const report = (sequence: number, problem: string) => (problems.length < mostProblems ? problems.push({ sequence, problem }) : more++)
  const expected = new Map((options.expectHeads ?? []).map((hash) => [hash, 0]))
  const ids = new Set<string>()
  const stored = await store.head()
  let count = 0
  let blobs = 0
  let previous: string | undefined = ''
  let last: Head | undefined
  let storedFound = stored === undefined || 'problem' in stored || stored.sequence === 0
  let hadEntries = false

  for await (const decoded of store.lines()) {
    options.signal?.throwIfAborted()
    count++
    if (decoded.kind === 'broken') {
      report(count, 'the line was changed')
      previous = decoded.hash
      last = { sequence: count, hash: decoded.hash ?? '' }
      continue
    }
    const { line } = decoded
    if (line.sequence !== count) report(count, `the line says it is number ${line.sequence}`)
    if (line.previous !== previous) report(count, 'does not follow the line before it')
    previous = line.hash
    last = { sequence: count, hash: line.hash }
    if (expected.has(line.hash)) expected.set(line.hash, count)
    if (stored !== undefined && !('problem' in stored) && stored.sequence === count) {
      storedFound = true
      if (stored.hash !== line.hash) report(count, 'is not the line that the store remembers as its end')
    }
    const id = decoded.kind === 'folder' ? decoded.line.id : decoded.line.entry.id
    if (ids.has(id)) report(count, `${id} is there twice`)
    ids.add(id)
    const entry = decoded.kind === 'folder' ? await store.folderRecord!(decoded.line.folder, decoded.line.digest) : decoded.line.entry
    if (typeof entry === 'string') {
      report(count, entry)
      continue
    }
    if (isAddendum(entry)) {
      if (!ids.has(entry.about)) report(count, `is about ${entry.about}, which is not before it`)
    } else {
      const files = await store.files(entry, decoded.kind === 'folder' ? decoded.line.folder : undefined)
      blobs += files.checked
      for (const p of files.problems) report(count, p)
    }
    if (decoded.kind === 'entry') hadEntries = true
    for (const p of store.seen?.({ sequence: line.sequence, previous: line.previous, hash: line.hash, entry }) ?? []) report(count, p)
  }

  const notes: string[] = []
  if (stored === undefined) {
    if (hadEntries) report(0, 'the store does not remember its end any more')
  } else if ('problem' in stored) report(0, stored.problem)
  else if (!storedFound) report(0, `the end is missing: the store remembers ${stored.sequence} entries, ${count} are there`)
  else if (count === stored.sequence + 1) notes.push('the last entry was written by a process that ended in between; the next one that is added mends this')
  else if (count > stored.sequence) report(0, `the store remembers ${stored.sequence} entries, ${count} are there`)
  for (const [hash, at] of expected) {
    if (at === 0) report(0, `no line has the expected hash ${hash}: the end is missing, or another chain is here`)
    else if (at < count) notes.push(`${count - at} entries were added after ${hash}`)
  }
  const rest = await store.rest?.()
  for (const p of rest?.problems ?? []) report(p.sequence, p.problem)
  if (more > 0) problems.push({ sequence: 0, problem: `and ${more} more problems` })
  return { entries: count, blobs, ...(last ? { head: last } : {}), problems, notes: [...notes, ...(rest?.notes ?? [])] }
}
