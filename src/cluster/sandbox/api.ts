import { randomUUID } from 'node:crypto'
import { fieldPaths } from './apply/field-set.ts'
import { applyConfiguration, sameButManagedTimes, trackUpdate } from './apply/managed-fields.ts'
import { timestamp } from './clock.ts'
import type { Clock } from './clock.ts'
import { deleteObject } from './deletion.ts'
import { clone, equal, isMap, own } from './json.ts'
import type { JsonMap } from './json.ts'
import { admitPod } from './kinds/admission.ts'
import { immutableProblems, metadataProblems, metadataUpdateProblems } from './kinds/metadata.ts'
import type { KindContext } from './kinds/strategy.ts'
import { storageWarnings } from './kinds/warnings.ts'
import { keyOf, makeToken, readToken } from './list-token.ts'
import { clean, emptyStatus, hasFinalizers, ordered, pick, specDiffers } from './object-form.ts'
import { applyPatch, goMapText } from './patch/apply-patch.ts'
import type { PatchKind } from './patch/apply-patch.ts'
import { StrictPatchError, readObject } from './reading.ts'
import type { Caller, DeleteQuery, List, ListQuery, Target } from './requests.ts'
import { showCustom } from './custom/read.ts'
import { apiVersionOf } from './resources.ts'
import type { ResourceType, Resources } from './resources.ts'
import { scaleOf, withScale } from './scale.ts'
import { decode } from './schema/decode.ts'
import { storageForm } from './schema/storage-form.ts'
import { fieldMatcher, labelMatcher } from './selectors.ts'
import type { Matcher } from './selectors.ts'
import { ApiError, alreadyExists, badRequest, conflict, forbidden, invalid, methodNotAllowed, notFound, required, staleVersion } from './status.ts'
import type { Store } from './store.ts'

const letters = 'bcdfghjklmnpqrstvwxz2456789'
/** Five letters that spell no words, as k8s.io/apimachinery's rand.String. */
export function randomSuffix(length = 5): string {
  let out = ''
  for (let i = 0; i < length; i++) out += letters[Math.floor(Math.random() * letters.length)]
  return out
}

/** The verbs of the API on stored objects; everything above is transport. Objects passed in and out are never shared with the store by mistake: what comes out must not be changed. */
export class Api {
  readonly store: Store
  readonly resources: Resources
  readonly clock: Clock
  readonly context: KindContext
  /** Called when a pod's service account is missing: the controllers may be about to make it. */
  onMissingAccount: (() => void) | undefined

  constructor(store: Store, resources: Resources, clock: Clock) {
    this.store = store
    this.resources = resources
    this.clock = clock
    const services = (): readonly JsonMap[] => store.list('/services')
    const missing = (): void => this.onMissingAccount?.()
    this.context = {
      missingAccount: missing,
      get now() { return clock.now() },
      find: (table, namespace, name) => store.get(table, namespace, name),
      list: (table, namespace) => store.list(table, namespace),
      allocateIp() {
        const used = new Set(services().map((s) => s.spec?.clusterIP as string))
        for (;;) {
          const ip = `10.96.${Math.floor(Math.random() * 256)}.${1 + Math.floor(Math.random() * 254)}`
          if (!used.has(ip)) return ip
        }
      },
      allocateNodePort() {
        const used = new Set(services().flatMap((s) => ((s.spec?.ports ?? []) as JsonMap[]).map((p) => p.nodePort as number)))
        for (;;) {
          const port = 30_000 + Math.floor(Math.random() * 2768)
          if (!used.has(port)) return port
        }
      },
      suffix: randomSuffix,
    }
  }

