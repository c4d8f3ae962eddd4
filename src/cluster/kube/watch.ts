import type { Readable } from 'node:stream'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { backoff, pause } from '../../charts/http/index.ts'
import { statusError } from './api-error.ts'
import type { Status } from './api-error.ts'
import type { KubeObject, WatchEvent, WatchOptions } from './types.ts'

/** What a watch needs of its client. */
export interface WatchSource {
  list(options: WatchOptions): Promise<{ items: KubeObject[]; resourceVersion: string }>
  open(resourceVersion: string, timeoutSeconds: number, signal: AbortSignal | undefined): Promise<Readable>
}

/** The server ends a watch after this long. */
const watchSeconds = 290
/** It sends a bookmark about every minute: a connection that is silent for longer is taken for dead, and opened anew. */
const silentSeconds = 100
const maxEventBytes = 64 << 20

/**
 * Follows a collection over closed connections: goes on from the last resourceVersion seen (bookmarks count), and after 410 Gone lists again
 * and reports the difference to what it has reported before.
 */
export async function* follow(source: WatchSource, options: WatchOptions): AsyncGenerator<WatchEvent, void, void> {
  const { signal } = options
  const known = new Map<string, KubeObject>()
  let version = options.resourceVersion
  if (version === undefined || version === '' || version === '0') {
    const list = await source.list(options)
    for (const object of list.items) {
      known.set(identity(object), object)
      yield { type: 'ADDED', object }
    }
    yield { type: 'SYNCED' }
    version = list.resourceVersion
  }

  for (let failures = 0; ; ) {
    signal?.throwIfAborted()
    const opened = performance.now()
    let expired = false
    let body: Readable | undefined
    try {
      body = await source.open(version, watchSeconds, signal)
      for await (const line of lines(body)) {
        const event = parseEvent(line)
        if (event.type === 'ERROR') {
          const status = event.object as Status
          if (status.code === 410 || status.reason === 'Expired' || status.reason === 'Gone') {
            expired = true
            break
          }
          throw statusError(status)
        }
        failures = 0
        const object = event.object as KubeObject
        version = object.metadata.resourceVersion ?? version
        if (event.type === 'BOOKMARK') continue
        const key = identity(object)
        if (event.type === 'DELETED') known.delete(key)
        else known.set(key, object)
        yield { type: event.type as 'ADDED' | 'MODIFIED' | 'DELETED', object }
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (isPintleError(error) && (error.details?.status as Status | undefined)?.code === 410) expired = true
      else if (!mends(error)) throw error
      else failures++
    } finally {
      body?.destroy()
    }
    if (expired) {
      const list = await source.list(options)
      yield* difference(known, list.items)
      version = list.resourceVersion
    }
    // A server that closes at once must not be asked in a tight loop.
    if (failures > 0) await pause(backoff(Math.min(failures, 8)) * 2, signal)
    else if (performance.now() - opened < 1000) await pause(backoff(3), signal)
  }
}

/** Brings `known` to `items`, reporting what happened meanwhile. */
function* difference(known: Map<string, KubeObject>, items: readonly KubeObject[]): Generator<WatchEvent> {
  const gone = new Map(known)
  for (const object of items) {
    const key = identity(object)
    const before = known.get(key)
    // The same name with another uid is a new object: the old one was deleted in between.
    if (before !== undefined && before.metadata.uid === object.metadata.uid) {
      gone.delete(key)
      known.set(key, object)
      if (before.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'MODIFIED', object }
      continue
    }
    if (before !== undefined) {
      gone.delete(key)
      yield { type: 'DELETED', object: before }
    }
    known.set(key, object)
    yield { type: 'ADDED', object }
  }
  for (const [key, object] of gone) {
    known.delete(key)
    yield { type: 'DELETED', object }
  }
}

const identity = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`

/** Whether a later attempt may succeed by itself. */
function mends(error: unknown): boolean {
  if (!isPintleError(error)) return true
  if (error.details?.closed === true) return false
  return error.code === 'kube.unreachable' || error.code === 'kube.timeout' || error.code === 'kube.server'
}

function parseEvent(line: string): { type: string; object: KubeObject | Status } {
  try {
    const event = JSON.parse(line)
    if (typeof event?.type === 'string' && event.object !== null && typeof event.object === 'object') return event
  } catch {
    // A line cut off by a dying connection: the same as the connection closing.
  }
  throw new Error('unable to decode an event from the watch stream')
}

async function* lines(body: Readable): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let size = 0
  const dead = (): void => void body.destroy(new Error('watch went silent'))
  let timer = setTimeout(dead, silentSeconds * 1000)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      timer.refresh()
      let start = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        parts.push(chunk.subarray(start, end))
        const line = parts.length === 1 ? parts[0]!.toString('utf8') : Buffer.concat(parts).toString('utf8')
        parts = []
        size = 0
        start = end + 1
        if (line !== '') yield line
      }
      if (start < chunk.length) {
        parts.push(chunk.subarray(start))
        size += chunk.length - start
        if (size > maxEventBytes) throw new PintleError('kube.server', `a watch event is larger than ${maxEventBytes >> 20} MiB`)
      }
    }
  } finally {
    clearTimeout(timer)
  }
}
