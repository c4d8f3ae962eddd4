import type { Api } from './api.ts'
import type { JsonMap } from './json.ts'
import { apiVersionOf } from './resources.ts'
import type { ResourceType } from './resources.ts'
import { ApiError, badRequest } from './status.ts'
import type { Change } from './store.ts'

export interface WatchQuery {
  labelSelector?: string
  fieldSelector?: string
  resourceVersion?: string
  resourceVersionMatch?: string
  sendInitialEvents?: boolean
  allowWatchBookmarks?: boolean
}
export interface WatchMessage { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'; object: JsonMap }

/** Sends what happened since a revision and what happens from now on, until the returned function is called. Messages come synchronously with the writes. */
export function openWatch(api: Api, type: ResourceType, namespace: string | undefined, query: WatchQuery, send: (message: WatchMessage) => void): () => void {
  const match = api.matcher(type, query)
  const passes = (object: JsonMap | undefined): boolean => object !== undefined
    && (namespace === undefined || object.metadata.namespace === namespace) && (match === undefined || match(object))
  const bookmark = (revision: number, initial: boolean): void => send({
    type: 'BOOKMARK',
    object: {
      kind: type.kind, apiVersion: apiVersionOf(type),
      metadata: { resourceVersion: String(revision), creationTimestamp: null, ...(initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}) },
    },
  })
  const deliver = (change: Change): void => {
    if (change.table !== type.table) return
    const object = api.view(type, change.object)
    const now = change.type !== 'DELETED' && passes(object)
    const before = change.previous !== undefined && passes(api.view(type, change.previous))
    if (now) send({ type: before ? 'MODIFIED' : 'ADDED', object })
    else if (before) {
      // An object that stops matching is shown as it last matched, with the revision of the change.
      const last = change.type === 'DELETED' ? object : api.view(type, change.previous!)
      send({ type: 'DELETED', object: { ...last, metadata: { ...last.metadata, resourceVersion: change.object.metadata.resourceVersion } } })
    }
  }
  const wanted = query.resourceVersion
  const initial = query.sendInitialEvents === true || ((wanted === undefined || wanted === '' || wanted === '0') && query.sendInitialEvents !== false)
  if (query.sendInitialEvents !== undefined && query.resourceVersionMatch !== 'NotOlderThan') {
    throw new ApiError(422, 'Invalid', 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  }
  if (initial) {
    for (const row of api.store.list(type.table, namespace)) {
      const object = api.view(type, row)
      if (passes(object)) send({ type: 'ADDED', object })
    }
    if (query.sendInitialEvents === true && query.allowWatchBookmarks === true) bookmark(api.store.revision, true)
  } else {
    const revision = Number(wanted)
    if (!Number.isFinite(revision)) throw badRequest(`Invalid value: "${wanted}": strconv.ParseUint: parsing "${wanted}": invalid syntax`)
    const missed = api.store.since(revision)
    if (missed === undefined) {
      send({ type: 'ERROR', object: new ApiError(410, 'Expired', `too old resource version: ${wanted} (${api.store.revision})`).status })
      return () => {}
    }
    for (const change of missed) deliver(change)
  }
  const stop = api.store.subscribe(deliver)
  let cancel = (): void => {}
  if (query.allowWatchBookmarks === true) {
    const tick = (): void => {
      bookmark(api.store.revision, false)
      const timer = setTimeout(tick, 60_000)
      timer.unref()
      cancel = () => clearTimeout(timer)
    }
    const timer = setTimeout(tick, 60_000)
    timer.unref()
    cancel = () => clearTimeout(timer)
  }
  return () => {
    stop()
    cancel()
  }
}

