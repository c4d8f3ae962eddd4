import type { Caller, DeleteQuery } from '../requests.ts'
import { isMap } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { apiVersionOf, compareVersions } from '../resources.ts'
import type { ResourceType } from '../resources.ts'
import { ApiError, badRequest, invalid, methodNotAllowed, noSuchPath, unsupportedMedia } from '../status.ts'
import { readEnvelope, readMessage } from '../schema/protobuf.ts'
import { administrator, authorize } from '../users.ts'
import { openWatch } from '../watch.ts'
import type { PatchKind } from '../patch/apply-patch.ts'
import { jsonSyntaxError } from '../../../language/go/index.ts'
import type { ApiRequest, ApiResponse, Services } from './exchange.ts'
import { duplicateFields } from './duplicates.ts'
import { parsePath } from './path.ts'
import type { ResourcePath } from './path.ts'
import { postSpecial } from './special.ts'
import { podLogs } from './logs.ts'
import { tableOf } from './table.ts'

/** Answers one request. Failures come back as Status answers, never as exceptions. */
export function handle(services: Services, request: ApiRequest): ApiResponse {
  try {
    return route(services, request)
  } catch (error) {
    if (error instanceof ApiError) return { status: error.code, body: error.status }
    const status = new ApiError(500, 'InternalError', `Internal error occurred: ${(error as Error).message}`)
    return { status: 500, body: status.status }
  }
}

const ok = (body: unknown): ApiResponse => ({ status: 200, body })
const text = (body: string): ApiResponse => ({ status: 200, text: body, contentType: 'text/plain; charset=utf-8' })

