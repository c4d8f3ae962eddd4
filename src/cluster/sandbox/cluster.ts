import { PintleError } from '../../errors/index.ts'
import { noMatch, statusError, withoutSecrets } from '../kube/index.ts'
import type {
  ApplyOptions, CallOptions, Cluster, DeleteOptions, KubeObject, ListOptions, LogOptions, ObjectRef, PatchType, ResourceMapping, Status, WatchEvent, WatchOptions, WriteOptions,
} from '../kube/index.ts'
import type { Api } from './api.ts'
import type { Caller } from './requests.ts'
import { handle } from './http/handler.ts'
import type { ApiResponse, Services } from './http/exchange.ts'
import { podLogs } from './http/logs.ts'
import { postSpecial } from './http/special.ts'
import { clone } from './json.ts'
import type { JsonMap } from './json.ts'
import type { ResourceType } from './resources.ts'
import { ApiError } from './status.ts'
import { openWatch } from './watch.ts'
import type { WatchMessage } from './watch.ts'
import type { User } from './users.ts'
import { authorize } from './users.ts'

export interface LocalClusterOptions { namespace?: string; fieldManager?: string; onWarning?: (text: string) => void }

/** The sandbox as a `Cluster`, without HTTP between. What it returns belongs to the caller. */
export class LocalCluster implements Cluster {
  readonly server = 'https://sandbox.invalid'
  readonly namespace: string
  readonly #services: Services
  readonly #api: Api
  readonly #user: User
  readonly #manager: string
  readonly #onWarning: ((text: string) => void) | undefined

  constructor(services: Services, user: User, options: LocalClusterOptions = {}) {
    this.#services = services
    this.#api = services.api
    this.#user = user
    this.namespace = options.namespace ?? 'default'
    this.#manager = options.fieldManager ?? 'pintle'
    this.#onWarning = options.onWarning
  }

