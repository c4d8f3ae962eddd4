import { createReadStream } from 'node:fs'
import { maxLine } from './line.ts'

/** A line of a file, without its end, and where it starts. `bytes` is undefined when it is longer than a line may be; `torn` when it has no end. */
export interface RawLine {
  readonly offset: number
  readonly length: number
  readonly bytes: Buffer | undefined
  readonly torn: boolean
}

/** The lines of a file between two places, streamed in bounded memory. `start` is where a line starts. */
export async function* readLines(path: string, start: number, end: number): AsyncIterable<RawLine> {
  if (end <= start) return
  let parts: Buffer[] = []
  let held = 0
  let length = 0
  let offset = start
  const take = (part: Buffer) => {
    length += part.length
    // What is too long is counted, not kept.
    if (length <= maxLine + 1) parts.push(part), (held += part.length)
    else parts = [], (held = 0)
  }
  const line = (torn: boolean): RawLine => {
    const out = { offset, length, bytes: length > maxLine ? undefined : parts.length === 1 ? parts[0]! : Buffer.concat(parts, held), torn }
    offset += length + 1
    parts = []
    held = length = 0
    return out
  }
  for await (const chunk of createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at; (at = chunk.indexOf(10, from)) >= 0; from = at + 1) {
      take(chunk.subarray(from, at))
      yield line(false)
    }
    if (from < chunk.length) take(Buffer.from(chunk.subarray(from)))
  }
  if (length > 0) yield line(true)
}
