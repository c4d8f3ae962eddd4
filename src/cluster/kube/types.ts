/**
 * The door between Pintle and a Kubernetes API: everything above this room speaks to a `Cluster`, whether it is a real
 * server behind a kubeconfig or the sandbox.
 */

/** A Kubernetes object as JSON. Integers beyond 2^53 do not occur in Kubernetes' own types. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: any
}

export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  managedFields?: any[]
  [field: string]: any
}

export interface OwnerReference { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean; blockOwnerDeletion?: boolean }

/** Names one object. `namespace` is left out for cluster-scoped kinds; for namespaced ones it defaults to the client's. */
export interface ObjectRef { apiVersion: string; kind: string; namespace?: string; name: string }

/** Where a kind is served. */
export interface ResourceMapping { group: string; version: string; kind: string; plural: string; namespaced: boolean; verbs: readonly string[] }

export interface ServerVersion { major: string; minor: string; gitVersion: string }

/** Options every call takes. */
export interface CallOptions { signal?: AbortSignal }
export interface WriteOptions extends CallOptions {
  dryRun?: boolean
  fieldManager?: string
  /** 'Strict' rejects unknown and duplicate fields, 'Warn' reports them through onWarning. */
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
  /**
   * Of a create or replace: whether this object, as it is stored, is what was sent. With it a write whose answer was lost is settled by reading
   * back; without, it fails and `outcomeUnknown` says so.
   */
  recognise?: (stored: KubeObject) => boolean
}
export interface ApplyOptions extends WriteOptions { force?: boolean }
export interface DeleteOptions extends CallOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
  dryRun?: boolean
}
export interface ListOptions extends CallOptions {
  /** Leave out to list over all namespaces. */
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  /** Metadata is all that is wanted of the objects: what else they hold may be missing. */
  metadataOnly?: boolean
  /** Page size; the client follows `continue` until the end. Default 500. */
  pageSize?: number
}
export interface WatchOptions extends CallOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  /** Where to start. Left out: the current objects are sent first as ADDED, then a `SYNCED` event. */
  resourceVersion?: string
}
export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  /** All objects that existed at the start have been sent. */
  | { type: 'SYNCED' }
export interface LogOptions extends CallOptions { container?: string; previous?: boolean; tailLines?: number; sinceTime?: string }
export type PatchType = 'json' | 'merge' | 'strategic'

/** One cluster as one user. Failures are PintleErrors with codes `kube.*`, whose details hold the server's Status. */
export interface Cluster {
  /** The server's URL, without credentials. */
  readonly server: string
  /** The context's namespace, else 'default'. */
  readonly namespace: string
  /** The same cluster, connections and knowledge of it, with another default namespace. Closing one closes all. */
  in(namespace: string): Cluster
  version(options?: CallOptions): Promise<ServerVersion>
  /** Every served "group/version" and "group/version/Kind", as Helm's .Capabilities.APIVersions lists them. */
  apiVersions(options?: CallOptions): Promise<string[]>
  /** Where a kind is served; undefined when the server does not know it (after one refresh of the cache). */
  mapping(apiVersion: string, kind: string, options?: CallOptions): Promise<ResourceMapping | undefined>
  /** undefined when there is no such object. */
  get(ref: ObjectRef, options?: CallOptions): Promise<KubeObject | undefined>
  /** All pages. `resourceVersion` is the list's, to start a watch from. */
  list(apiVersion: string, kind: string, options?: ListOptions): Promise<{ items: KubeObject[]; resourceVersion: string }>
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** PUT; conflicts when metadata.resourceVersion is set and stale. */
  replace(object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  patch(ref: ObjectRef, type: PatchType, patch: unknown, options?: WriteOptions & { subresource?: string }): Promise<KubeObject>
  /** Server-side apply. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>
  /** Returns false when there was nothing to delete. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>
  /** Resumes over closed connections, 410 Gone and bookmarks by itself; ends only by `signal` or an error that will not mend. */
  watch(apiVersion: string, kind: string, options?: WatchOptions): AsyncIterable<WatchEvent>
  logs(namespace: string, pod: string, options?: LogOptions): Promise<string>
  /** Anything else: returns the parsed JSON body. */
  request(method: string, path: string, options?: CallOptions & { query?: Record<string, string>; body?: unknown; contentType?: string; accept?: string }): Promise<any>
  close(): void
}
