import type { CallOptions, Cluster, KubeObject } from '../../../../cluster/kube/index.ts'
import { listReleases } from '../../../../cluster/release/index.ts'
import { refused } from '../../refused.ts'

/** Two releases of one chart, of which a Service outside of both selects one. */
export interface Colours {
  /** The value of the label that has the traffic, and the release whose pods carry it. */
  readonly live: { readonly colour: string; readonly release: string }
  /** Which comes next. */
  readonly idle: { readonly colour: string; readonly release: string }
}

export interface ColourOptions extends CallOptions {
  readonly namespace: string
  /** The Service whose selector is flipped, and the label that is. */
  readonly service: string
  readonly label: string
}

const releaseOf = (object: KubeObject): string | undefined => object.metadata.annotations?.['meta.helm.sh/release-name']

/** The release whose pods the Service is to select, where there are none yet: it is installed, for nothing can be flipped. */
export async function isFirstColour(cluster: Cluster, release: string, options: ColourOptions): Promise<boolean> {
  const { service, colour } = await flippedService(cluster, options)
  return release.endsWith(`-${colour}`) && (await workloadsBehind(cluster, service, { ...options, colour })).length === 0
}

/** The Service as it is. @throws PintleError rule.refused where its selector cannot be flipped */
export async function flippedService(cluster: Cluster, { namespace, service, label, signal }: ColourOptions): Promise<{ service: KubeObject; colour: string }> {
  const live = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name: service }, { ...(signal && { signal }) })
  if (live === undefined) throw refused(`there is no Service ${service} in ${namespace}`, 'It stands outside of both releases: create it once, selecting the colour that is live.')
  const colour = live.spec?.selector?.[label]
  if (typeof colour !== 'string') throw refused(`the selector of Service ${service} has no label ${label}: it selects both colours`, `Add \`${label}\` with the colour that is live.`)
  return { service: live, colour }
}

/**
 * Which colour has the traffic, by the Service's selector, and which comes next.
 * @throws PintleError rule.refused where that is not certain, or the Service belongs to one of the releases
 */
export async function findColours(cluster: Cluster, options: ColourOptions): Promise<Colours> {
  const { namespace, label, signal } = options
  const { service, colour } = await flippedService(cluster, options)
  const owners = [...new Set((await workloadsBehind(cluster, service, { ...options, colour })).map(releaseOf))]
  const release = owners[0]
  if (owners.length !== 1 || release === undefined) throw refused(`the pods with ${label}: ${colour} belong to ${owners.length === 0 ? 'no workload' : owners.length === 1 ? 'no release' : `several releases (${owners.join(', ')})`}`)
  if (!release.endsWith(`-${colour}`)) throw refused(`release ${release} has the traffic with ${label}: ${colour}, and its name does not end in -${colour}`, 'The two releases are called alike but for the colour: checkout-api-blue, checkout-api-green.')
  const prefix = release.slice(0, -colour.length)
  const listed = await listReleases({ cluster, namespace, filter: { test: (name) => name.startsWith(prefix) && name !== release }, ...(signal && { signal }) })
  const names = listed.map((r) => r.record.name)
  const usual = ({ blue: 'green', green: 'blue' } as Record<string, string>)[colour]
  const next = usual !== undefined && (names.length === 0 || names.includes(prefix + usual)) ? usual : names.length === 1 ? names[0]!.slice(prefix.length) : undefined
  if (next === undefined) throw refused(`which colour follows ${colour} is not certain: ${names.length === 0 ? 'there is no second release' : names.join(', ')}`, 'Call them blue and green, or install the second release once.')
  const owner = releaseOf(service)
  if (owner === release || owner === prefix + next) throw refused(`Service ${service.metadata.name} belongs to release ${owner}: what flips it would be undone by every upgrade, and it goes when that release is uninstalled`, 'Put it into a release of its own, or create it outside of any.')
  return { live: { colour, release }, idle: { colour: next, release: prefix + next } }
}

/** Deployments and StatefulSets whose pods the Service selects, or would with another colour. */
export async function workloadsBehind(cluster: Cluster, service: KubeObject, { namespace, label, colour, signal }: Omit<ColourOptions, 'service'> & { readonly colour?: string }): Promise<KubeObject[]> {
  const wanted = { ...(service.spec?.selector as Record<string, string>), ...(colour !== undefined && { [label]: colour }) }
  if (colour === undefined) delete wanted[label]
  const lists = await Promise.all((['Deployment', 'StatefulSet'] as const).map((kind) => cluster.list('apps/v1', kind, { namespace, ...(signal && { signal }) })))
  return lists.flatMap((l) => l.items).filter((w) => {
    const labels = w.spec?.template?.metadata?.labels ?? {}
    return labels[label] !== undefined && Object.entries(wanted).every(([key, value]) => labels[key] === value)
  })
}