  in(namespace: string): Cluster {
    return namespace === this.namespace ? this : new LocalCluster(this.#services, this.#user, { namespace, fieldManager: this.#manager, ...(this.#onWarning && { onWarning: this.#onWarning }) })
  }

  async version(options: CallOptions = {}): Promise<{ major: string; minor: string; gitVersion: string }> {
    options.signal?.throwIfAborted()
    return clone(this.#services.version) as { major: string; minor: string; gitVersion: string }
  }

  async apiVersions(options: CallOptions = {}): Promise<string[]> {
    options.signal?.throwIfAborted()
    return [...new Set(this.#services.discovery.apiVersions())].sort()
  }

  async mapping(apiVersion: string, kind: string, options: CallOptions = {}): Promise<ResourceMapping | undefined> {
    options.signal?.throwIfAborted()
    const type = this.#api.resources.kind(apiVersion, kind)
    if (type === undefined) return undefined
    return { group: type.group, version: type.version, kind: type.kind, plural: type.plural, namespaced: type.namespaced, verbs: [...type.verbs] }
  }

  async get(ref: ObjectRef, options: CallOptions = {}): Promise<KubeObject | undefined> {
    return this.#run(options, 'get', ref, (target) => {
      try {
        return clone(this.#api.get(target)) as KubeObject
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined
        throw error
      }
    })
  }

  async list(apiVersion: string, kind: string, options: ListOptions = {}): Promise<{ items: KubeObject[]; resourceVersion: string }> {
    return this.#call(options, () => {
      const type = this.#type(apiVersion, kind)
      authorize(this.#user, 'list', type, type.namespaced ? options.namespace : undefined)
      const { items, resourceVersion } = this.#api.list(type, type.namespaced ? options.namespace : undefined, selection(options))
      return { items: items.map((o) => clone(o) as KubeObject), resourceVersion }
    })
  }

  async create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    return this.#call(options, () => {
      const type = this.#type(object.apiVersion, object.kind)
      const namespace = type.namespaced ? object.metadata.namespace ?? this.namespace : ''
      authorize(this.#user, 'create', type, namespace)
      const caller = this.#caller(options)
      // Reviews are answered, not stored.
      const answer = postSpecial(this.#services, type, { group: type.group, version: type.version, plural: type.plural, namespace }, clone(object), caller, this.#user)
      return this.#done(caller, answer ?? this.#api.create(type, namespace, clone(object), caller))
    }, object)
  }

  async replace(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    return this.#run(options, 'update', refOf(object), (target) => {
      const caller = this.#caller(options)
      return this.#done(caller, this.#api.update(target, clone(object), caller))
    }, object)
  }

  async patch(ref: ObjectRef, type: PatchType, patch: unknown, options: WriteOptions & { subresource?: string } = {}): Promise<KubeObject> {
    return this.#run(options, 'patch', ref, (target) => {
      const caller = this.#caller(options)
      const at = options.subresource === undefined ? target : { ...target, subresource: options.subresource }
      return this.#done(caller, this.#api.patch(at, type, clone(patch), caller).object)
    }, ref.kind === 'Secret' ? { kind: 'Secret', ...patch as JsonMap } : undefined)
  }

  async apply(object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
    return this.#run(options, 'patch', refOf(object), (target) => {
      const caller = this.#caller(options)
      return this.#done(caller, this.#api.patch(target, 'apply', clone(object), caller, options.force === true).object)
    }, object)
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    return this.#run(options, 'delete', ref, (target) => {
      const { propagationPolicy, gracePeriodSeconds, preconditions, dryRun } = options
      try {
        this.#api.delete(target, {
          ...(propagationPolicy === undefined ? {} : { propagationPolicy }), ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
          ...(preconditions === undefined ? {} : { preconditions }),
        }, { manager: this.#manager, dryRun: dryRun === true })
        return true
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return false
        throw error
      }
    })
  }

  async *watch(apiVersion: string, kind: string, options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, void> {
    options.signal?.throwIfAborted()
    const type = this.#type(apiVersion, kind)
    await this.#call(options, () => authorize(this.#user, 'watch', type, type.namespaced ? options.namespace : undefined))
    const queue: WatchMessage[] = []
    let wake = (): void => {}
    const push = (message: WatchMessage): void => {
      queue.push(message)
      wake()
    }
    const namespace = type.namespaced ? options.namespace : undefined
    const fresh = options.resourceVersion === undefined || options.resourceVersion === '' || options.resourceVersion === '0'
    let stop = (): void => {}
    const open = (resourceVersion: string | undefined): void => {
      stop = openWatch(this.#api, type, namespace, { ...selection(options), ...(resourceVersion ? { resourceVersion } : {}) }, push)
    }
    const aborted = (): void => wake()
    options.signal?.addEventListener('abort', aborted)
    try {
      open(fresh ? undefined : options.resourceVersion)
      let initial = queue.length
      if (fresh && initial === 0) yield { type: 'SYNCED' }
      for (;;) {
        options.signal?.throwIfAborted()
        const message = queue.shift()
        if (message === undefined) {
          await new Promise<void>((resolve) => { wake = resolve })
          continue
        }
        if (message.type === 'ERROR') {
          // Too old: what there is now is told anew.
          stop()
          open(undefined)
          continue
        }
        if (message.type === 'BOOKMARK') continue
        yield { type: message.type, object: clone(message.object) as KubeObject }
        if (fresh && initial > 0 && --initial === 0) yield { type: 'SYNCED' }
      }
    } finally {
      stop()
      options.signal?.removeEventListener('abort', aborted)
    }
  }

  async logs(namespace: string, pod: string, options: LogOptions = {}): Promise<string> {
    return this.#call(options, () => {
      const query = new URLSearchParams()
      if (options.container !== undefined) query.set('container', options.container)
      if (options.previous === true) query.set('previous', 'true')
      if (options.tailLines !== undefined) query.set('tailLines', String(options.tailLines))
      return podLogs(this.#api, namespace, pod, query).text ?? ''
    })
  }

  async request(method: string, path: string, options: CallOptions & { query?: Record<string, string>; body?: unknown; contentType?: string } = {}): Promise<any> {
    options.signal?.throwIfAborted()
    const url = new URL(path, 'http://sandbox')
    for (const [k, v] of Object.entries(options.query ?? {})) url.searchParams.append(k, v)
    const response: ApiResponse = handle(this.#services, {
      method, path: url.pathname, query: url.searchParams, user: this.#user,
      headers: { accept: 'application/json', 'content-type': options.contentType ?? 'application/json', 'user-agent': this.#manager },
      ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : clone(options.body) }),
    })
    if (response.status >= 400) throw statusError(response.body as Status)
    if (response.stream !== undefined) throw new PintleError('kube.invalid', 'a watch cannot be asked for by request()')
    if (response.text !== undefined) return /\bjson\b/.test(response.contentType ?? '') ? JSON.parse(response.text) : response.text
    return clone(response.body)
  }

  close(): void { /* nothing is open */ }

  #type(apiVersion: string, kind: string): ResourceType {
    const type = this.#api.resources.kind(apiVersion, kind)
    if (type === undefined) throw noMatch(apiVersion, kind)
    return type
  }

  #caller(options: WriteOptions): Caller {
    return {
      manager: options.fieldManager ?? this.#manager, dryRun: options.dryRun === true, fieldValidation: options.fieldValidation ?? 'Warn', warnings: [],
    }
  }

  #done(caller: Caller, object: JsonMap): KubeObject {
    for (const w of caller.warnings ?? []) this.#onWarning?.(w)
    return clone(object) as KubeObject
  }

  async #run<T>(options: CallOptions, verb: string, ref: ObjectRef, work: (target: { type: ResourceType; namespace: string; name: string }) => T, sent?: unknown): Promise<T> {
    return this.#call(options, () => {
      const type = this.#type(ref.apiVersion, ref.kind)
      if (ref.name === '') throw new PintleError('kube.invalid', 'resource name may not be empty')
      const namespace = type.namespaced ? ref.namespace ?? this.namespace : ''
      authorize(this.#user, verb, type, namespace, ref.name)
      return work({ type, namespace, name: ref.name })
    }, sent)
  }

  async #call<T>(options: CallOptions, work: () => T, sent?: unknown): Promise<T> {
    options.signal?.throwIfAborted()
    try {
      return work()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const known = statusError(error.status as Status)
      throw (sent as JsonMap | undefined)?.kind === 'Secret' ? withoutSecrets(known, sent) : known
    }
  }
}

function refOf(o: KubeObject): ObjectRef {
  return { apiVersion: o.apiVersion, kind: o.kind, name: o.metadata.name ?? '', ...(o.metadata.namespace === undefined ? {} : { namespace: o.metadata.namespace }) }
}

function selection(o: { labelSelector?: string; fieldSelector?: string }): { labelSelector?: string; fieldSelector?: string } {
  return { ...(o.labelSelector ? { labelSelector: o.labelSelector } : {}), ...(o.fieldSelector ? { fieldSelector: o.fieldSelector } : {}) }
}
