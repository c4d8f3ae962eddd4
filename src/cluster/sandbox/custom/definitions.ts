import { validateCustom } from '../../custom/index.ts'
import { crdCleanup as cleanup } from '../deletion.ts'
import type { Api } from '../api.ts'
import { timestamp } from '../clock.ts'
import { equal, isMap } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { OpenApi } from '../openapi.ts'
import type { ResourceType, Subresource } from '../resources.ts'
import { fieldPaths } from '../apply/field-set.ts'
import { invalidValue } from '../status.ts'
import type { FieldError } from '../status.ts'
import { customSchema } from './schema.ts'

const table = 'apiextensions.k8s.io/customresourcedefinitions'

/**
 * Serves what CustomResourceDefinitions define, and does what the API server itself does to them: accepts their names,
 * establishes them, and empties them when they go.
 */
export class Definitions {
  readonly #api: Api
  readonly #openapi: OpenApi
  #scheduled = false

  constructor(api: Api, openapi: OpenApi) {
    this.#api = api
    this.#openapi = openapi
    api.store.subscribe((change) => {
      if (change.table === table) this.#schedule()
      else if (change.type === 'DELETED' && this.#terminating) this.#schedule()
    })
    this.#look()
  }

  #terminating = false

  /** After the write that woke it has been answered, before its caller goes on. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#look()
    })
  }

  #look(): void {
    const type = this.#api.resources.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')!
    this.#terminating = false
    for (const definition of [...this.#api.store.list(table)]) {
      if (definition.metadata.deletionTimestamp !== undefined) this.#empty(type, definition)
      else this.#establish(type, definition)
    }
    const types = this.#api.store.list(table).flatMap((d) => (isEstablished(d) ? this.#types(d) : []))
    this.#api.resources.setCustom(types)
    this.#openapi.reset()
  }

  #establish(type: ResourceType, definition: JsonMap): void {
    const name = definition.metadata.name as string
    const now = timestamp(Date.now())
    const clash = this.#clash(definition)
    const condition = (kind: string, status: string, reason: string, message: string): JsonMap => {
      const before = ((definition.status?.conditions ?? []) as JsonMap[]).find((c) => c.type === kind)
      return { type: kind, status, lastTransitionTime: before?.status === status ? before.lastTransitionTime : now, reason, message }
    }
    const stored = new Set((definition.status?.storedVersions ?? []) as string[])
    const storage = ((definition.spec.versions ?? []) as JsonMap[]).find((v) => v.storage === true)?.name as string | undefined
    if (storage !== undefined) stored.add(storage)
    const accepted = isEstablished(definition) || clash === undefined
    const status = {
      ...definition.status,
      conditions: clash === undefined
        ? [condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'), condition('Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted')]
        : [condition('NamesAccepted', 'False', clash.reason, clash.message), condition('Established', accepted && isEstablished(definition) ? 'True' : 'False', 'NotAccepted', 'not all names are accepted')],
      acceptedNames: clash === undefined ? definition.spec.names : definition.status?.acceptedNames ?? { plural: '', kind: '' },
      storedVersions: [...stored],
    }
    if (!equal(status, definition.status)) this.#api.touch(type, '', name, (d) => ({ ...d, status }), 'kube-apiserver', 'status')
  }

  /** Another definition of the group has the kind or a name already. */
  #clash(definition: JsonMap): { reason: string; message: string } | undefined {
    for (const other of this.#api.store.list(table)) {
      if (other.metadata.uid === definition.metadata.uid || other.spec.group !== definition.spec.group || !isEstablished(other) || isEstablished(definition)) continue
      if (other.spec.names.kind === definition.spec.names.kind) return { reason: 'KindConflict', message: `${JSON.stringify(definition.spec.names.kind)} is already in use` }
    }
    return undefined
  }