  #context(caller: Caller): KindContext {
    return caller.dryRun ? Object.create(this.context, { dryRun: { value: true } }) as KindContext : this.context
  }

  /** The stored form in the version of the type. */
  view(type: ResourceType, stored: JsonMap): JsonMap {
    if (type.conversion !== undefined) return type.conversion.fromStored(stored)
    if (type.custom !== undefined) return this.#customView(type, stored)
    const apiVersion = apiVersionOf(type)
    return stored.apiVersion === apiVersion ? stored : { ...stored, apiVersion }
  }

  readonly #customViews = new WeakMap<JsonMap, { type: ResourceType; view: JsonMap }>()

  #customView(type: ResourceType, stored: JsonMap): JsonMap {
    const known = this.#customViews.get(stored)
    if (known?.type === type) return known.view
    const view = showCustom(type, stored)
    this.#customViews.set(stored, { type, view })
    return view
  }

  /** The form it is stored in. */
  stored(type: ResourceType, object: JsonMap): JsonMap {
    if (type.conversion !== undefined) return type.conversion.toStored(object)
    if (type.custom === undefined) return object
    const apiVersion = apiVersionOf({ group: type.group, version: type.custom.storedVersion })
    return object.apiVersion === apiVersion ? object : { ...object, apiVersion }
  }

  get(target: Target): JsonMap {
    const { type, namespace, name } = target
    const found = this.store.get(type.table, type.namespaced ? namespace : '', name)
    if (found === undefined) throw notFound(type.group, type.plural, name)
    const view = this.view(type, found)
    return target.subresource === 'scale' ? scaleOf(type, view) : view
  }

  /** What a list or watch query lets through. */
  matcher(type: ResourceType, query: { labelSelector?: string; fieldSelector?: string }): Matcher | undefined {
    const labels = labelMatcher(query.labelSelector)
    const custom = ((type.custom?.version.selectableFields ?? []) as JsonMap[]).map((f) => String(f.jsonPath).replace(/^\./, ''))
    const fields = fieldMatcher(query.fieldSelector, [...(type.strategy.fieldLabels ?? []), ...custom], type.strategy.fieldLabels === undefined && type.custom === undefined)
    if (labels === undefined) return fields
    return fields === undefined ? labels : (o) => labels(o) && fields(o)
  }

  list(type: ResourceType, namespace: string | undefined, query: ListQuery = {}): List {
    const match = this.matcher(type, query)
    let rows = this.store.list(type.table, namespace)
    let revision = String(this.store.revision)
    if (query.continue) {
      const token = readToken(query.continue)
      revision = token.rv
      rows = rows.filter((o) => keyOf(o) > token.start)
    } else if (query.resourceVersionMatch === 'Exact' && query.resourceVersion !== undefined) {
      if (Number(query.resourceVersion) !== this.store.revision && this.store.since(Number(query.resourceVersion)) === undefined) {
        throw new ApiError(410, 'Expired', `The resourceVersion for the provided list is too old.`)
      }
    } else if (query.resourceVersion && Number(query.resourceVersion) > this.store.revision) {
      throw new ApiError(504, 'Timeout', `Too large resource version: ${query.resourceVersion}, current: ${this.store.revision}`,
        { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 })
    }
    let items = rows.map((o) => this.view(type, o))
    if (match !== undefined) items = items.filter(match)
    const limit = query.limit ?? 0
    if (limit > 0 && items.length > limit) {
      const page = items.slice(0, limit)
      return {
        items: page, resourceVersion: revision, continue: makeToken(revision, keyOf(page[page.length - 1]!)),
        ...(match === undefined ? { remaining: items.length - limit } : {}),
      }
    }
    return { items, resourceVersion: revision }
  }

  create(type: ResourceType, namespace: string, body: JsonMap, caller: Caller): JsonMap {
    const object = readObject(type, body, caller)
    return this.#insert(type, namespace, object, caller, (o) => trackUpdate(undefined, o, this.#managers(type, caller)))
  }

  readonly #blanks = new WeakMap<ResourceType, JsonMap>()
  #blank(type: ResourceType): JsonMap {
    let blank = this.#blanks.get(type)
    if (blank === undefined) {
      const identity = { apiVersion: apiVersionOf(type), kind: type.kind }
      blank = type.custom === undefined ? decode(identity, type.schema) : { ...identity, metadata: {} }
      this.#blanks.set(type, blank)
    }
    return blank
  }

  #managers(type: ResourceType, caller: Caller, subresource?: string): Parameters<typeof trackUpdate>[2] {
    return {
      schema: type.schema, apiVersion: apiVersionOf(type), manager: caller.manager, now: timestamp(Date.now()), blank: this.#blank(type),
      ...(subresource ? { subresource, reset: fieldPaths('spec', 'metadata.labels') } : type.strategy.reset ? { reset: type.strategy.reset } : {}),
      otherVersion: (apiVersion) => {
        const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') as [string, string] : ['', apiVersion]
        const other = this.resources.find(group, version, type.plural)
        if (other === undefined || other.table !== type.table) return undefined
        return { schema: other.schema, convert: (o) => this.view(other, this.stored(type, o)) }
      },
    }
  }

  /** The common end of create and of an apply that creates. */
  #insert(type: ResourceType, namespace: string, given: JsonMap, caller: Caller, track: (object: JsonMap) => JsonMap): JsonMap {
    let object: JsonMap = { ...given, metadata: { ...given.metadata } }
    const meta = object.metadata as JsonMap
    if (type.namespaced) {
      if (meta.namespace && meta.namespace !== namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
      meta.namespace = namespace
    } else delete meta.namespace
    if (!meta.name && meta.generateName) meta.name = `${String(meta.generateName).slice(0, 58)}${randomSuffix()}`
    if (meta.resourceVersion && meta.resourceVersion !== '0') throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created')
    object = track(object)
    const m = object.metadata as JsonMap
    if (type.namespaced) this.#checkNamespace(type, namespace, String(m.name ?? ''))
    if (type.table === '/pods') object = admitPod(object, this.context)
    m.uid = randomUUID()
    m.creationTimestamp = timestamp(Date.now())
    for (const key of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'resourceVersion']) delete m[key]
    if (type.strategy.generation) m.generation = 1
    else delete m.generation
    const metadata = object.metadata as JsonMap
    object.metadata = metadata
    if (type.strategy.ownStatus && type.strategy.create === undefined && 'status' in object) {
      if (type.custom !== undefined) delete object.status
      else object.status = emptyStatus(type)
    }
    type.strategy.create?.(object, this.#context(caller))
    object.metadata = { ...object.metadata, ...pick(m, ['uid', 'creationTimestamp']) }
    const problems = [...metadataProblems(type, object), ...(type.strategy.validate?.(object, undefined, this.context) ?? [])]
    if (!m.name) problems.unshift(required('metadata.name', 'name or generateName is required'))
    if (problems.length > 0) throw invalid(type.group, type.kind, String(m.name ?? ''), problems)
    const existing = this.store.get(type.table, type.namespaced ? namespace : '', m.name as string)
    if (existing !== undefined) throw alreadyExists(type.group, type.plural, m.name as string, existing.metadata.deletionTimestamp !== undefined)
    this.#checkQuota(type, object)
    caller.warnings?.push(...storageWarnings(type.table, object))
    const final = ordered(type.custom === undefined ? storageForm(object, type.schema) : object)
    if (caller.dryRun) return final
    return this.view(type, this.store.put(type.table, this.stored(type, final)))
  }

  #checkNamespace(type: ResourceType, namespace: string, name: string): void {
    const space = this.store.get('/namespaces', '', namespace)
    if (space === undefined) throw notFound('', 'namespaces', namespace)
    if (space.metadata.deletionTimestamp !== undefined || space.status?.phase === 'Terminating') {
      throw forbidden(type.group, type.plural, name, `unable to create new content in namespace ${namespace} because it is being terminated`,
        [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }])
    }
  }

  /** Counts of objects in a ResourceQuota; amounts of cpu and memory are not watched. */
  #checkQuota(type: ResourceType, object: JsonMap): void {
    const namespace = object.metadata.namespace as string | undefined
    if (namespace === undefined) return
    for (const quota of this.store.list('/resourcequotas', namespace)) {
      const hard = (quota.spec?.hard ?? {}) as Record<string, string>
      for (const key of [type.group === '' ? type.plural : '', `count/${type.group === '' ? type.plural : `${type.plural}.${type.group}`}`]) {
        const limit = key === '' ? undefined : own(hard, key) as string | undefined
        if (limit === undefined) continue
        const used = this.store.list(type.table, namespace).filter((o) => type.table !== '/pods' || (o.status?.phase !== 'Succeeded' && o.status?.phase !== 'Failed')).length
        if (used + 1 > Number(limit)) {
          throw forbidden(type.group, type.plural, object.metadata.name as string, `exceeded quota: ${quota.metadata.name}, requested: ${key}=1, used: ${key}=${used}, limited: ${key}=${limit}`)
        }
      }
    }
  }

  /** PUT. */
  update(target: Target, body: JsonMap, caller: Caller): JsonMap {
    const { type, name } = target
    if (target.subresource === 'scale') return this.#updateScale(target, body, caller)
    const object = readObject(type, body, caller)
    if (object.metadata.name && object.metadata.name !== name) {
      throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`)
    }
    object.metadata.name = name
    return this.#modify(target, caller, (live) => {
      const next = { ...object, metadata: { ...object.metadata } }
      const version = next.metadata.resourceVersion as string | undefined
      if (!version && type.custom !== undefined) {
        throw invalid(type.group, type.plural, name, [{ type: 'FieldValueInvalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' }])
      }
      return trackUpdate(live, next, this.#managers(type, caller, target.subresource))
    }, 'put')
  }

  /** PATCH. `force` belongs to apply. */
  patch(target: Target, kind: PatchKind, patch: unknown, caller: Caller, force = false): { object: JsonMap; created: boolean } {
    const { type, name, namespace } = target
    if (target.subresource === 'scale') {
      const scale = this.get(target)
      const { object } = applyPatch(kind === 'strategic' ? 'merge' : kind === 'apply' ? 'merge' : kind, scale, patch, undefined)
      return { object: this.#updateScale(target, object, caller), created: false }
    }
    if (kind === 'apply') return this.#apply(target, patch, caller, force)
    if (this.store.get(type.table, type.namespaced ? namespace : '', name) === undefined) throw notFound(type.group, type.plural, name)
    const object = this.#modify(target, caller, (live) => {
      const { object: patched, shown } = applyPatch(kind, live, patch, type)
      let next: JsonMap
      try {
        next = readObject(type, patched, caller, 'patch')
      } catch (error) {
        if (error instanceof StrictPatchError) throw invalid('', '', '', [{ type: 'FieldValueInvalid', field: 'patch', value: shown, detail: error.message }])
        if (error instanceof ApiError && error.code === 400 && error.message.includes('cannot be handled as a')) {
          const detail = error.message.replace(/^.*cannot be handled as a \w+: /, '')
          // Strategic patches are converted without JSON between.
          const scalar = kind === 'strategic' ? /^json: cannot unmarshal \w+ into .* of type (int32|int64|string|bool|float64)$/.exec(detail) : null
          throw invalid('', '', '', [{ type: 'FieldValueInvalid', field: 'patch', value: shown, detail: scalar === null ? detail : `unrecognized type: ${scalar[1]}` }])
        }
        throw error
      }
      if (next.metadata.name !== name) throw badRequest(`the name of the object (${next.metadata.name}) does not match the name on the URL (${name})`)
      return trackUpdate(live, next, this.#managers(type, caller, target.subresource))
    })
    return { object, created: false }
  }

  #apply(target: Target, patch: unknown, caller: Caller, force: boolean): { object: JsonMap; created: boolean } {
    const { type, namespace, name } = target
    if (!isMap(patch)) throw badRequest(`error decoding patch: ${goMapText(patch)}`)
    const config = clone(patch)
    const apiVersion = apiVersionOf(type)
    if (config.apiVersion !== apiVersion || config.kind !== type.kind) {
      const given = config.apiVersion === undefined ? '/' : String(config.apiVersion)
      throw badRequest(`invalid object type: ${given.includes('/') ? given : `/${given}`}, Kind=${String(config.kind ?? '')}`)
    }
    if (config.metadata?.name !== undefined && config.metadata.name !== name) {
      throw badRequest(`the name of the object (${config.metadata.name}) does not match the name on the URL (${name})`)
    }
    if (type.namespaced && config.metadata?.namespace && config.metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    }
    const input = { ...this.#managers(type, caller, target.subresource), force }
    const live = this.store.get(type.table, type.namespaced ? namespace : '', name)
    if (live === undefined) {
      if (target.subresource !== undefined) throw notFound(type.group, type.plural, name)
      if (config.metadata?.uid) throw conflict(type.group, type.plural, name, `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`)
      config.metadata = { ...config.metadata, name }
      const merged = applyConfiguration(undefined, config, input)
      const managed = merged.metadata.managedFields as unknown
      const object = readObject(type, merged, { ...caller, fieldValidation: 'Ignore' })
      return { object: this.#insert(type, namespace, object, caller, (o) => ({ ...o, metadata: { ...o.metadata, ...(managed ? { managedFields: managed } : {}) } })), created: true }
    }
    const object = this.#modify(target, caller, (view) => {
      const merged = applyConfiguration(view, config, input)
      return readObject(type, merged, { ...caller, fieldValidation: 'Ignore' })
    })
    return { object, created: false }
  }

  #updateScale(target: Target, body: JsonMap, caller: Caller): JsonMap {
    const { type } = target
    this.#modify({ ...target, subresource: undefined } as unknown as Target, caller, (live) => {
      if (body.metadata?.resourceVersion && body.metadata.resourceVersion !== live.metadata.resourceVersion) throw staleVersion(type.group, type.plural, target.name)
      const replicas = body.spec?.replicas as unknown
      if (replicas !== undefined && (typeof replicas !== 'number' || replicas < 0)) {
        throw invalid('autoscaling', 'Scale', target.name, [{ type: 'FieldValueInvalid', field: 'spec.replicas', value: replicas, detail: 'must be greater than or equal to 0' }])
      }
      const next = withScale(type, live, (replicas as number | undefined) ?? 0)
      const managers = this.#managers(type, caller)
      // A server's entry for the scale subresource has no time.
      return trackUpdate(live, next, { ...managers, subresource: 'scale', now: '' })
    })
    return this.get(target)
  }

  /** The common end of every change of an existing object. `produce` gets the object in the type's version and returns it changed, with managedFields. */
  #modify(target: Target, caller: Caller, produce: (live: JsonMap) => JsonMap, how?: 'put'): JsonMap {
    const { type, namespace, name, subresource } = target
    const stored = this.store.get(type.table, type.namespaced ? namespace : '', name)
    if (stored === undefined) throw notFound(type.group, type.plural, name)
    const live = this.view(type, stored)
    const produced = produce(live)
    const given = produced.metadata as JsonMap
    if (given.namespace && type.namespaced && given.namespace !== namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    // Built-in kinds check their metadata twice, and say so in the causes.
    const times = <T>(errors: T[]): T[] => (type.custom === undefined ? [...errors, ...errors] : errors)
    const fixedField = (field: string, value: unknown): ApiError =>
      invalid(type.group, type.kind, name, times([{ type: 'FieldValueInvalid', field: `metadata.${field}`, value, detail: 'field is immutable' }]))
    if (given.uid && given.uid !== live.metadata.uid) {
      if (how !== 'put') throw fixedField('uid', given.uid)
      const key = `/registry/${type.custom === undefined ? '' : `${type.group}/`}${type.plural}/${type.namespaced ? `${namespace}/` : ''}${name}`
      throw conflict(type.group, type.plural, name, `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${live.metadata.uid}`)
    }
    if (given.deletionTimestamp && given.deletionTimestamp !== live.metadata.deletionTimestamp) throw fixedField('deletionTimestamp', given.deletionTimestamp)
    if (given.resourceVersion && given.resourceVersion !== live.metadata.resourceVersion) throw staleVersion(type.group, type.plural, name)
    let next: JsonMap
    const fixed = { name, ...(type.namespaced ? { namespace } : {}), ...pick(live.metadata as JsonMap, ['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation', 'selfLink']) }
    if (subresource !== undefined && !['scale', 'binding', 'finalize'].includes(subresource)) {
      const metadata = type.custom !== undefined ? { ...live.metadata } : { ...given, labels: live.metadata.labels }
      next = { ...live, ...pick(produced, [['ephemeralcontainers', 'resize', 'finalize'].includes(subresource) ? 'spec' : 'status']), metadata: clean({ ...metadata, managedFields: given.managedFields }) }
    } else {
      next = { ...produced, metadata: { ...given } }
      if (type.strategy.ownStatus) { if ('status' in live) next.status = live.status; else delete next.status }
      if (subresource !== 'finalize') type.strategy.update?.(next, live, this.#context(caller))
    }
    const metadata = next.metadata as JsonMap
    for (const key of ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation', 'selfLink', 'resourceVersion']) delete metadata[key]
    Object.assign(metadata, fixed)
    if (type.strategy.generation && subresource !== 'status' && subresource !== 'binding') {
      const annotated = type.strategy.generation === 'annotated' && !equal(live.metadata.annotations ?? {}, metadata.annotations ?? {})
      if (annotated || specDiffers(live, next, type.custom !== undefined && !type.custom.status)) metadata.generation = ((live.metadata.generation as number | undefined) ?? 0) + 1
    }
    const problems = [...metadataProblems(type, next), ...times(metadataUpdateProblems(next, live)), ...immutableProblems(next, live), ...(type.strategy.validate?.(next, live, this.context) ?? [])]
    if (problems.length > 0) throw invalid(type.group, type.kind, name, problems)
    const final = ordered(type.custom === undefined ? storageForm(next, type.schema) : next)
    if (sameButManagedTimes(live, final)) return live
    if (subresource === undefined) caller.warnings?.push(...storageWarnings(type.table, final, live))
    if (caller.dryRun) return final
    // A namespace has finalizers in its spec as well.
    const held = hasFinalizers(final) || (type.table === '/namespaces' && (final.spec?.finalizers?.length ?? 0) > 0)
    if (metadata.deletionTimestamp !== undefined && !held && (live.metadata.deletionGracePeriodSeconds ?? 0) === 0) {
      this.store.remove(type.table, type.namespaced ? namespace : '', name, this.stored(type, final))
      return final
    }
    return this.view(type, this.store.put(type.table, this.stored(type, final)))
  }

  delete(target: Target, query: DeleteQuery, caller: Caller): { object: JsonMap; gone: boolean } {
    return deleteObject(this, target, query, caller)
  }

  deleteCollection(type: ResourceType, namespace: string | undefined, list: ListQuery, query: DeleteQuery, caller: Caller): List {
    const found = this.list(type, namespace, list)
    for (const o of found.items) {
      try {
        this.delete({ type, namespace: (o.metadata.namespace as string | undefined) ?? '', name: o.metadata.name as string }, query, caller)
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error
      }
    }
    return found
  }

  /** Throws when the kind does not serve the verb. */
  allow(type: ResourceType, verb: string, subresource?: string): void {
    const verbs = subresource === undefined ? type.verbs : type.subresources.get(subresource)?.verbs
    if (verbs === undefined || !verbs.includes(verb)) throw methodNotAllowed()
  }

  /** A change by a controller: bypasses nothing but transport. `change` returns undefined to leave the object. */
  touch(type: ResourceType, namespace: string, name: string, change: (live: JsonMap) => JsonMap | undefined, manager: string, subresource?: string): JsonMap | undefined {
    const stored = this.store.get(type.table, type.namespaced ? namespace : '', name)
    if (stored === undefined) return undefined
    const caller: Caller = { manager }
    const live = this.view(type, stored)
    const next = change(live)
    if (next === undefined || next === live || equal(next, live)) return live
    return this.#modify({ type, namespace, name, ...(subresource ? { subresource } : {}) }, caller, (view) => (subresource === 'binding' ? next : trackUpdate(view, next, this.#managers(type, caller, subresource))))
  }
}
