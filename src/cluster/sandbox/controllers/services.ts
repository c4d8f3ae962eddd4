import { equal } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { mapMatcher } from '../selectors.ts'
import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { isReady, keyOf, nodeName } from './hands.ts'

/** Lists the pods behind a Service, and gives load balancers an address. */
export function services(hands: Hands): Controller {
  return {
    name: 'endpoint-controller',
    watches: ['/services', '/pods'],
    keys: ({ table, object, previous, type }) => {
      const namespace = object.metadata.namespace as string
      if (table === '/services') return [keyOf(object)]
      return hands.list('/services', namespace).filter((s) => {
        const match = mapMatcher(s.spec?.selector as Record<string, string> | undefined)
        return match(object.metadata.labels) || (previous !== undefined && match(previous.metadata.labels)) || (type === 'DELETED' && match(object.metadata.labels))
      }).map(keyOf)
    },
    reconcile(key) {
      const service = hands.byKey('/services', key)
      const [namespace, name] = key.split('/') as [string, string]
      if (service === undefined) {
        for (const [table, object] of [['/endpoints', hands.get('/endpoints', namespace, name)]] as const) if (object !== undefined) hands.delete(table, object)
        return
      }
      if (service.spec.type === 'LoadBalancer' && !(service.status?.loadBalancer?.ingress?.length > 0)) {
        const used = new Set(hands.list('/services').flatMap((s) => ((s.status?.loadBalancer?.ingress ?? []) as JsonMap[]).map((i) => i.ip as string)))
        let n = 1
        while (used.has(`192.0.2.${n}`) && n < 254) n++
        hands.status('/services', service, { ...service.status, loadBalancer: { ingress: [{ ip: (service.spec.loadBalancerIP as string | undefined) || `192.0.2.${n}`, ipMode: 'VIP' }] } }, 'cloud-controller-manager')
      }
      if (!service.spec.selector || Object.keys(service.spec.selector as JsonMap).length === 0 || service.spec.type === 'ExternalName') return
      const matches = mapMatcher(service.spec.selector as Record<string, string>)
      const pods = hands.list('/pods', namespace).filter((p) => matches(p.metadata.labels) && p.status?.podIP && p.status.phase !== 'Succeeded' && p.status.phase !== 'Failed')
      writeEndpoints(hands, service, pods.filter((p) => p.metadata.deletionTimestamp === undefined))
      writeSlice(hands, service, pods)
    },
  }
}

const trigger = 'endpoints.kubernetes.io/last-change-trigger-time'
const triggered = (o: JsonMap, now: string): JsonMap => ({ ...o.metadata.annotations, [trigger]: now })

const reference = (p: JsonMap): JsonMap => ({ kind: 'Pod', namespace: p.metadata.namespace, name: p.metadata.name, uid: p.metadata.uid })

function portOf(port: JsonMap, pod: JsonMap): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort
  for (const c of (pod.spec.containers ?? []) as JsonMap[]) for (const p of (c.ports ?? []) as JsonMap[]) if (p.name === port.targetPort) return p.containerPort as number
  return undefined
}

function writeEndpoints(hands: Hands, service: JsonMap, pods: readonly JsonMap[]): void {
  const { name, namespace, labels } = service.metadata as { name: string; namespace: string; labels?: JsonMap }
  const address = (p: JsonMap): JsonMap => ({ ip: p.status.podIP, nodeName, targetRef: reference(p) })
  const always = service.spec.publishNotReadyAddresses === true
  const ready = pods.filter((p) => always || isReady(p)).map(address)
  const notReady = pods.filter((p) => !always && !isReady(p)).map(address)
  const sample = pods[0]
  const ports = ((service.spec.ports ?? []) as JsonMap[]).map((p) => ({ ...(p.name ? { name: p.name } : {}), port: sample === undefined ? p.port : portOf(p, sample), protocol: p.protocol })).filter((p) => p.port !== undefined)
  const subsets = ready.length + notReady.length === 0 ? undefined : [{ ...(ready.length ? { addresses: ready } : {}), ...(notReady.length ? { notReadyAddresses: notReady } : {}), ...(ports.length ? { ports } : {}) }]
  const before = hands.get('/endpoints', namespace, name)
  const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}
  const wanted = { ...labels, ...headless, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
  if (before === undefined) {
    hands.create('/endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels: wanted, annotations: { [trigger]: hands.now } }, ...(subsets ? { subsets } : {}) })
    return
  }
  if (equal(before.subsets, subsets) && equal(before.metadata.labels, wanted)) return
  hands.update('/endpoints', before, ({ subsets: _old, ...rest }) => ({ ...rest, metadata: { ...rest.metadata, labels: wanted, annotations: triggered(rest, hands.now) }, ...(subsets ? { subsets } : {}) }))
}

function writeSlice(hands: Hands, service: JsonMap, pods: readonly JsonMap[]): void {
  const { name, namespace, labels } = service.metadata as { name: string; namespace: string; labels?: JsonMap }
  const table = 'discovery.k8s.io/endpointslices'
  const sample = pods[0]
  const endpoints = pods.map((p) => {
    const ready = isReady(p)
    const terminating = p.metadata.deletionTimestamp !== undefined
    return { addresses: [p.status.podIP], conditions: { ready: (ready && !terminating) || service.spec.publishNotReadyAddresses === true, serving: ready, terminating }, targetRef: reference(p), nodeName }
  })
  const ports = ((service.spec.ports ?? []) as JsonMap[]).map((p) => ({ name: p.name ?? '', protocol: p.protocol, port: sample === undefined ? undefined : portOf(p, sample) })).filter((p) => p.port !== undefined)
  const wanted = {
    ...labels, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'kubernetes.io/service-name': name,
    ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
  }
  const before = hands.list(table, namespace).find((s) => s.metadata.labels?.['kubernetes.io/service-name'] === name)
  if (before === undefined) {
    hands.create(table, {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`, namespace, labels: wanted, annotations: { [trigger]: hands.now },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: service.metadata.uid, controller: true, blockOwnerDeletion: true }],
      },
      addressType: 'IPv4', endpoints, ports,
    })
    return
  }
  if (equal(before.endpoints ?? [], endpoints) && equal(before.ports ?? [], ports) && equal(before.metadata.labels, wanted)) return
  hands.update(table, before, (s) => ({ ...s, metadata: { ...s.metadata, labels: wanted, annotations: triggered(s, hands.now) }, endpoints, ports }))
}
