/** External Secrets and Sealed Secrets where neither runs: small definitions of our own, and on a real control plane somebody who writes what they would. */
import { readFileSync } from 'node:fs'
import { parseDocument } from '../../src/language/yaml/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { operatorDelay, operatorWork } from '../../src/cluster/sandbox/secret-operators.ts'

const definition = (group: string, plural: string, kind: string, scope: 'Namespaced' | 'Cluster', versions: readonly string[]): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.${group}` },
  spec: {
    group, scope, names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: versions.map((name, i) => ({
      name, served: true, storage: i === 0, subresources: { status: {} },
      schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } } },
    })),
  },
})

export const operatorDefinitions: readonly KubeObject[] = [
  definition('external-secrets.io', 'secretstores', 'SecretStore', 'Namespaced', ['v1', 'v1beta1']),
  definition('external-secrets.io', 'clustersecretstores', 'ClusterSecretStore', 'Cluster', ['v1', 'v1beta1']),
  definition('external-secrets.io', 'externalsecrets', 'ExternalSecret', 'Namespaced', ['v1', 'v1beta1']),
  definition('external-secrets.io', 'clusterexternalsecrets', 'ClusterExternalSecret', 'Cluster', ['v1', 'v1beta1']),
  definition('external-secrets.io', 'pushsecrets', 'PushSecret', 'Namespaced', ['v1alpha1']),
  definition('bitnami.com', 'sealedsecrets', 'SealedSecret', 'Namespaced', ['v1alpha1']),
]

/**
 * Brings the definitions, and waits until the server serves them. `PINTLE_OPERATOR_CRDS` names a file with External Secrets' own, which then take the place of ours
 * (deploy/crds/bundle.yaml of its Go module), without their conversion webhook, which is not there.
 */
export async function bringOperatorKinds(cluster: Cluster): Promise<void> {
  const file = process.env.PINTLE_OPERATOR_CRDS
  const theirs = file === undefined || file === '' ? [] : readFileSync(file, 'utf8').split(/^---$/m).flatMap((text) => (parseDocument(text) as KubeObject | null) ?? []).map(withoutWebhook)
  const names = new Set(theirs.map((o) => o.metadata.name))
  for (const object of [...theirs, ...operatorDefinitions.filter((o) => !names.has(o.metadata.name))]) await cluster.create(object)
  for (const { spec } of operatorDefinitions) {
    for (let tries = 0; await cluster.mapping(`${spec.group}/${spec.versions[0].name}`, spec.names.kind) === undefined; tries++) {
      if (tries > 100) throw new Error(`${spec.names.kind} is not served`)
      await sleep(100)
    }
  }
}

function withoutWebhook(object: KubeObject): KubeObject {
  const { conversion: _, ...spec } = object.spec
  return { ...object, spec: { ...spec, versions: spec.versions.map((v: { name: string; served: boolean }) => ({ ...v, served: v.served || v.name === 'v1beta1' })) } }
}

/** Does what their controllers would, by the sandbox's own table, until it is stopped. */
export function startFakeOperators(cluster: Cluster): { stop(): Promise<void> } {
  const stop = new AbortController()
  const loops = operatorDefinitions.map(({ spec }) => follow(cluster, `${spec.group}/${spec.versions[0].name}`, spec.names.kind as string, stop.signal))
  return {
    async stop() {
      stop.abort()
      await Promise.all(loops)
    },
  }
}

async function follow(cluster: Cluster, apiVersion: string, kind: string, signal: AbortSignal): Promise<void> {
  const tries = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()
  const seen = new Map<string, number>()
  const soon = (ref: { name: string; namespace?: string }, ms: number): void => {
    const key = `${ref.namespace}/${ref.name}`
    clearTimeout(timers.get(key))
    timers.set(key, setTimeout(() => void work(ref).catch((error: unknown) => {
      if (!signal.aborted && !/conflict|not found|already exists/i.test(String(error))) process.stderr.write(`fake operators: ${String(error)}\n`)
      if (!signal.aborted) soon(ref, 200)
    }), ms))
  }
  const work = async (at: { name: string; namespace?: string }): Promise<void> => {
    const ref = { apiVersion, kind, ...at }
    const object = await cluster.get(ref, { signal })
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return
    const looked = await lookup(cluster, object)
    const done = operatorWork(object, looked, `${new Date().toISOString().slice(0, 19)}Z`)
    if (done === undefined) return
    for (const made of done.makes) await cluster.apply(made as KubeObject, { fieldManager: 'fake-operators', force: true })
    if (JSON.stringify(object.status) !== JSON.stringify(done.status)) await cluster.patch(ref, 'merge', { status: done.status, metadata: { resourceVersion: object.metadata.resourceVersion } }, { subresource: 'status' })
    for (const e of done.events.filter((event) => event.type === 'Warning')) await report(cluster, object, e)
    const key = `${at.namespace}/${at.name}`
    const count = done.failed ? (tries.get(key) ?? 0) + 1 : 0
    tries.set(key, count)
    if (count > 0) soon(at, Math.min(50 * 2 ** count, 5000))
  }
  try {
    for await (const event of cluster.watch(apiVersion, kind, { signal })) {
      if (event.type === 'SYNCED' || event.type === 'DELETED') continue
      const { name = '', namespace, generation = 0, uid } = event.object.metadata
      if (seen.get(uid!) === generation) continue
      seen.set(uid!, generation)
      soon({ name, ...(namespace !== undefined && { namespace }) }, operatorDelay(event.object))
    }
  } catch (error) {
    if (!signal.aborted) process.stderr.write(`fake operators: ${String(error)}\n`)
  } finally {
    for (const timer of timers.values()) clearTimeout(timer)
  }
}

/** Reads beforehand what a look may be about: it is synchronous. */
async function lookup(cluster: Cluster, object: KubeObject): Promise<Parameters<typeof operatorWork>[1]> {
  const found = new Map<string, KubeObject>()
  const { namespace } = object.metadata
  const read = async (apiVersion: string, kind: string, scope: { namespace?: string }): Promise<void> => {
    for (const item of (await cluster.list(apiVersion, kind, scope)).items) found.set(`${kind} ${scope.namespace ?? ''} ${item.metadata.name}`, item)
  }
  if (namespace === undefined) await read('v1', 'Namespace', {})
  else {
    await read('v1', 'Secret', { namespace })
    await read('external-secrets.io/v1', 'SecretStore', { namespace })
    await read('external-secrets.io/v1', 'ClusterSecretStore', {})
  }
  return (kind, where, name) => found.get(`${kind} ${where} ${name}`)
}

async function report(cluster: Cluster, { apiVersion, kind, metadata: { name, namespace, uid } }: KubeObject, { type, reason, message }: { type: string; reason: string; message: string }): Promise<void> {
  const now = new Date().toISOString()
  await cluster.create({
    apiVersion: 'v1', kind: 'Event', metadata: { generateName: `${name}.`, namespace: namespace ?? 'default' }, involvedObject: { apiVersion, kind, name, uid, ...(namespace !== undefined && { namespace }) },
    type, reason, message, count: 1, firstTimestamp: now, lastTimestamp: now, source: { component: 'external-secrets' },
  })
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })
