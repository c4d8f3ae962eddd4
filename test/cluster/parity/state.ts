import type { Cluster, KubeObject } from '../../../src/cluster/kube/index.ts'
import { decodeRecord } from '../../../src/cluster/release/codec.ts'
import { versionOf } from './live-edits.ts'

const recordPrefix = 'sh.helm.release.v1.'
/** Made by controllers in every namespace. */
const furniture = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default'])
/** Who writes to objects besides the tools and the scenario's own edits. */
const controllers = new Set(['kube-controller-manager', 'kube-scheduler', 'kube-apiserver'])
const byControllers = /^(deployment\.kubernetes\.io\/revision|deprecated\.daemonset\.template\.generation|pv\.kubernetes\.io\/|volume(\.beta)?\.kubernetes\.io\/)/
const clusterScoped = new Set(['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'Namespace', 'PriorityClass', 'IngressClass', 'StorageClass'])

/**
 * Every object of the kinds in a namespace, and the cluster-scoped ones that carry its name, as a tool left them: with labels, annotations, finalizers and the
 * fields of every manager; without status, which controllers own, and what the server numbers and dates. Release records are decoded.
 */
export async function stateOf(cluster: Cluster, namespace: string, kinds: Iterable<string>): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {}
  const short = namespace.replaceAll('-', '')
  await Promise.all([...kinds].map(async (each) => {
    const kind = each.replace('NAMESPACE', short)
    const apiVersion = await servedVersion(cluster, kind)
    if (apiVersion === undefined) return
    const everywhere = clusterScoped.has(kind)
    const { items } = await cluster.list(apiVersion, kind, everywhere ? {} : { namespace })
    for (const object of items) {
      const { name = '' } = object.metadata
      if (furniture.has(`${kind}/${name}`) || name === namespace) continue
      if (everywhere && !name.includes(namespace) && !name.includes(short)) continue
      if ((object.metadata.ownerReferences ?? []).some((o) => o.controller === true)) continue
      const text = masked(JSON.stringify(kind !== 'CustomResourceDefinition' && name.startsWith(recordPrefix) ? storedRecord(object) : bare(object)), namespace, short)
      const key = `${kind}/${object.metadata.generateName === undefined ? name : `${object.metadata.generateName}<id>`}`
      state[masked(key, namespace, short)] = JSON.parse(text)
    }
  }))
  return state
}

/** Custom kinds of the suite live in one group; kinds of theirs that are not there yet have no objects. */
async function servedVersion(cluster: Cluster, kind: string): Promise<string | undefined> {
  const apiVersion = versionOf(kind)
  if (apiVersion !== 'v1' || await cluster.mapping('v1', kind) !== undefined) return apiVersion
  for (const candidate of ['suite.pintle.dev/v1', 'cli.pintle.dev/v1']) {
    if (await cluster.mapping(candidate, kind).catch(() => undefined) !== undefined) return candidate
  }
  return undefined
}

function bare({ status: _status, ...object }: KubeObject): unknown {
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, selfLink: _link, ...metadata } = object.metadata
  if (metadata.deletionTimestamp !== undefined) metadata.deletionTimestamp = '<time>'
  if (metadata.generateName !== undefined) metadata.name = `${metadata.generateName}<id>`
  metadata.managedFields = (metadata.managedFields ?? [])
    .filter((m) => m.subresource !== 'status' && !controllers.has(m.manager))
    .map(({ time: _time, ...m }) => m)
    .sort((a, b) => (`${a.manager}${a.operation}` < `${b.manager}${b.operation}` ? -1 : 1))
  const { spec } = object
  if (object.kind === 'Service') {
    for (const key of ['clusterIP', 'clusterIPs']) if (spec[key] !== undefined && spec[key] !== 'None' && spec[key][0] !== 'None') spec[key] = '<address>'
    for (const port of spec.ports ?? []) if (port.nodePort !== undefined) port.nodePort = '<port>'
  }
  if (object.kind === 'PersistentVolumeClaim' && spec.volumeName !== undefined) spec.volumeName = '<volume>'
  // Controllers put them there in their own time.
  if (metadata.annotations !== undefined) metadata.annotations = Object.fromEntries(Object.entries(metadata.annotations).filter(([key]) => !byControllers.test(key)))
  if (object.kind === 'Pod') delete spec.nodeName
  return { ...object, metadata }
}

/** What records hold since Helm 4. */
const newToHelm4 = new Set(['apply_method', 'modtime', 'rollback_revision'])

/** A state as far as Helm 3 knows of it. */
export function asOfHelm3(state: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(state, (key, value) => (newToHelm4.has(key) ? undefined : value)))
}

/** A release record with what is stored beside it. Charts hold their files in base64: decoded, so that what names the namespace can be masked. */
function storedRecord(object: KubeObject): unknown {
  const data = String(object.data?.release ?? '')
  const record = decodeRecord(object.kind === 'Secret' ? Buffer.from(data, 'base64').toString('latin1') : data) as any
  for (const file of [...record.chart?.templates ?? [], ...record.chart?.files ?? []]) file.data = Buffer.from(file.data, 'base64').toString()
  const { labels = {}, annotations, managedFields = [] } = object.metadata
  return {
    type: object.type, labels: Object.fromEntries(Object.entries(labels).map(([k, v]) => [k, /^\d{10}$/.test(v) ? '<unix>' : v])), ...(annotations && { annotations: { ...annotations, ...('pintle.dev/run' in annotations && { 'pintle.dev/run': '<run>' }) } }),
    managers: managedFields.map((m) => [m.manager, m.operation, m.fieldsV1]), record,
  }
}

function masked(text: string, namespace: string, short: string): string {
  return text
    .replaceAll(namespace, '<ns>').replaceAll(short, '<name>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>')
    .replace(/\bkube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<id>')
}
