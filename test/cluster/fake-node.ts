import { createServer } from 'node:https'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { neededSecrets, nodeCapacity, podAt, podLog } from '../../src/cluster/sandbox/behaviours.ts'
import type { PodEvent } from '../../src/cluster/sandbox/behaviours.ts'

export interface FakeNode { stop(): Promise<void> }

/**
 * A node on which nothing runs: pods the scheduler puts there do what `sandbox/behaviours.ts` says, claims get a volume, services of type
 * LoadBalancer an address, and logs are served to the API server.
 */
export async function startFakeNode(cluster: Cluster, tls: { cert: string; key: string }, name = 'node-1'): Promise<FakeNode> {
  const stop = new AbortController()
  const pods = new Map<string, KubeObject>()
  const server = await serveLogs(tls, pods)
  await registerNode(cluster, name, (server.address() as AddressInfo).port)
  const loops = [
    runPods(cluster, name, pods, stop.signal),
    bindClaims(cluster, stop.signal),
    addressServices(cluster, stop.signal),
  ].map(loop => loop.catch(error => {
    if (!stop.signal.aborted) process.stderr.write(`fake node: ${error instanceof Error ? error.stack : String(error)}\n`)
  }))
  return {
    async stop() {
      stop.abort()
      server.close()
      server.closeAllConnections()
      await Promise.all(loops)
    },
  }
}

async function registerNode(cluster: Cluster, name: string, port: number): Promise<void> {
  await cluster.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } } })
  const now = new Date().toISOString()
  const ref = { apiVersion: 'v1', kind: 'Node', name }
  await cluster.patch(ref, 'merge', {
    status: {
      capacity: nodeCapacity,
      allocatable: nodeCapacity,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'a node on which nothing runs', lastHeartbeatTime: now, lastTransitionTime: now }],
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }, { type: 'Hostname', address: name }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  }, { subresource: 'status' })
  // Admission taints every new node; the controller that would lift the taint wants heartbeats and is switched off.
  await cluster.patch(ref, 'merge', { spec: { taints: null } })
}

async function runPods(cluster: Cluster, nodeName: string, pods: Map<string, KubeObject>, signal: AbortSignal): Promise<void> {
  const started = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()
  const reported = new Set<string>()
  let nextAddress = 2

  /** Pods whose preStop hook sleeps. */
  const leaving = new Set<string>()
  const forget = (uid: string): void => {
    leaving.delete(uid)
    clearTimeout(timers.get(uid))
    timers.delete(uid)
    started.delete(uid)
  }
  const addresses = new Map<string, string>()
  const step = async (uid: string): Promise<void> => {
    const pod = pods.get(uid)
    if (pod === undefined || signal.aborted) return
    const ref = { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name!, namespace: pod.metadata.namespace! }
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (!leaving.has(uid) && preStopSeconds(pod) > 0) {
        leaving.add(uid)
        return schedule(uid, preStopSeconds(pod) * 1000)
      }
      pods.delete(uid)
      forget(uid)
      await cluster.delete(ref, { gracePeriodSeconds: 0, preconditions: { uid } })
      return
    }
    const now = Date.now()
    if (!started.has(uid)) started.set(uid, now)
    if (!addresses.has(uid)) addresses.set(uid, `10.244.${nextAddress >> 8}.${nextAddress++ & 255}`)
    let lacks: string | undefined
    for (const secret of neededSecrets(pod)) lacks ??= await cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace: ref.namespace, name: secret }) === undefined ? secret : undefined
    const at = podAt(pod, started.get(uid)!, now, { podIP: addresses.get(uid)!, hostIP: '127.0.0.1', lacks })
    if (JSON.stringify(at.status) !== JSON.stringify(pick(pod.status, Object.keys(at.status)))) {
      await cluster.patch(ref, 'merge', { status: at.status }, { subresource: 'status' })
    }
    for (const event of at.events) {
      const key = `${uid} ${event.container} ${event.reason} ${event.message}`
      if (event.type === 'Normal' || reported.has(key)) continue
      reported.add(key)
      await report(cluster, pod, event, nodeName)
    }
    if (at.changesAt !== undefined) schedule(uid, Math.max(1, started.get(uid)! + at.changesAt - Date.now()))
  }
  const schedule = (uid: string, milliseconds: number): void => {
    clearTimeout(timers.get(uid))
    timers.set(uid, setTimeout(() => void step(uid).catch(error => {
      // Lost a race with a deletion or another writer: the watch brings the newer state.
      if (!signal.aborted && !/not found|conflict|Precondition/i.test(String(error))) process.stderr.write(`fake node: ${String(error)}\n`)
    }), milliseconds))
  }
  try {
    for await (const event of cluster.watch('v1', 'Pod', { fieldSelector: `spec.nodeName=${nodeName}`, signal })) {
      if (event.type === 'SYNCED') continue
      const uid = event.object.metadata.uid!
      if (event.type === 'DELETED') {
        pods.delete(uid)
        forget(uid)
        continue
      }
      const isNew = !pods.has(uid)
      pods.set(uid, event.object)
      if (isNew || (event.object.metadata.deletionTimestamp !== undefined && !leaving.has(uid))) schedule(uid, 1)
    }
  } finally {
    for (const timer of timers.values()) clearTimeout(timer)
  }
}

