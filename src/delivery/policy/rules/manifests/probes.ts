import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { containersOf, isSidecar, noManifests, podsOf, type Container, type Pod } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** Kinds whose pods serve until they are told to stop. */
const serving = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'])

export default {
  id: 'manifests/probes',
  title: 'Containers that serve say when they are ready.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Without a readiness probe a pod counts as ready as soon as its process runs: a rollout goes on, and traffic arrives, before it can answer. A rollout of a broken version then looks like a success.',
  fix: 'Give every container that a Service leads to, or that has a port of the node, a `readinessProbe`; a `livenessProbe` beside it where a restart mends something. What nobody connects to is not judged.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    const services = manifests.objects.map((o) => o.object).filter((o) => o.kind === 'Service')
    return podsOf(manifests).filter((pod) => serving.has(pod.object.kind)).flatMap((pod) =>
      containersOf(pod).filter((c) => (c.list === 'containers' || isSidecar(c)) && !c.spec.readinessProbe && serves(c, pod, services)).map(({ name }) => ({ object: pod.ref, message: `container ${name} serves and has no readinessProbe` })))
  },
} satisfies Rule

function serves({ spec }: Container, pod: Pod, services: readonly KubeObject[]): boolean {
  const ports = list(spec.ports)
  if (ports.some((p) => Number(p.hostPort) > 0)) return true
  return services.filter((s) => leadsTo(s, pod)).some((s) => list(s.spec.ports).some((p) => {
    const target = p.targetPort ?? p.port
    return ports.some((own) => own.name === target || Number(own.containerPort) === Number(target))
  }))
}

function leadsTo({ metadata, spec }: KubeObject, { object, metadata: { labels } }: Pod): boolean {
  const selector = Object.entries((spec?.selector ?? {}) as Record<string, string>)
  return selector.length > 0 && (metadata.namespace ?? '') === (object.metadata.namespace ?? '') && selector.every(([key, value]) => labels?.[key] === value)
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'object' && v !== null) : [])
