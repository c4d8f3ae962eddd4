import { createHash } from 'node:crypto'
import type { Api } from '../api.ts'
import type { DeleteQuery } from '../requests.ts'
import { timestamp } from '../clock.ts'
import { equal } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { ResourceType } from '../resources.ts'
import { ApiError } from '../status.ts'

/** What the control loops do to the cluster, as a controller-manager, scheduler or kubelet would through the API. */
export class Hands {
  readonly api: Api
  constructor(api: Api) { this.api = api }

  get now(): string { return timestamp(this.api.clock.now()) }

  type(table: string): ResourceType {
    const found = tableTypes[table] ?? table
    const [group, plural] = [found.slice(0, found.indexOf('/')), found.slice(found.indexOf('/') + 1)]
    for (const g of this.api.resources.groups()) {
      if (g.group !== group) continue
      for (const v of g.versions) for (const t of v.types) if (t.plural === plural) return t
    }
    throw new Error(`no kind in ${table}`)
  }

  get(table: string, namespace: string, name: string): JsonMap | undefined {
    return this.api.store.get(table, namespace, name)
  }

  /** The object behind a key as `keyOf` makes it. */
  byKey(table: string, key: string): JsonMap | undefined {
    const [namespace, name] = splitKey(key)
    return this.api.store.get(table, namespace, name)
  }

  list(table: string, namespace?: string): readonly JsonMap[] { return this.api.store.list(table, namespace) }

  create(table: string, object: JsonMap, manager = 'kube-controller-manager'): JsonMap {
    return this.api.create(this.type(table), (object.metadata.namespace as string | undefined) ?? '', object, { manager, fieldValidation: 'Ignore' })
  }

  /** Writes the status when it differs. */
  status(table: string, object: JsonMap, status: JsonMap, manager = 'kube-controller-manager'): void {
    if (equal(object.status, status)) return
    const type = this.type(table)
    this.api.touch(type, (object.metadata.namespace as string | undefined) ?? '', object.metadata.name as string, (live) => ({ ...live, status }), manager,
      type.subresources.has('status') ? 'status' : undefined)
  }

  update(table: string, object: JsonMap, change: (live: JsonMap) => JsonMap, manager = 'kube-controller-manager'): JsonMap | undefined {
    return this.api.touch(this.type(table), (object.metadata.namespace as string | undefined) ?? '', object.metadata.name as string, change, manager)
  }

  /** Sets annotations through the status subresource, which lets them pass. */
  annotateWithStatus(table: string, object: JsonMap, annotations: JsonMap): void {
    this.api.touch(this.type(table), object.metadata.namespace as string, object.metadata.name as string,
      (o) => ({ ...o, metadata: { ...o.metadata, annotations: { ...o.metadata.annotations, ...annotations } } }), 'kube-controller-manager', 'status')
  }

  /** Puts a pod on the node. */
  bind(pod: JsonMap): JsonMap | undefined {
    return this.api.touch(this.type('/pods'), pod.metadata.namespace as string, pod.metadata.name as string, (p) => ({ ...p, spec: { ...p.spec, nodeName } }), 'kube-scheduler', 'binding')
  }

  delete(table: string, object: JsonMap, query: DeleteQuery = {}): void {
    try {
      this.api.delete({ type: this.type(table), namespace: (object.metadata.namespace as string | undefined) ?? '', name: object.metadata.name as string },
        { preconditions: { uid: object.metadata.uid as string }, ...query }, { manager: 'kube-controller-manager' })
    } catch (error) {
      if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error
    }
  }