function route(services: Services, request: ApiRequest): ApiResponse {
  const { api, discovery, openapi } = services
  const path = request.path.length > 1 ? request.path.replace(/\/+$/, '') : request.path
  const accept = request.headers.accept ?? ''
  const wantsAggregated = /as=APIGroupDiscoveryList/.test(accept) && /v=v2(?![a-z0-9])/.test(accept)
  const aggregated = (core: boolean): ApiResponse => ({ status: 200, body: discovery.aggregated(core), contentType: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' })
  switch (path) {
    case '/': return ok({ paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'] })
    case '/healthz': case '/livez': case '/readyz': case '/ping': return text('ok')
    case '/version': return ok(services.version)
    case '/api': return wantsAggregated ? aggregated(true) : ok(discovery.versions(services.address()))
    case '/apis': return wantsAggregated ? aggregated(false) : ok(discovery.groups())
    case '/openapi/v3': return ok(openapi.index())
    case '/openapi/v2':
      if (accept !== '' && !/json|\*\/\*/.test(accept)) throw new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json')
      return { status: 200, text: openapi.swagger(), contentType: 'application/json' }
    default:
  }
  const document = /^\/openapi\/v3\/(?:api\/([^/]+)|apis\/([^/]+)\/([^/]+))$/.exec(path)
  if (document !== null) {
    const found = openapi.document(document[2] ?? '', (document[1] ?? document[3])!)
    if (found === undefined) throw noSuchPath()
    return { status: 200, text: found, contentType: 'application/json' }
  }
  const resources = /^\/(?:api\/([^/]+)|apis\/([^/]+)\/([^/]+))$/.exec(path)
  if (resources !== null) {
    const found = discovery.resources(resources[2] ?? '', (resources[1] ?? resources[3])!)
    if (found === undefined) throw noSuchPath()
    return ok(found)
  }
  const group = /^\/apis\/([^/]+)$/.exec(path)
  if (group !== null) {
    const found = discovery.group(group[1]!)
    if (found === undefined) throw noSuchPath()
    return ok(found)
  }
  const parsed = parsePath(path)
  if (parsed === undefined) throw noSuchPath()
  const type = api.resources.find(parsed.group, parsed.version, parsed.plural)
  if (type === undefined) {
    if (!api.resources.groups().some((g) => g.group === parsed.group)) return { status: 404, text: '404 page not found\n', contentType: 'text/plain; charset=utf-8' }
    throw noSuchPath()
  }
  authorize(request.user ?? administrator, verbOf(request, parsed), type, parsed.namespace, parsed.name, parsed.subresource)
  return resource(services, request, parsed, type)
}

/** The verb rights are about. */
function verbOf(request: ApiRequest, path: ResourcePath): string {
  switch (request.method) {
    case 'POST': return 'create'
    case 'PUT': return 'update'
    case 'PATCH': return 'patch'
    case 'DELETE': return path.name === undefined ? 'deletecollection' : 'delete'
    default: return request.query.get('watch') === 'true' || request.query.get('watch') === '1' || path.watch ? 'watch' : path.name === undefined ? 'list' : 'get'
  }
}

function callerOf(request: ApiRequest, type: ResourceType): Caller {
  const options = request.method === 'POST' ? 'CreateOptions' : request.method === 'PUT' ? 'UpdateOptions' : request.method === 'DELETE' ? 'DeleteOptions' : 'PatchOptions'
  const dry = request.query.getAll('dryRun').filter((d) => d !== '')
  if (dry.some((d) => d !== 'All')) throw invalid('meta.k8s.io', options, '', [{ type: 'FieldValueNotSupported', field: 'dryRun', value: dry, detail: 'supported values: "All"' }])
  const validation = request.query.get('fieldValidation')
  if (validation && !['Strict', 'Warn', 'Ignore'].includes(validation)) {
    throw invalid('meta.k8s.io', options, '', [{ type: 'FieldValueNotSupported', field: 'fieldValidation', value: validation, detail: 'supported values: "", "Ignore", "Strict", "Warn"' }])
  }
  const agent = request.headers['user-agent'] ?? ''
  // A server's default is Warn.
  const fieldValidation = (validation || 'Warn') as 'Strict' | 'Warn' | 'Ignore'
  return {
    manager: (request.query.get('fieldManager') || agent.split('/')[0] || 'unknown').slice(0, 128),
    dryRun: dry.length > 0, fieldValidation, warnings: deprecations(type),
  }
}

function deprecations(type: ResourceType): string[] {
  if (type.group === '' && type.plural === 'endpoints') return ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice']
  if (type.group === '' && type.plural === 'componentstatuses') return ['v1 ComponentStatus is deprecated in v1.19+']
  const custom = type.custom?.version
  if (custom?.deprecated === true) {
    const newer = ((type.custom!.definition.spec.versions ?? []) as JsonMap[]).filter((v) => v.served === true && v.deprecated !== true).map((v) => v.name as string).sort(compareVersions)[0]
    const advice = newer === undefined ? '' : `; use ${type.group}/${newer} ${type.kind}`
    return [String(custom.deprecationWarning ?? `${apiVersionOf(type)} ${type.kind} is deprecated${advice}`)]
  }
  return []
}

/** The body as a value. `caller` is told which fields it names twice. */
function bodyOf(services: Services, request: ApiRequest, what: string, options: { yaml?: boolean; patch?: boolean; caller?: Caller } = {}): unknown {
  if (request.body instanceof Uint8Array) return fromProtobuf(services, request.body)
  if (typeof request.body !== 'string') return request.body
  const text = request.body
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    if (options.yaml && services.parseYaml !== undefined && text !== '') {
      try {
        return services.parseYaml(text)
      } catch (problem) {
        throw badRequest(`error decoding patch: ${(problem as Error).message}`)
      }
    }
    const problem = jsonSyntaxError(text) ?? 'unexpected end of JSON input'
    if (options.patch) throw badRequest(`error decoding patch: ${problem}`)
    throw badRequest(`the object provided is unrecognized (must be of type ${what}): couldn't get version/kind; json parse error: ${problem} (${text === '' ? '<empty>' : text.slice(0, 1024)})`)
  }
  if (options.caller !== undefined && options.caller.fieldValidation !== 'Ignore') options.caller.duplicates = duplicateFields(text)
  return value
}

/** What a create or update needs: an object. */
function objectOf(services: Services, request: ApiRequest, type: ResourceType, caller: Caller): JsonMap {
  const body = bodyOf(services, request, type.kind, { yaml: (request.headers['content-type'] ?? '').includes('yaml'), caller })
  if (isMap(body)) return body
  if (body === undefined) throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`)
  const kind = Array.isArray(body) ? 'array' : typeof body
  throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${Buffer.from(JSON.stringify(body)).toString('hex').slice(0, 1024)})`)
}

function fromProtobuf(services: Services, bytes: Uint8Array): JsonMap | undefined {
  if (bytes.length === 0) return undefined
  try {
    const envelope = readEnvelope(bytes)
    if (envelope === undefined) throw new RangeError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
    const [group, version] = envelope.apiVersion.includes('/') ? envelope.apiVersion.split('/') as [string, string] : ['', envelope.apiVersion]
    const schema = services.api.resources.tables.kind(group, version, envelope.kind)
    if (schema === undefined) throw new RangeError(`no kind "${envelope.kind}" is registered for version "${envelope.apiVersion}"`)
    return { ...readMessage(envelope.raw, schema), apiVersion: envelope.apiVersion, kind: envelope.kind }
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`the object provided is unrecognized (must be of type protobuf): ${error.message}`)
    throw error
  }
}

const flag = (value: string | null): boolean | undefined => (value === null || value === '' ? undefined : value === 'true' || value === '1')
function number(value: string | null): number | undefined {
  if (value === null || value === '') return undefined
  if (!/^-?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`)
  return Number(value)
}

function revision(value: string | null): string | undefined {
  if (value === null || value === '') return undefined
  if (!/^\d+$/.test(value)) throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(value)}: strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`)
  return value
}

const word = (value: string | null): string | undefined => (value === null || value === '' ? undefined : value)

function resource(services: Services, request: ApiRequest, path: ResourcePath, type: ResourceType): ApiResponse {
  const { api } = services
  const { query, method } = request
  const caller = callerOf(request, type)
  const namespace = type.namespaced ? path.namespace : undefined
  const listed = <T extends Record<string, unknown>>(o: T): T => {
    for (const k of Object.keys(o)) if (o[k] === undefined) delete o[k]
    return o
  }
  const listQuery = listed({
    labelSelector: word(query.get('labelSelector')), fieldSelector: word(query.get('fieldSelector')), limit: number(query.get('limit')),
    continue: word(query.get('continue')), resourceVersion: revision(query.get('resourceVersion')), resourceVersionMatch: word(query.get('resourceVersionMatch')),
  })
  const asTable = /as=Table/.test(request.headers.accept ?? '')
  const shown = (object: JsonMap): ApiResponse => ({ status: 200, body: asTable ? tableOf(type, [object], undefined, query.get('includeObject')) : object, warnings: caller.warnings ?? [] })

  if (path.name === undefined) {
    switch (method) {
      case 'GET': {
        if (flag(query.get('watch')) === true || path.watch) return watch(services, request, type, namespace, listQuery)
        api.allow(type, 'list')
        const list = api.list(type, namespace, listQuery)
        const metadata = listed({ resourceVersion: list.resourceVersion, continue: list.continue ?? (type.custom && !asTable ? '' : undefined), remainingItemCount: list.remaining })
        if (asTable) return { status: 200, body: tableOf(type, list.items, metadata, query.get('includeObject')), warnings: caller.warnings ?? [] }
        return { status: 200, body: { kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata, items: list.items.map(bare(type)) }, warnings: caller.warnings ?? [] }
      }
      case 'POST': {
        const body = objectOf(services, request, type, caller)
        const special = postSpecial(services, type, path, body, caller, request.user ?? administrator)
        if (special !== undefined) return { status: 201, body: special, warnings: caller.warnings ?? [] }
        api.allow(type, 'create')
        return { status: 201, body: api.create(type, namespace ?? '', body, caller), warnings: caller.warnings ?? [] }
      }
      case 'DELETE': {
        api.allow(type, 'deletecollection')
        const gone = api.deleteCollection(type, namespace, listQuery, deleteQuery(services, request, caller), caller)
        return ok({ kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata: { resourceVersion: gone.resourceVersion }, items: gone.items.map(bare(type)) })
      }
      default: throw methodNotAllowed()
    }
  }
  const target = { type, namespace: namespace ?? '', name: path.name, ...(path.subresource !== undefined ? { subresource: path.subresource } : {}) }
  if (path.subresource !== undefined) {
    if (!type.subresources.has(path.subresource)) throw noSuchPath()
    if (path.subresource === 'log' && method === 'GET') return podLogs(api, path.namespace ?? '', path.name, query)
    const body = method === 'POST' || method === 'PUT' ? bodyOf(services, request, type.kind) : undefined
    const special = isMap(body) || method === 'POST' ? postSpecial(services, type, path, isMap(body) ? body : {}, caller, request.user ?? administrator) : undefined
    if (special !== undefined) return { status: method === 'POST' ? 201 : 200, body: special }
    if (!['status', 'scale', 'ephemeralcontainers', 'resize', 'approval'].includes(path.subresource)) {
      throw new ApiError(501, 'NotImplemented', `the sandbox does not simulate ${type.plural}/${path.subresource}`)
    }
  }
  switch (method) {
    case 'GET':
      api.allow(type, 'get', path.subresource)
      if (path.watch) return watch(services, request, type, namespace, { ...listQuery, fieldSelector: `metadata.name=${path.name}` })
      return shown(api.get(target))
    case 'PUT': {
      api.allow(type, 'update', path.subresource)
      return { status: 200, body: api.update(target, objectOf(services, request, type, caller), caller), warnings: caller.warnings ?? [] }
    }
    case 'PATCH': {
      api.allow(type, 'patch', path.subresource)
      const kind = patchKind(request.headers['content-type'], type)
      if (kind === 'apply' && !query.get('fieldManager')) {
        throw new ApiError(422, 'Invalid', 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
          { group: 'meta.k8s.io', kind: 'PatchOptions', causes: [{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }] })
      }
      if (kind !== 'apply' && query.get('force')) {
        throw new ApiError(422, 'Invalid', 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
          { group: 'meta.k8s.io', kind: 'PatchOptions', causes: [{ reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch', field: 'force' }] })
      }
      const { object, created } = api.patch(target, kind, bodyOf(services, request, type.kind, { yaml: kind === 'apply', patch: true, caller }), caller, flag(query.get('force')) === true)
      return { status: created ? 201 : 200, body: object, warnings: caller.warnings ?? [] }
    }
    case 'DELETE': {
      api.allow(type, 'delete', path.subresource)
      const asked = deleteQuery(services, request, caller)
      const result = api.delete(target, asked, caller)
      if (!result.gone || type.strategy.returnsDeleted === true) {
        return { status: !result.gone && asked.orphanDependents === false ? 202 : 200, body: result.object }
      }
      return ok(deletedStatus(type, result.object))
    }
    default: throw methodNotAllowed()
  }
}

/** Items of a list of built-in kinds do not repeat their kind. */
function bare(type: ResourceType): (o: JsonMap) => JsonMap {
  if (type.custom !== undefined) return (o) => o
  return ({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest
}

/** What a finished deletion answers. */
export function deletedStatus(type: ResourceType, object: JsonMap): JsonMap {
  return {
    kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success',
    details: { name: object.metadata.name, ...(type.group ? { group: type.group } : {}), kind: type.plural, uid: object.metadata.uid },
  }
}

function patchKind(contentType: string | undefined, type: ResourceType): PatchKind {
  const accepted = ['application/json-patch+json', 'application/merge-patch+json', ...(type.custom ? [] : ['application/strategic-merge-patch+json']), 'application/apply-patch+yaml']
  switch ((contentType ?? '').split(';')[0]!.trim()) {
    case 'application/json-patch+json': return 'json'
    case 'application/merge-patch+json': return 'merge'
    case 'application/strategic-merge-patch+json':
      if (type.custom !== undefined) throw new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`)
      return 'strategic'
    case 'application/apply-patch+yaml': return 'apply'
    default: throw unsupportedMedia(accepted)
  }
}

function deleteQuery(services: Services, request: ApiRequest, caller: Caller): DeleteQuery {
  const body = bodyOf(services, request, 'DeleteOptions', { yaml: true })
  const options = isMap(body) ? body : {}
  const { query } = request
  const propagation = (options.propagationPolicy as string | undefined) ?? word(query.get('propagationPolicy'))
  const grace = (options.gracePeriodSeconds as number | undefined) ?? (query.get('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : undefined)
  if (Array.isArray(options.dryRun) && options.dryRun.length > 0) caller.dryRun = true
  const orphan = (options.orphanDependents as boolean | undefined) ?? flag(query.get('orphanDependents'))
  return {
    ...(propagation !== undefined ? { propagationPolicy: propagation } : {}), ...(grace !== undefined ? { gracePeriodSeconds: grace } : {}),
    ...(orphan !== undefined ? { orphanDependents: orphan } : {}), ...(isMap(options.preconditions) ? { preconditions: options.preconditions } : {}),
  }
}

function watch(services: Services, request: ApiRequest, type: ResourceType, namespace: string | undefined, list: JsonMap): ApiResponse {
  const { api } = services
  const { query } = request
  api.allow(type, 'watch')
  const initial = flag(query.get('sendInitialEvents'))
  const bookmarks = flag(query.get('allowWatchBookmarks'))
  const timeout = query.get('timeoutSeconds')
  const asTable = /as=Table/.test(request.headers.accept ?? '')
  // Selectors are checked before the answer starts.
  api.matcher(type, list)
  let first = true
  return {
    status: 200,
    ...(timeout ? { timeoutSeconds: Number(timeout) } : {}),
    stream: (send) => openWatch(api, type, namespace, {
      ...list, ...(initial !== undefined ? { sendInitialEvents: initial } : {}), ...(bookmarks !== undefined ? { allowWatchBookmarks: bookmarks } : {}),
    }, asTable ? (m) => {
      if (m.type === 'ERROR') { send(m); return }
      const table = tableOf(type, m.type === 'BOOKMARK' ? [] : [m.object], { resourceVersion: m.object.metadata.resourceVersion }, query.get('includeObject'))
      if (!first) table.columnDefinitions = null
      first = false
      send({ type: m.type, object: table })
    } : send),
  }
}

