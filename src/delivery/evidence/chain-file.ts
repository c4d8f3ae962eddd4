import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { canonicalJson } from '../attestation/index.ts'
import type { BlobFolder } from './blob-folder.ts'
import { appendDurably, syncFolder, writeDurably } from './durable-file.ts'
import { decodeLine, maxLine } from './line.ts'
import { readLines, type RawLine } from './read-lines.ts'
import type { Head } from './store.ts'

/** `chain.jsonl`, and `head.json`, which remembers its end so that cutting the end off is noticed. */
export class ChainFile {
  readonly path: string
  readonly #root: string
  readonly #headPath: string
  constructor(root: string) {
    this.#root = root
    this.path = join(root, 'chain.jsonl')
    this.#headPath = join(root, 'head.json')
  }

  size(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0
  }

  linesFrom(start: number, end: number): AsyncIterable<RawLine> {
    return readLines(this.path, start, end)
  }

  /** What the store remembers as its end. */
  remembered(): Head | undefined | { problem: string } {
    if (!existsSync(this.#headPath)) return undefined
    const changed = { problem: 'head.json was changed' }
    if (statSync(this.#headPath).size > 1000) return changed
    const bytes = readFileSync(this.#headPath)
    try {
      const { sequence, hash } = JSON.parse(bytes.toString('utf8')) as Head
      return Number.isSafeInteger(sequence) && typeof hash === 'string' && Buffer.from(headText({ sequence, hash })).equals(bytes) ? { sequence, hash } : changed
    } catch {
      return changed
    }
  }

  /** The bytes of one line. */
  at(offset: number, length: number): Buffer {
    const fd = openSync(this.path, 'r')
    try {
      return readAt(fd, offset, length)
    } finally {
      closeSync(fd)
    }
  }

  /**
   * The end that the next line follows. What an interrupted write left is mended: a whole line without its end gets one, half a line is set aside among the blobs.
   * @throws PintleError evidence.broken when the end is not what was written last
   */
  end(blobs: BlobFolder): { head: Head | undefined; recovered?: string } {
    const remembered = this.remembered()
    if (remembered !== undefined && 'problem' in remembered) throw broken(remembered.problem)
    const size = this.size()
    if (size === 0) {
      if (remembered !== undefined && remembered.sequence > 0) throw broken(`the store remembers ${remembered.sequence} entries, and none is there`)
      return { head: undefined }
    }
    let last = this.#lastLine(size)
    let recovered: string | undefined
    let mend = () => {}
    if (last.torn && last.bytes !== undefined && decodeLine(last.bytes).kind !== 'broken') {
      recovered = 'the last line had no end'
      mend = () => appendDurably(this.path, '\n')
    } else if (last.torn) {
      const { offset, bytes, length } = last
      mend = () => {
        const digest = blobs.put(bytes ?? Buffer.alloc(0))
        truncateSync(this.path, offset)
        recovered = `${length} bytes that an interrupted write had left were set aside as ${digest}`
      }
      if (offset === 0) {
        if (remembered !== undefined && remembered.sequence > 0) throw broken('the end of the chain was changed')
        mend()
        return { head: undefined, recovered: recovered! }
      }
      last = this.#lastLine(offset)
    }
    const decoded = last.bytes === undefined ? { kind: 'broken' as const } : decodeLine(last.bytes)
    if (decoded.kind === 'broken') throw broken('the last line was changed')
    const { sequence, hash, previous } = decoded.line
    const fits = remembered === undefined
      ? decoded.kind === 'folder'
      : (remembered.sequence === sequence && remembered.hash === hash) || (remembered.sequence === sequence - 1 && remembered.hash === previous)
    if (!fits) throw broken(`the store remembers ${remembered === undefined ? 'no end' : `${remembered.sequence} entries`}, the chain ends with number ${sequence}`)
    mend()
    return { head: { sequence, hash }, ...(recovered === undefined ? {} : { recovered }) }
  }

  /** Adds a line, then remembers it as the end. A store that never remembered one remembers the end before first: from then on one is always there. */
  add(text: string, head: Head, before: Head | undefined): void {
    const isNew = !existsSync(this.path)
    if (!existsSync(this.#headPath)) writeDurably(this.#headPath, headText(before ?? { sequence: 0, hash: '' }))
    appendDurably(this.path, `${text}\n`)
    if (isNew) syncFolder(this.#root)
    writeDurably(this.#headPath, headText(head))
  }

  #lastLine(end: number): RawLine {
    const fd = openSync(this.path, 'r')
    try {
      if (fstatSync(fd).size < end) throw broken('the chain became shorter while it was read')
      const torn = readAt(fd, end - 1, 1)[0] !== 10
      const stop = torn ? end : end - 1
      let bytes = Buffer.alloc(0)
      for (let from = stop; from > 0 && bytes.length <= maxLine; ) {
        const step = Math.min(from, 64 * 1024)
        from -= step
        const chunk = readAt(fd, from, step)
        const at = chunk.lastIndexOf(10)
        bytes = Buffer.concat([chunk.subarray(at + 1), bytes])
        if (at >= 0) break
      }
      return { offset: stop - bytes.length, length: bytes.length, bytes: bytes.length > maxLine ? undefined : bytes, torn }
    } finally {
      closeSync(fd)
    }
  }
}

const headText = ({ hash, sequence }: Head): string => `${canonicalJson({ hash, sequence })}\n`

function readAt(fd: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const read = readSync(fd, buffer, done, length - done, offset + done)
    if (read === 0) break
    done += read
  }
  return buffer.subarray(0, done)
}

export const broken = (what: string): PintleError => new PintleError('evidence.broken', `the evidence store does not hold together: ${what}`, { hint: 'Run `pintle evidence verify`.' })
