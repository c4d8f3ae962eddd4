import { containersOf, eachPod } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/run-as-non-root',
  title: 'No container may run as root.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A process that runs as root in a container is root on the node as soon as it finds a way out, and may write wherever a volume is mounted.',
  fix: 'Set `securityContext.runAsNonRoot: true` on the pod, or a `runAsUser` other than 0, for its init containers, too. An image that only works as root needs another image, or an override that says why.',
  check(facts) {
    return eachPod(facts, (pod) => {
      if (pod.spec.os?.name === 'windows') return []
      const ofPod = pod.spec.securityContext ?? {}
      return containersOf(pod).flatMap(({ name, spec }) => {
        const own = spec.securityContext ?? {}
        const user = own.runAsUser ?? ofPod.runAsUser
        const nonRoot = own.runAsNonRoot ?? ofPod.runAsNonRoot
        if (user !== undefined && user !== null && Number(user) === 0) return [`container ${name} runs as user 0`]
        return nonRoot === true || (user !== undefined && user !== null) ? [] : [`container ${name} may run as root`]
      })
    }, { hooks: true })
  },
} satisfies Rule