  /** Records an event; a repeated one only counts up. */
  event(object: JsonMap, type: 'Normal' | 'Warning', reason: string, message: string, component: string, fieldPath?: string): void {
    const namespace = (object.metadata.namespace as string | undefined) ?? 'default'
    if (this.get('/namespaces', '', namespace)?.metadata.deletionTimestamp !== undefined) return
    const involved = {
      kind: object.kind, namespace: object.metadata.namespace, name: object.metadata.name, uid: object.metadata.uid, apiVersion: object.apiVersion,
      resourceVersion: object.metadata.resourceVersion, ...(fieldPath ? { fieldPath } : {}),
    }
    const digest = createHash('sha256').update(`${involved.uid} ${reason} ${message} ${component} ${fieldPath ?? ''}`).digest('hex').slice(0, 16)
    const name = `${String(object.metadata.name)}.${digest}`
    const before = this.get('/events', namespace, name)
    if (before !== undefined) {
      this.update('/events', before, (e) => ({ ...e, count: ((e.count as number | undefined) ?? 1) + 1, lastTimestamp: this.now }), component)
      return
    }
    try {
      this.create('/events', {
        metadata: { name, namespace }, involvedObject: involved, reason, message, type, source: { component, ...(component === 'kubelet' ? { host: nodeName } : {}) },
        firstTimestamp: this.now, lastTimestamp: this.now, count: 1, reportingComponent: component, reportingInstance: '',
      }, component)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }
}

/** Tables that hold the objects of several kinds or versions. */
const tableTypes: Record<string, string> = {}

export const nodeName = 'node-1'
export const keyOf = (o: JsonMap): string => (o.metadata.namespace === undefined ? `${o.metadata.name}` : `${o.metadata.namespace}/${o.metadata.name}`)
export function splitKey(key: string): [string, string] {
  const at = key.indexOf('/')
  return at < 0 ? ['', key] : [key.slice(0, at), key.slice(at + 1)]
}

/** The controlling owner, when it is of that kind. */
export function controllerOf(o: JsonMap, kind?: string): JsonMap | undefined {
  const found = ((o.metadata.ownerReferences ?? []) as JsonMap[]).find((r) => r.controller === true)
  return found !== undefined && (kind === undefined || found.kind === kind) ? found : undefined
}

export const ownerReference = (owner: JsonMap): JsonMap => ({
  apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true, blockOwnerDeletion: true,
})

/** Short digest of a pod template. */
export function templateHash(template: unknown): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
  const digest = createHash('sha256').update(stable(template)).digest()
  let out = ''
  for (let i = 0; i < 10; i++) out += alphabet[digest[i]! % alphabet.length]
  return out
}

export function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`
  if (typeof value === 'object' && value !== null) return `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${stable((value as JsonMap)[k])}`).join(',')}}`
  return JSON.stringify(value) ?? 'null'
}

export const isActive = (pod: JsonMap): boolean => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined

export function conditionOf(o: JsonMap, type: string): JsonMap | undefined {
  return ((o.status?.conditions ?? []) as JsonMap[]).find((c) => c.type === type)
}
export const isReady = (pod: JsonMap): boolean => conditionOf(pod, 'Ready')?.status === 'True'

/** Ready for long enough. `wait` is how many ms are missing when it is ready but not yet available. */
export function availability(pod: JsonMap, minReadySeconds: number, now: number): { available: boolean; wait?: number } {
  const ready = conditionOf(pod, 'Ready')
  if (ready?.status !== 'True' || pod.metadata.deletionTimestamp !== undefined) return { available: false }
  if (minReadySeconds === 0) return { available: true }
  const wait = Date.parse(ready.lastTransitionTime as string) + minReadySeconds * 1000 - now
  return wait <= 0 ? { available: true } : { available: false, wait }
}

/** Sets a condition, keeping its transition time while its status stays. */
export function withCondition(list: JsonMap[] | undefined | null, next: JsonMap, now: string, options: { updateTime?: boolean } = {}): JsonMap[] {
  const before = (list ?? []).find((c) => c.type === next.type)
  if (before !== undefined && before.status === next.status && before.reason === next.reason && before.message === next.message) return list ?? []
  const transition = before?.status === next.status ? before?.lastTransitionTime : now
  const made = { type: next.type, status: next.status, ...(options.updateTime ? { lastUpdateTime: now } : {}), lastTransitionTime: transition ?? now, reason: next.reason, message: next.message }
  return before === undefined ? [...(list ?? []), made] : (list ?? []).map((c) => (c === before ? made : c))
}

/** A count or a percentage of `total`, rounded up or down. */
export function scaled(value: unknown, total: number, up: boolean): number {
  if (typeof value === 'number') return value
  const match = /^(\d+)%$/.exec(String(value ?? '0'))
  if (match === null) return Number(value) || 0
  const exact = total * Number(match[1]) / 100
  return up ? Math.ceil(exact) : Math.floor(exact)
}
