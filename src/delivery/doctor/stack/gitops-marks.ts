import type { KubeObject, ObjectRef } from '../../../cluster/kube/index.ts'
import type { GitopsOwner } from '../../policy/index.ts'

/**
 * Who else reconciles a live object from Git, by the marks that Argo CD and Flux leave on what they apply. Pure.
 * @param applications names of the Argo CD Applications that exist: the instance label alone is every chart's
 */
export function marksOf(live: KubeObject, applications: ReadonlySet<string> = new Set()): GitopsOwner[] {
  const metadata = live.metadata ?? {}
  const labels = texts(metadata.labels)
  const annotations = texts(metadata.annotations)
  const managers = Array.isArray(metadata.managedFields) ? metadata.managedFields as ({ manager?: unknown; subresource?: unknown } | null)[] : []
  const object = refOf(live)
  const out: GitopsOwner[] = []
  const tracking = annotations['argocd.argoproj.io/tracking-id']
  // Controllers copy annotations: an id counts on the object that it names (Argo CD util/argo/resource_tracking.go).
  if (tracking !== undefined && tracksItself(tracking, live)) out.push({ tool: 'argocd', by: `Application ${applicationName(tracking.split(':')[0]!)}`, evidence: 'annotation argocd.argoproj.io/tracking-id', object })
  const instance = labels['argocd.argoproj.io/instance']
  if (instance !== undefined) out.push({ tool: 'argocd', by: `Application ${instance}`, evidence: 'label argocd.argoproj.io/instance', object })
  const common = labels['app.kubernetes.io/instance']
  if (common !== undefined && out.length === 0 && applications.has(common)) out.push({ tool: 'argocd', by: `Application ${common}`, evidence: 'label app.kubernetes.io/instance, and an Application of that name', object })
  for (const [group, kind] of [['kustomize', 'Kustomization'], ['helm', 'HelmRelease']] as const) {
    const name = labels[`${group}.toolkit.fluxcd.io/name`]
    if (name !== undefined) out.push({ tool: 'flux', by: `${kind} ${labels[`${group}.toolkit.fluxcd.io/namespace`] ?? '?'}/${name}`, evidence: `label ${group}.toolkit.fluxcd.io/name`, object })
  }
  if (out.length > 0) return out
  for (const entry of managers) {
    const name = String(entry?.manager)
    const tool = (entry?.subresource ?? '') === '' ? toolOf(name) : undefined
    if (tool !== undefined) return [{ tool, by: name, evidence: `field manager ${name}`, object }]
  }
  return out
}

/** Only what is a text: a server may send anything. */
function texts(map: unknown): Record<string, string | undefined> {
  return typeof map === 'object' && map !== null ? Object.fromEntries(Object.entries(map).filter(([, value]) => typeof value === 'string')) : {}
}

/** Who writes what: Argo CD's components and Flux' two that apply. */
function toolOf(name: string): GitopsOwner['tool'] | undefined {
  if (/^argocd-(controller|application-controller|server)$/.test(name)) return 'argocd'
  return name === 'kustomize-controller' || name === 'helm-controller' ? 'flux' : undefined
}

/** `app:group/Kind:namespace/name` */
function tracksItself(id: string, { apiVersion, kind, metadata }: KubeObject): boolean {
  const [, groupKind, place] = id.split(':', 3)
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return groupKind === `${group}/${kind}` && place !== undefined && place.slice(place.indexOf('/') + 1) === metadata.name && (place.startsWith('/') || (metadata.namespace ?? '') === '' || place.startsWith(`${metadata.namespace}/`))
}

/** Applications outside of Argo CD's own namespace are tracked as `namespace_name`. */
const applicationName = (name: string): string => name.replace('_', '/')

function refOf({ apiVersion, kind, metadata: { name = '', namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) }
}

/** One owner for each name: what showed it first, and on how many objects. */
export function foldOwners(owners: readonly GitopsOwner[]): GitopsOwner[] {
  return [...Map.groupBy(owners, (o) => `${o.tool} ${o.by}`).values()].map((list) => (list.length === 1 ? list[0]! : { ...list[0]!, evidence: `${list[0]!.evidence} (and ${list.length - 1} more)` }))
}
