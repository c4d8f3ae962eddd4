import { PintleError, isPintleError } from '../../errors/index.ts'
import { statusOf } from './api-error.ts'
import { builtinMapping } from './builtin-kinds.ts'
import { Discovery } from './discovery.ts'
import { goQuote, pathSegment } from './go-text.ts'
import { backoff, pause } from '../../charts/http/index.ts'
import { isTaken, outcomeUnknown } from './retry.ts'
import type { RawRequest, Transport } from './transport.ts'
import type {
  ApplyOptions, CallOptions, Cluster, DeleteOptions, KubeObject, ListOptions, LogOptions, ObjectRef, PatchType, ResourceMapping, ServerVersion, WatchEvent, WatchOptions, WriteOptions,
} from './types.ts'
import { withoutSecrets } from './redact.ts'
import { follow } from './watch.ts'

export interface ClientOptions {
  namespace: string
  fieldManager: string
  /** Where discovery is kept between processes; undefined for nowhere. */
  cacheDir?: string | undefined
}

type Query = Record<string, string | number | boolean | undefined>

/** What clients of one cluster know together. */
interface Known {
  readonly discovery: Discovery
  version: Promise<ServerVersion> | undefined
}

/** A `Cluster` over HTTP. */
export class KubeClient implements Cluster {
  readonly namespace: string
  readonly #transport: Transport
  readonly #known: Known
  readonly #fieldManager: string

  constructor(transport: Transport, options: ClientOptions, known: Known = { discovery: new Discovery(transport, options.cacheDir), version: undefined }) {
    this.#transport = transport
    this.namespace = options.namespace
    this.#fieldManager = options.fieldManager
    this.#known = known
  }

  in(namespace: string): Cluster {
    return namespace === this.namespace ? this : new KubeClient(this.#transport, { namespace, fieldManager: this.#fieldManager }, this.#known)
  }

  get server(): string {
    return this.#transport.server
  }

  /** Asked once: a command checks with it whether the server is there, and tells templates later. */
  async version(options: CallOptions = {}): Promise<ServerVersion> {
    const asked = this.#known.version ??= this.#json({ method: 'GET', path: '/version', generic: true, signal: options.signal }) as Promise<ServerVersion>
    return await asked.catch((error: unknown) => {
      this.#known.version = undefined
      throw error
    })
  }

  async apiVersions(options: CallOptions = {}): Promise<string[]> {
    let resources
    try {
      resources = await this.#known.discovery.resources('revalidated', options)
    } catch (error) {
      if (!isPintleError(error)) throw error
      throw new PintleError(error.code, `could not get apiVersions from Kubernetes: ${error.message}`, { cause: error, ...(error.details === undefined ? {} : { details: error.details }) })
    }
    return [...new Set([...resources.groupVersions, ...resources.kinds])].sort()
  }

  async mapping(apiVersion: string, kind: string, options: CallOptions = {}): Promise<ResourceMapping | undefined> {
    const builtin = builtinMapping(apiVersion, kind)
    if (builtin !== undefined) return builtin
    const key = `${apiVersion}/${kind}`
    for (const fresh of ['cached', 'refetched'] as const) {
      const resources = await this.#known.discovery.resources(fresh, options)
      if (Object.hasOwn(resources.mappings, key)) return resources.mappings[key]
      if (fresh === 'refetched' && resources.stale.includes(apiVersion)) {
        throw new PintleError('kube.server', `unable to retrieve the complete list of server APIs: ${apiVersion}: stale GroupVersion discovery: ${apiVersion}`, { hint: 'The server behind an APIService does not answer: kubectl get apiservices' })
      }
    }
    return undefined
  }

  async get(ref: ObjectRef, options: CallOptions = {}): Promise<KubeObject | undefined> {
    const path = await this.#objectPath(ref, options)
    try {
      return await this.#json({ method: 'GET', path, signal: options.signal })
    } catch (error) {
      if (isPintleError(error, 'kube.notFound')) return undefined
      throw error
    }
  }

  async list(apiVersion: string, kind: string, options: ListOptions = {}): Promise<{ items: KubeObject[]; resourceVersion: string }> {
    const path = await this.#collectionPath(apiVersion, kind, options.namespace, options)
    const query: Query = { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector, limit: options.pageSize ?? 500 }
    let items: KubeObject[] = []
    for (let next: string | undefined; ; ) {
      let page: any
      try {
        page = await this.#json({ method: 'GET', path: withQuery(path, { ...query, continue: next }), signal: options.signal, ...(options.metadataOnly === true && { accept: partialList }) })
      } catch (error) {
        const limit = Number(query.limit ?? items.length + 500)
        if (isTooLarge(error) && limit > 10) {
          // A page of release records can be hundreds of megabytes: on in smaller ones.
          query.limit = Math.ceil(limit / 8)
          continue
        }
        // The continue token outlived its snapshot: take everything in one page instead, as client-go's pager does, so that it is of one moment.
        if (next === undefined || statusOf(error)?.code !== 410) throw error
        items = []
        next = undefined
        delete query.limit
        continue
      }
      for (const item of page.items ?? []) {
        // Items of a built-in kind's list carry neither; those of a list of metadata are PartialObjectMetadata.
        if (item.kind === undefined || options.metadataOnly === true) Object.assign(item, { apiVersion, kind })
        items.push(item)
      }
      next = page.metadata?.continue || undefined
      if (next === undefined) return { items, resourceVersion: page.metadata?.resourceVersion ?? '' }
    }
  }

  async create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const path = await this.#collectionPath(object.apiVersion, object.kind, object.metadata.namespace ?? this.namespace, options)
    return this.#settled(object, options, { method: 'POST', path: withQuery(path, this.#writeQuery(options)) })
  }

