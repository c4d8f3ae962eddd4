import { statusOf, type CallOptions, type Cluster, type KubeObject, type ObjectRef } from '../../../cluster/kube/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { GitopsOwner } from '../../policy/index.ts'

/** What of a release its owner would name. */
export interface ReleaseIdentity {
  readonly release: string
  readonly namespace: string
  /** The chart's name; '' when it is not known. */
  readonly chart: string
  readonly objects: readonly ObjectRef[]
}

interface Kind { readonly kind: string; readonly group: string; readonly versions: readonly string[]; readonly plural: string; readonly home: string }
const kinds: readonly Kind[] = [
  { kind: 'Application', group: 'argoproj.io', versions: ['v1alpha1'], plural: 'applications', home: 'argocd' },
  { kind: 'HelmRelease', group: 'helm.toolkit.fluxcd.io', versions: ['v2', 'v2beta2', 'v2beta1'], plural: 'helmreleases', home: 'flux-system' },
  { kind: 'Kustomization', group: 'kustomize.toolkit.fluxcd.io', versions: ['v1', 'v1beta2'], plural: 'kustomizations', home: 'flux-system' },
]

export interface GitopsResources {
  readonly owners: readonly GitopsOwner[]
  /** Names of all Applications that could be seen. */
  readonly applications: ReadonlySet<string>
  /** What could not be looked at; '' when all was. */
  readonly unread: string
}

/** Looks for Applications, HelmReleases and Kustomizations that own a release. Without the right to list them everywhere, in the places where they usually are. */
export async function gitopsResources(cluster: Cluster, identity: ReleaseIdentity, call: CallOptions = {}): Promise<GitopsResources> {
  const owners: GitopsOwner[] = []
  const applications = new Set<string>()
  const unread: string[] = []
  await Promise.all(kinds.map(async (kind) => {
    try {
      const { items, complete } = await listAll(cluster, kind, identity.namespace, call)
      if (!complete) unread.push(`${kind.plural}.${kind.group} may not be listed in all namespaces`)
      for (const item of items) {
        if (kind.kind === 'Application') applications.add(item.metadata.name ?? '')
        const evidence = ownedBy(item, identity, cluster.server)
        if (evidence !== undefined) owners.push({ tool: kind.kind === 'Application' ? 'argocd' : 'flux', by: `${kind.kind} ${item.metadata.namespace ?? ''}/${item.metadata.name ?? ''}`, evidence })
      }
    } catch (error) {
      call.signal?.throwIfAborted()
      if (!isPintleError(error)) throw error
      unread.push(`${kind.plural}.${kind.group}: ${error.message}`)
    }
  }))
  return { owners, applications, unread: unread.sort().join('; ') }
}

async function listAll(cluster: Cluster, { kind, group, versions, home }: Kind, namespace: string, call: CallOptions): Promise<{ items: KubeObject[]; complete: boolean }> {
  for (const version of versions) {
    const apiVersion = `${group}/${version}`
    if (await cluster.mapping(apiVersion, kind, call) === undefined) continue
    try {
      return { items: sane((await cluster.list(apiVersion, kind, call)).items), complete: true }
    } catch (error) {
      if (statusOf(error)?.code !== 403) throw error
    }
    const places = await Promise.all([...new Set([namespace, home])].map((place) => cluster.list(apiVersion, kind, { ...call, namespace: place }).then(({ items }) => sane(items), () => [])))
    return { items: places.flat(), complete: false }
  }
  return { items: [], complete: true }
}

/** A server may send anything. */
const sane = (items: readonly KubeObject[]): KubeObject[] => items.filter((i) => typeof i?.metadata === 'object' && i.metadata !== null)

/** Why a resource of Argo CD or Flux owns the release; undefined when it does not. */
export function ownedBy(resource: KubeObject, identity: ReleaseIdentity, server: string): string | undefined {
  const spec = (typeof resource.spec === 'object' && resource.spec !== null ? resource.spec : {}) as Record<string, any>
  if (resource.kind === 'Application') return application(resource, spec, identity, server)
  // On other clusters.
  if (spec.kubeConfig !== undefined && spec.kubeConfig !== null) return undefined
  if (resource.kind === 'HelmRelease') {
    const target: string = spec.targetNamespace ?? resource.metadata.namespace ?? ''
    const name: string = spec.releaseName ?? (spec.targetNamespace === undefined ? resource.metadata.name : `${spec.targetNamespace}-${resource.metadata.name}`)
    return target === identity.namespace && name === identity.release ? `it releases ${name} into ${target}${spec.suspend === true ? ' (suspended)' : ''}` : undefined
  }
  const entries = list(resource.status?.inventory?.entries).map((e) => String(e?.id ?? ''))
  const found = identity.objects.find((o) => entries.includes(`${o.namespace ?? ''}_${o.name.replaceAll(':', '__')}_${groupOf(o)}_${o.kind}`))
  return found === undefined ? undefined : `its inventory holds ${found.kind}/${found.name}`
}

function application({ metadata, status }: KubeObject, spec: Record<string, any>, identity: ReleaseIdentity, server: string): string | undefined {
  const destination = spec.destination ?? {}
  const here = destination.name === 'in-cluster' || ['https://kubernetes.default.svc', server].includes(String(destination.server ?? '').replace(/\/$/, ''))
  if (!here) return undefined
  const held = list(status?.resources).find((r) => identity.objects.some((o) => o.kind === r?.kind && o.name === r?.name && groupOf(o) === (r?.group ?? '') && (o.namespace ?? '') === (r?.namespace ?? '')))
  if (held !== undefined) return `its status lists ${held.kind}/${held.name}`
  if (destination.namespace !== identity.namespace) return undefined
  const sources = [spec.source, ...list(spec.sources)].filter((s) => typeof s === 'object' && s !== null)
  if (sources.some((s) => s.helm?.releaseName === identity.release) || metadata.name === identity.release) return `it releases ${identity.release} into ${identity.namespace}`
  if (identity.chart !== '' && sources.some((s) => s.helm?.releaseName === undefined && (s.chart === identity.chart || String(s.path ?? '').split('/').at(-1) === identity.chart))) return `it releases chart ${identity.chart} into ${identity.namespace}`
  return undefined
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value : [])
const groupOf = ({ apiVersion }: ObjectRef): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '')
