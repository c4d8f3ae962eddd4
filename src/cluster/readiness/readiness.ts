import type { KubeObject } from '../kube/index.ts'
import { hookStatus, jobStatus } from './helm-status.ts'
import { kstatus } from './kstatus.ts'
import { legacyHookStatus, legacyStatus } from './legacy.ts'
import { secretSourceStatus } from './secret-sources.ts'
import { isKind } from './status-fields.ts'
import type { Readiness, ReadinessOptions } from './types.ts'

/**
 * How far an object is, judged by its own status and, by Helm 3's rules, by its pods. That kstatus calls a StatefulSet failed with the first crash of a
 * pod, when it happens to look at that moment (polling/statusreaders/pod_controller.go), is left out: `podTrouble` judges pods.
 * @param object undefined when it is not in the cluster
 * @example readiness(deployment) // { status: 'inProgress', message: 'Available: 0/1', reason: 'LessAvailable' }
 */
export function readiness(object: KubeObject | undefined, options: ReadinessOptions = {}): Readiness {
  if (object === undefined) return { status: 'notFound', message: 'Resource not found', reason: 'NotFound' }
  const { mode = 'watcher', jobs = false, asHelm = false, related = {}, now = Date.now() } = options
  switch (mode) {
    case 'hook': return hookStatus(object)
    case 'legacy': return legacyStatus(object, jobs, related)
    case 'legacyHook': return legacyHookStatus(object)
    case 'watcher': return jobs && isKind(object, 'batch', 'Job') ? jobStatus(object) : kstatus(object, now, asHelm ? undefined : (o) => secretSourceStatus(o, related, now))
  }
}