  async replace(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const path = await this.#objectPath(refOf(object), options)
    return this.#settled(object, options, { method: 'PUT', path: withQuery(path, this.#writeQuery(options)) })
  }

  async patch(ref: ObjectRef, type: PatchType, patch: unknown, options: WriteOptions & { subresource?: string } = {}): Promise<KubeObject> {
    const path = await this.#objectPath(ref, options)
    return this.#write(ref.kind, patch, {
      method: 'PATCH',
      path: withQuery(options.subresource === undefined ? path : `${path}/${options.subresource}`, this.#writeQuery(options)),
      contentType: patchTypes[type],
      // Merging the same twice is merging it once; a list of steps is not, unless one of them names the version it is for.
      idempotent: type !== 'json' || options.dryRun === true || (Array.isArray(patch) && patch.some(step => step.path === '/metadata/resourceVersion')),
      signal: options.signal,
    })
  }

  async apply(object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
    const path = await this.#objectPath(refOf(object), options)
    return this.#write(object.kind, object, {
      method: 'PATCH',
      path: withQuery(path, { ...this.#writeQuery(options), force: options.force === true ? true : undefined }),
      contentType: 'application/apply-patch+yaml',
      idempotent: true,
      signal: options.signal,
    })
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    const path = await this.#objectPath(ref, options)
    const { propagationPolicy, gracePeriodSeconds, preconditions, dryRun } = options
    const body = JSON.stringify({
      kind: 'DeleteOptions', apiVersion: 'v1',
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(preconditions === undefined ? {} : { preconditions }),
      ...(dryRun === true ? { dryRun: ['All'] } : {}),
    })
    try {
      await this.#json({ method: 'DELETE', path, body, idempotent: preconditions?.uid !== undefined || dryRun === true, signal: options.signal })
      return true
    } catch (error) {
      // An attempt whose answer was lost did it.
      if (isPintleError(error, 'kube.notFound')) return outcomeUnknown(error)
      if (!outcomeUnknown(error)) throw error
      const live = await this.get(ref, options)
      if (live === undefined || live.metadata.deletionTimestamp !== undefined) return true
      if (preconditions?.uid !== undefined) throw error
      return this.delete(ref, { ...options, preconditions: { ...preconditions, uid: live.metadata.uid ?? '' } })
    }
  }

  async *watch(apiVersion: string, kind: string, options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, void> {
    const path = await this.#collectionPath(apiVersion, kind, options.namespace, options)
    yield* follow({
      list: ({ namespace, labelSelector, fieldSelector, signal }) => this.list(apiVersion, kind, {
        ...(namespace === undefined ? {} : { namespace }), ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(fieldSelector === undefined ? {} : { fieldSelector }), ...(signal === undefined ? {} : { signal }),
      }),
      open: async (resourceVersion, timeoutSeconds, signal) => {
        const query: Query = { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds, labelSelector: options.labelSelector, fieldSelector: options.fieldSelector }
        return (await this.#transport.stream({ method: 'GET', path: withQuery(path, query), signal })).body
      },
    }, options)
  }

  async logs(namespace: string, pod: string, options: LogOptions = {}): Promise<string> {
    const query: Query = { container: options.container, previous: options.previous === true ? true : undefined, tailLines: options.tailLines, sinceTime: options.sinceTime }
    const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(pod)}/log`
    return (await this.#transport.send({ method: 'GET', path: withQuery(path, query), accept: '*/*', signal: options.signal })).body
  }

  async request(method: string, path: string, options: CallOptions & { query?: Record<string, string>; body?: unknown; contentType?: string; accept?: string } = {}): Promise<any> {
    const response = await this.#transport.send({
      method, path: withQuery(path, options.query ?? {}), signal: options.signal,
      ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
      ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
      ...(options.accept === undefined ? {} : { accept: options.accept }),
    })
    return /\bjson\b/.test(response.headers['content-type'] ?? '') && response.body !== '' ? JSON.parse(response.body) : response.body
  }

  close(): void {
    this.#transport.close()
  }

  /**
   * A write that must not be done twice. Where nobody knows whether the server did it, it is read back: what `recognise` knows was done; what is
   * not there, or is as it was, is sent again.
   */
  async #settled(object: KubeObject, options: WriteOptions, request: RawRequest): Promise<KubeObject> {
    const { recognise, dryRun, signal } = options
    const write = (): Promise<KubeObject> => this.#write(object.kind, object, { ...request, signal, idempotent: dryRun === true })
    if (recognise === undefined || object.metadata.name === undefined) return write()
    let doubt = false
    for (let attempt = 1; ; attempt++) {
      try {
        return await write()
      } catch (error) {
        doubt ||= outcomeUnknown(error)
        if (!doubt || attempt > doubtfulWrites || !(outcomeUnknown(error) || isTaken(error))) throw error
        const live = await this.get(refOf(object), { ...(signal && { signal }) })
        if (live !== undefined && recognise(live)) return live
        if (isTaken(error)) throw error
        await pause(backoff(attempt + 1), signal)
      }
    }
  }

  /** A server's complaint about a Secret may quote what is in it. */
  async #write(kind: string, content: unknown, request: RawRequest): Promise<KubeObject> {
    try {
      return await this.#json({ ...request, body: JSON.stringify(content) })
    } catch (error) {
      throw kind === 'Secret' ? withoutSecrets(error, content) : error
    }
  }

  async #json(request: RawRequest): Promise<any> {
    return (await this.#transport.json(request)).value
  }

  #writeQuery(options: WriteOptions): Query {
    return { fieldManager: options.fieldManager ?? this.#fieldManager, dryRun: options.dryRun === true ? 'All' : undefined, fieldValidation: options.fieldValidation }
  }

  async #objectPath(ref: ObjectRef, options: CallOptions): Promise<string> {
    if (ref.name === '') throw new PintleError('kube.invalid', `resource name may not be empty`)
    return `${await this.#collectionPath(ref.apiVersion, ref.kind, ref.namespace ?? this.namespace, options)}/${pathSegment(ref.name)}`
  }

  async #collectionPath(apiVersion: string, kind: string, namespace: string | undefined, options: CallOptions): Promise<string> {
    const mapping = await this.mapping(apiVersion, kind, options)
    if (mapping === undefined) throw noMatch(apiVersion, kind)
    const root = mapping.group === '' ? `/api/${mapping.version}` : `/apis/${mapping.group}/${mapping.version}`
    return mapping.namespaced && namespace !== undefined && namespace !== '' ? `${root}/namespaces/${pathSegment(namespace)}/${mapping.plural}` : `${root}/${mapping.plural}`
  }
}

/** How often a write is sent again that the server seems not to have done. Each reading back has its own patience. */
const doubtfulWrites = 8

const isTooLarge = (error: unknown): boolean => ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'PINTLE_TOO_LARGE'
/** A server that cannot do it sends whole objects. */
const partialList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'

const patchTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

function refOf(object: KubeObject): ObjectRef {
  const { apiVersion, kind, metadata } = object
  return { apiVersion, kind, name: metadata.name ?? '', ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) }
}

/** meta.NoKindMatchError's text. */
export function noMatch(apiVersion: string, kind: string): PintleError {
  return new PintleError('kube.noMatch', `no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`, { details: { apiVersion, kind } })
}

function withQuery(path: string, query: Query): string {
  const parts = Object.entries(query).filter(([, value]) => value !== undefined && value !== '').map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value!)}`)
  return parts.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`
}
