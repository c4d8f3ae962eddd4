import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { manifestObjects } from '../../src/cluster/release/index.ts'
import type { RenderedHook, RenderedRelease } from '../../src/cluster/release/index.ts'
import { configMap, demoChart, deployment, hook, job } from './release-fixtures.ts'

/** A release that comes in stages, as a router would make them: every object tells which version it is of. */

const service = (selector: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'app' }, spec: { selector, ports: [{ name: 'http', port: 80 }] } })
const secret = (n: number): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { n: String(n) } })
const maps = (n: number): KubeObject[] => Array.from({ length: 4 }, (_, i) => configMap(`c${i}`, { n: String(n) }))

function app(name: string, n: number, replicas: number): KubeObject {
  const object = deployment(name, `example.com/app:${n}`, replicas)
  object.spec.selector.matchLabels.track = name
  object.spec.template.metadata.labels.track = name
  object.spec.template.metadata.labels.app = 'app'
  object.spec.selector.matchLabels.app = 'app'
  return object
}

export const manifestOf = (objects: readonly KubeObject[]): string => objects.map((o) => `---\n# Source: demo/templates/all.yaml\n${JSON.stringify(o)}\n`).join('')

/** All of version `n`, and an object that only it has. */
export const wholeObjects = (n: number): KubeObject[] => [secret(n), ...maps(n), configMap(`own-${n}`), service({ app: 'app' }), app('app', n, 3)]
export const hooksOf = (n: number): RenderedHook[] => [hook(job(`before-${n}`), ['pre-upgrade']), hook(job(`after-${n}`), ['post-upgrade'], { deletePolicies: ['hook-succeeded', 'before-hook-creation'] }), hook(job(`back-${n}`), ['pre-rollback'])]

export const wholeRelease = (n: number): RenderedRelease => ({ chart: demoChart, config: { n }, manifest: manifestOf(wholeObjects(n)), hooks: hooksOf(n), notes: `version ${n}` })

/** The stages from version `from` to `to`, but for the last one, which is all of `to`. */
export function stagesOf(from: number, to: number): { description: string; manifest: string }[] {
  const stage = (weight: number, stable: number, canary: number): { description: string; manifest: string } => ({
    description: `Canary ${weight}%: ${canary} of ${stable + canary} pods`,
    manifest: manifestOf([
      secret(from), ...maps(from), configMap(`own-${from}`), configMap(`own-${to}`), configMap('c0-canary', { n: String(to) }),
      service(weight === 0 ? { app: 'app', track: 'app' } : { app: 'app' }), app('app', from, stable), app('app-canary', to, canary),
    ]),
  })
  const promoting = manifestOf([...wholeObjects(to), configMap('c0-canary', { n: String(to) }), app('app-canary', to, 3)])
  return [stage(0, 3, 1), stage(25, 3, 1), stage(50, 2, 2), stage(100, 0, 3), { description: 'Promoting: 3 of 3 pods', manifest: promoting }]
}

/** Objects of a namespace with what tells their version: `ConfigMap/c0=1`. */
export async function inCluster(cluster: Cluster, namespace: string): Promise<string[]> {
  const kinds = [['v1', 'ConfigMap'], ['v1', 'Secret'], ['v1', 'Service'], ['apps/v1', 'Deployment']] as const
  const lists = await Promise.all(kinds.map(async ([apiVersion, kind]) => (await cluster.list(apiVersion, kind, { namespace })).items.map((o): KubeObject => ({ ...o, kind }))))
  return lists.flat().filter((o) => o.metadata.name !== 'kube-root-ca.crt' && o.metadata.labels?.owner !== 'helm' && o.metadata.deletionTimestamp === undefined).map(told).sort()
}

/** The same of a manifest. */
export const expectedOf = (manifest: string): string[] => manifestObjects(manifest).map(told).sort()

function told({ kind, metadata, data, stringData, spec }: KubeObject): string {
  const what = kind === 'Deployment' ? `${String(spec.template.spec.containers[0].image).replace(/.*:/, '')} x${spec.replicas}`
    : kind === 'Service' ? Object.entries(spec.selector as Record<string, string>).map(([k, v]) => `${k}=${v}`).sort().join(',')
      : kind === 'Secret' ? (stringData?.n ?? Buffer.from(data?.n ?? '', 'base64').toString()) : (data?.n ?? '')
  return `${kind}/${metadata.name}=${what}`
}
