import { PintleError } from '../../errors/index.ts'
import { equalJson } from '../kube/index.ts'
import type { CallOptions, Cluster, KubeObject, ObjectRef, ResourceMapping } from '../kube/index.ts'
import { parseDocument, sourceOf, splitDocuments } from './documents.ts'
import { messageOf } from './failure.ts'
import type { Finding } from './finding.ts'

/** One object of a manifest and where the cluster serves it. */
export interface Resource {
  object: KubeObject
  readonly mapping: ResourceMapping
  readonly ref: ObjectRef
  /** Group, kind, namespace and name: versions of one kind are one object (helm/helm#31768). */
  readonly id: string
  /** Template it was rendered from. */
  readonly source?: string
  /** Its kind is served only once the definition in the same manifest is established. */
  readonly coming?: boolean
  /** What the server last said it looks like. */
  live?: KubeObject | undefined
}

export interface BuildOptions extends CallOptions {
  /** For kinds the cluster does not serve: skip them and say so, instead of failing. */
  unserved?: (object: KubeObject, message: string, source: string | undefined) => void
  /** Kinds that the manifest itself defines count as served; Helm refuses them. */
  definesKinds?: boolean
  /** Definitions that will be there before: their kinds count as served, too. */
  definitions?: readonly KubeObject[]
  /** The manifest is an old one: a kind whose version is gone is looked for in another version. */
  anyVersion?: boolean
}

/**
 * Turns manifest text into objects with their REST mappings: lists are flattened, namespaced objects without a namespace
 * get the release's. All faults are reported together, as cli-runtime's builder does with ContinueOnError.
 */
export async function buildResources(cluster: Cluster, manifest: string, namespace: string, options: BuildOptions = {}): Promise<Resource[]> {
  const call: CallOptions = options.signal === undefined ? {} : { signal: options.signal }
  const faults: string[] = []
  const objects: { object: KubeObject; source: string | undefined }[] = []
  for (const document of splitDocuments(manifest)) {
    const source = sourceOf(document)
    let value: unknown
    try {
      value = parseDocument(document)
    } catch (error) {
      throw new PintleError('release.build', `error parsing : ${messageOf(error)}`, { cause: error, ...(source && { hint: `In what ${source} rendered.` }) })
    }
    const found: KubeObject[] = []
    if (value !== null && value !== undefined) flatten(value, found, faults)
    objects.push(...found.map((object) => ({ object, source })))
  }
  const resources: Resource[] = []
  const mappings = new Map<string, ResourceMapping | undefined>()
  const findings: Finding[] = []
  for (const { object, source } of objects) {
    const gvk = `${object.apiVersion} ${object.kind}`
    if (!mappings.has(gvk)) mappings.set(gvk, await servedAs(cluster, object, call, options.anyVersion === true))
    const mapping = mappings.get(gvk)
    const definitions = [...(options.definesKinds === true ? objects.map((o) => o.object) : []), ...(options.definitions ?? [])]
    const coming = mapping === undefined ? definedBy(definitions, object) : undefined
    if (coming !== undefined) resources.push({ ...toResource(object, coming, namespace, source), coming: true })
    else if (mapping === undefined && options.unserved !== undefined) options.unserved(object, noMapping(object), source)
    else if (mapping === undefined) {
      faults.push(noMapping(object))
      findings.push(await unservedFinding(cluster, object, source, call))
    } else resources.push(toResource(object, mapping, namespace, source))
  }
  if (faults.length > 0) {
    const message = faults.length === 1 ? faults[0]! : `[${faults.join(', ')}]`
    const hint = findings[0]?.advice?.[0]
    throw new PintleError('release.build', message, { details: { faults, findings }, ...(hint !== undefined && { hint }) })
  }
  return resources
}

/** The mapping of an object's kind; with `anyVersion` also of another version of it, when its own is gone. */
async function servedAs(cluster: Cluster, object: KubeObject, call: CallOptions, anyVersion: boolean): Promise<ResourceMapping | undefined> {
  const exact = await cluster.mapping(object.apiVersion, object.kind, call)
  if (exact !== undefined || !anyVersion) return exact
  const slash = object.apiVersion.indexOf('/')
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash + 1)
  for (const id of await cluster.apiVersions(call)) {
    if (id.startsWith(group) && id.endsWith(`/${object.kind}`) && id.split('/').length === (slash < 0 ? 2 : 3)) {
      return await cluster.mapping(id.slice(0, id.lastIndexOf('/')), object.kind, call)
    }
  }
  return undefined
}

/** The mapping of an object's kind out of the definition among these objects. */
function definedBy(objects: readonly KubeObject[], { apiVersion, kind }: KubeObject): ResourceMapping | undefined {
  for (const { kind: definition, spec } of objects) {
    if (definition !== 'CustomResourceDefinition' || spec?.names?.kind !== kind || !Array.isArray(spec.versions)) continue
    const version = spec.versions.find((v: { name?: unknown; served?: unknown } | null) => v?.served === true && `${spec.group}/${v.name}` === apiVersion)
    if (version !== undefined) return { group: String(spec.group), version: String(version.name), kind, plural: String(spec.names.plural), namespaced: spec.scope === 'Namespaced', verbs: [] }
  }
  return undefined
}

