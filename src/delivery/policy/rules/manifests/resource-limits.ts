import { containersOf, eachPod } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/resource-limits',
  title: 'Every container asks for CPU and memory, and has a limit of memory.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Without requests the scheduler packs nodes until they starve; without a memory limit one leaking container takes its neighbours down. A CPU limit is left to taste: it throttles more often than it helps.',
  fix: 'Set `resources.requests.cpu`, `resources.requests.memory` and `resources.limits.memory` for init containers and sidecars, too. A limit without a request counts as both, as for Kubernetes; so do resources of the pod as a whole. A LimitRange of the namespace is not seen here.',
  check(facts) {
    return eachPod(facts, (pod) => {
      const missing = lacks(pod.spec.resources)
      if (missing.length === 0) return []
      return containersOf(pod, ['initContainers', 'containers']).flatMap(({ name, spec }) => {
        const own = lacks(spec.resources).filter((what) => missing.includes(what))
        return own.length === 0 ? [] : [`container ${name} has no ${own.join(', no ')}`]
      })
    })
  },
} satisfies Rule

function lacks(resources: any): string[] {
  const has = (kind: 'requests' | 'limits', name: string): boolean => resources?.[kind]?.[name] !== undefined && resources[kind][name] !== null
  return [
    ...(has('requests', 'cpu') || has('limits', 'cpu') ? [] : ['CPU request']),
    ...(has('requests', 'memory') || has('limits', 'memory') ? [] : ['memory request']),
    ...(has('limits', 'memory') ? [] : ['memory limit']),
  ]
}
