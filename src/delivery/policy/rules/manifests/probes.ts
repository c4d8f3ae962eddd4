import { containersOf, podsOf, noManifests } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** Kinds whose pods serve until they are told to stop. */
const serving = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'])

export default {
  id: 'manifests/probes',
  title: 'Containers that serve say when they are ready.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Without a readiness probe a pod counts as ready as soon as its process runs: a rollout goes on, and traffic arrives, before it can answer. A rollout of a broken version then looks like a success.',
  fix: 'Give every container that declares ports a `readinessProbe` (and a `livenessProbe` where a restart mends it). Pods in which no container declares a port need one probe somewhere.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return podsOf(manifests).filter((pod) => serving.has(pod.object.kind)).flatMap((pod) => {
      const containers = containersOf(pod, ['containers'])
      const ready = containers.filter((c) => c.spec.readinessProbe)
      const withPorts = containers.filter((c) => Array.isArray(c.spec.ports) && c.spec.ports.length > 0)
      if (withPorts.length > 0) return withPorts.filter((c) => !ready.includes(c)).map((c) => ({ object: pod.ref, message: `container ${c.name} has ports and no readinessProbe` }))
      return ready.length > 0 || containers.length === 0 || containers.some((c) => c.spec.livenessProbe ?? c.spec.startupProbe) ? [] : [{ object: pod.ref, message: 'no container has a probe' }]
    })
  },
} satisfies Rule