/** What is wrong with an object of a kind that is not served, and which kinds of that name are. */
export async function unservedFinding(cluster: Cluster, object: KubeObject, source: string | undefined, call: CallOptions): Promise<Finding> {
  const served = (await cluster.apiVersions(call).catch(() => [])).filter((id) => id.endsWith(`/${object.kind}`)).map((id) => id.slice(0, -object.kind.length - 1))
  const at = source === undefined ? '' : ` in ${source}`
  return {
    ref: { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata?.name ?? '', ...(object.metadata?.namespace && { namespace: object.metadata.namespace }) },
    field: 'apiVersion',
    message: `the cluster does not serve ${object.apiVersion} ${object.kind}`,
    ...(source !== undefined && { source }),
    advice: [served.length > 0
      ? `The cluster serves ${object.kind} as ${served.join(', ')}: change apiVersion${at}, and the fields that differ.`
      : `Install ${bringer(object.apiVersion) ?? `what defines ${object.kind}`} first, or take it out of the chart${at}.`],
  }
}

/** What a kind comes with, where that is known. */
function bringer(apiVersion: string): string | undefined {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))
  return Object.hasOwn(operators, group) ? `${operators[group]}, whose chart brings the kinds of ${group},` : undefined
}

const operators: Readonly<Record<string, string>> = {
  'external-secrets.io': 'External Secrets', 'generators.external-secrets.io': 'External Secrets', 'bitnami.com': 'Sealed Secrets', 'secrets-store.csi.x-k8s.io': 'the Secrets Store CSI driver',
}

/** A resource out of an object whose kind is known to be served. */
export function toResource(object: KubeObject, mapping: ResourceMapping, namespace: string, source?: string): Resource {
  const name = object.metadata?.name ?? ''
  const from = source === undefined ? {} : { source }
  object.metadata ??= {}
  const apiVersion = mapping.group === '' ? mapping.version : `${mapping.group}/${mapping.version}`
  if (!mapping.namespaced) {
    return { object, mapping, ref: { apiVersion, kind: object.kind, name }, id: `${mapping.group}/${mapping.kind}//${name}`, ...from }
  }
  if (object.metadata.namespace === undefined || object.metadata.namespace === '') object.metadata.namespace = namespace
  const ns = object.metadata.namespace
  return { object, mapping, ref: { apiVersion, kind: object.kind, namespace: ns, name }, id: `${mapping.group}/${mapping.kind}/${ns}/${name}`, ...from }
}

function flatten(value: unknown, objects: KubeObject[], faults: string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push(`unable to decode "": json: cannot unmarshal ${goKind(value)} into Go value of type struct { ApiVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`)
    return
  }
  const object = value as KubeObject
  const text = (['apiVersion', 'kind'] as const).flatMap((key) => {
    const value: unknown = object[key]
    if (value === undefined || value === null || value === '') return [`${key} not set`]
    return typeof value === 'string' ? [] : [`${key} isn't string type`]
  })
  if (text.length > 0) {
    // kubectl's schema check speaks first, and ends the reading (kubectl pkg/validation).
    throw new PintleError('release.build', `error validating "": error validating data: ${text.length === 1 ? text[0] : `[${text.join(', ')}]`}`)
  }
  if (object.kind.endsWith('List') && Array.isArray(object.items)) {
    for (const item of object.items) flatten(item, objects, faults)
  } else objects.push(object)
}

function goKind(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
}

function noMapping(object: KubeObject): string {
  const { name = '', namespace = '' } = object.metadata ?? {}
  return `resource mapping not found for name: "${name}" namespace: "${namespace}" from "": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`
}

/** What to know about an object of an old revision whose kind is gone. Helm cannot upgrade such a release at all. */
export function goneText({ apiVersion, kind, metadata }: KubeObject, revision: 'last' | 'current'): string {
  return `${kind} "${metadata?.name ?? ''}" of the ${revision} revision is ${apiVersion}, which the cluster does not serve any more: it is passed over; what it made, if anything is left of it, must be removed by hand`
}

/** `namespace/name group/version, Kind=kind`, as Helm's apply errors name an object. */
export function objectText(resource: Resource): string {
  const { group, version, kind } = resource.mapping
  return `${resource.object.metadata.namespace ?? ''}/${resource.ref.name} ${group}/${version}, Kind=${kind}`
}

/** `Kind "name" in namespace "namespace"`, as Helm's ownership errors name an object. */
export function resourceText(resource: Resource): string {
  return `${resource.mapping.kind} "${resource.ref.name}" in namespace "${resource.object.metadata.namespace ?? ''}"`
}

/** Resources of the first list that the second has not. */
export function without(resources: readonly Resource[], others: readonly Resource[]): Resource[] {
  const ids = new Set(others.map((r) => r.id))
  return resources.filter((r) => !ids.has(r.id))
}

/** Targets written exactly as the originals are. Ask before ownership marks are added. */
export function unchangedOf(originals: readonly Resource[], targets: readonly Resource[]): Set<Resource> {
  const before = new Map(originals.map((r) => [r.id, r.object]))
  return new Set(targets.filter((r) => before.has(r.id) && equalJson(before.get(r.id), r.object)))
}
