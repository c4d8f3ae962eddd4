import type { KubeObject } from '../kube/index.ts'
import type { Readiness } from './types.ts'
import { conditions, current, failed, inProgress, int, isKind, text } from './status-fields.ts'

/** A Job that must complete: Helm's own reader, for hooks and --wait-for-jobs (internal/statusreaders/job_status_reader.go). */
export function jobStatus(object: KubeObject): Readiness {
  const completions = int(object, 'spec.completions', int(object, 'spec.parallelism', 1))
  for (const c of conditions(object)) {
    if (c.status !== 'True') continue
    if (c.type === 'Complete') return current(`Job Completed. succeeded: ${int(object, 'status.succeeded', 0)}/${completions}`)
    if (c.type === 'Failed') return failed('JobFailed', `Job Failed. failed: ${int(object, 'status.failed', 0)}/${completions}`)
  }
  return inProgress('JobInProgress', 'Job in progress')
}

/** Hooks: Jobs and Pods must end well, everything else is ready when it is there (pkg/kube/statuswait.go WatchUntilReady). */
export function hookStatus(object: KubeObject): Readiness {
  if (isKind(object, 'batch', 'Job')) return jobStatus(object)
  if (!isKind(object, '', 'Pod')) return current('Resource is current')
  const name = object.metadata.name ?? ''
  switch (text(object, 'status.phase', '')) {
    case 'Succeeded': return current(`pod ${name} succeeded`)
    case 'Failed': return failed('PodFailed', `pod ${name} failed`)
    default: return inProgress('PodInProgress', 'Pod in progress')
  }
}