  #empty(type: ResourceType, definition: JsonMap): void {
    const at = `${definition.spec.group}/${definition.spec.names.plural}`
    const served = this.#types(definition)[0]
    const left = [...this.#api.store.list(at)]
    if (served !== undefined) {
      for (const object of left) {
        if (object.metadata.deletionTimestamp === undefined) {
          this.#api.delete({ type: served, namespace: (object.metadata.namespace as string | undefined) ?? '', name: object.metadata.name as string }, {}, { manager: 'kube-apiserver' })
        }
      }
    }
    if (this.#api.store.list(at).length > 0) {
      this.#terminating = true
      return
    }
    if (((definition.metadata.finalizers ?? []) as string[]).includes(cleanup)) {
      this.#api.touch(type, '', definition.metadata.name as string, (d) => ({ ...d, metadata: { ...d.metadata, finalizers: (d.metadata.finalizers as string[]).filter((f) => f !== cleanup) } }), 'kube-apiserver')
    }
  }

  #types(definition: JsonMap): ResourceType[] {
    const { group, names, scope, versions, preserveUnknownFields } = definition.spec as JsonMap
    const metadata = this.#api.resources.tables.definition('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')
    const storedVersion = ((versions ?? []) as JsonMap[]).find((v) => v.storage === true)?.name as string
    return ((versions ?? []) as JsonMap[]).filter((v) => v.served === true).map((version) => {
      const subresources = new Map<string, Subresource>()
      const verbs = ['get', 'patch', 'update']
      const statusOn = isMap(version.subresources?.status)
      if (statusOn) subresources.set('status', { name: 'status', group, version: version.name as string, kind: names.kind as string, verbs })
      if (isMap(version.subresources?.scale)) subresources.set('scale', { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs })
      const source = version.schema?.openAPIV3Schema as JsonMap | undefined
      return {
        group, version: version.name as string, kind: names.kind as string, plural: names.plural as string, singular: (names.singular as string | undefined) ?? '',
        shortNames: (names.shortNames as string[] | undefined) ?? [], categories: (names.categories as string[] | undefined) ?? [], namespaced: scope === 'Namespaced',
        verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
        schema: customSchema(version, metadata, preserveUnknownFields === true), table: `${group}/${names.plural}`, subresources,
        strategy: {
          generation: true, ...(statusOn ? { ownStatus: true, reset: fieldPaths('status') } : {}), returnsDeleted: false,
          validate: (object: JsonMap) => [...validateCustom(object, source), ...scaleProblems(object, version.subresources?.scale as JsonMap | undefined)],
        },
        custom: {
          definition, version, status: statusOn, storedVersion,
          ...(isMap(version.subresources?.scale) ? { scale: version.subresources.scale as { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string } } : {}),
        },
      } as ResourceType
    })
  }
}

/** The paths of the scale subresource must hold counts. */
function scaleProblems(object: JsonMap, scale: JsonMap | undefined): FieldError[] {
  const out: FieldError[] = []
  for (const key of ['specReplicasPath', 'statusReplicasPath']) {
    const path = scale?.[key] as string | undefined
    if (path === undefined) continue
    let at: unknown = object
    for (const step of path.split('.').filter((s) => s !== '')) at = isMap(at) ? at[step] : undefined
    if (at !== undefined && at !== null && !(typeof at === 'number' && Number.isInteger(at))) {
      const kind = typeof at === 'number' ? 'float64' : typeof at === 'boolean' ? 'bool' : typeof at === 'string' ? 'string' : Array.isArray(at) ? '[]interface {}' : 'map[string]interface {}'
      out.push(invalidValue(path, 0, `${path} accessor error: ${String(at)} is of the type ${kind}, expected int64`))
    } else if (typeof at === 'number' && at < 0) out.push(invalidValue(path, at, 'should be a non-negative integer'))
  }
  return out
}

const isEstablished = (d: JsonMap): boolean => ((d.status?.conditions ?? []) as JsonMap[]).some((c) => c.type === 'Established' && c.status === 'True')
