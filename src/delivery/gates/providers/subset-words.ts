import { PintleError } from '../../../errors/index.ts'
import type { SubsetText } from '../subset.ts'

/**
 * "These pods" in a filter of Datadog's. By pods is by the tag `kube_deployment`, which its agent puts on all that they send, unless another tag is named that holds the workload's name: names of
 * the stable version's pods begin as the new one's do.
 */
export const datadogSubset: SubsetText = (subset, { workload, hash, track }) => {
  switch (subset.by) {
    case 'none':
    case 'matcher': return ''
    case 'pod': return `${subset.label === 'pod' ? 'kube_deployment' : subset.label}:${known(workload, 'the name of its workload')}`
    case 'hash': return `${subset.label}:${known(hash, 'the hash of its pods')}`
    case 'track': return `${track === 'canary' ? '' : '!'}${subset.label}:canary`
  }
}

/** Where queries have no language of their own: the plain value. */
export const plainSubset: SubsetText = (subset, { workload, hash, track }) => {
  switch (subset.by) {
    case 'none':
    case 'matcher': return ''
    case 'pod': return known(workload, 'the name of its workload')
    case 'hash': return known(hash, 'the hash of its pods')
    case 'track': return track
  }
}

function known(value: string, what: string): string {
  if (value === '') throw new PintleError('config.invalid', `the version's own metrics cannot be chosen: ${what} is not known`, { hint: 'subset: pod, subset: track, or subset: none, of slo.' })
  return value
}