/** How long a pod goes on serving after it was told to go: what its preStop hooks sleep, within its grace period. Without one it ends at once. */
export function preStopSeconds(pod: KubeObject): number {
  const asked = Math.max(0, ...(pod.spec?.containers ?? []).map((container: { lifecycle?: { preStop?: { sleep?: { seconds?: number } } } }) => container.lifecycle?.preStop?.sleep?.seconds ?? 0))
  return Math.min(asked, pod.metadata.deletionGracePeriodSeconds ?? asked)
}

async function report(cluster: Cluster, pod: KubeObject, event: PodEvent, node: string): Promise<void> {
  const { name, namespace, uid } = pod.metadata
  const now = new Date().toISOString()
  await cluster.create({
    apiVersion: 'v1', kind: 'Event', metadata: { generateName: `${name}.`, namespace: namespace! },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid, ...(event.container === undefined ? {} : { fieldPath: `spec.containers{${event.container}}` }) },
    type: event.type, reason: event.reason, message: event.message, count: 1, firstTimestamp: now, lastTimestamp: now,
    source: { component: 'kubelet', host: node },
  }).catch(() => {})
}

async function bindClaims(cluster: Cluster, signal: AbortSignal): Promise<void> {
  for await (const event of cluster.watch('v1', 'PersistentVolumeClaim', { signal })) {
    if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue
    const { metadata, spec, status } = event.object
    if (status?.phase !== 'Pending' || spec.volumeName || spec.storageClassName !== 'standard') continue
    await cluster.create({
      apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `pv-${metadata.uid}` },
      spec: {
        capacity: { storage: spec.resources?.requests?.storage ?? '1Gi' }, accessModes: spec.accessModes, storageClassName: 'standard',
        persistentVolumeReclaimPolicy: 'Retain', hostPath: { path: `/none/${metadata.uid}` },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
      },
    }).catch(() => {})
  }
}

async function addressServices(cluster: Cluster, signal: AbortSignal): Promise<void> {
  for await (const event of cluster.watch('v1', 'Service', { signal })) {
    if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue
    const { metadata, spec, status } = event.object
    if (spec?.type !== 'LoadBalancer' || status?.loadBalancer?.ingress !== undefined) continue
    const ref = { apiVersion: 'v1', kind: 'Service', name: metadata.name!, namespace: metadata.namespace! }
    await cluster.patch(ref, 'merge', { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }, { subresource: 'status' }).catch(() => {})
  }
}

/** The kubelet's `/containerLogs/<namespace>/<pod>/<container>`. */
async function serveLogs(tls: { cert: string; key: string }, pods: ReadonlyMap<string, KubeObject>): Promise<Server> {
  const server = createServer(tls, (request, response) => {
    const [, kind, namespace, name, container] = new URL(request.url ?? '', 'https://node').pathname.split('/')
    const pod = [...pods.values()].find(p => p.metadata.name === name && p.metadata.namespace === namespace)
    if (kind !== 'containerLogs' || pod === undefined) response.writeHead(404).end('not found')
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(podLog(pod as any, container ?? ''))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

const pick = (from: Record<string, unknown> | undefined, keys: readonly string[]): Record<string, unknown> => Object.fromEntries(keys.map(k => [k, from?.[k]]))
