import { PintleError } from '../../errors/index.ts'

/** By which label the versions of a service are told apart. */
export type Subset =
  /** The name of the pod, which begins with its workload's. */
  | { readonly by: 'pod'; readonly label: string }
  /** The hash of the pod's template. */
  | { readonly by: 'hash'; readonly label: string }
  /** `pintle.dev/track: canary`, which the new version's pods carry while they are few. */
  | { readonly by: 'track'; readonly label: string }
  /** A template of the source's own matchers. */
  | { readonly by: 'matcher'; readonly text: string }
  /** Nothing tells them apart: what belongs to the new version is estimated. */
  | { readonly by: 'none' }

/** Which pods a query is about. */
export type Track = 'canary' | 'stable' | 'service'

/** How a source says "these pods" in its own language. */
export type SubsetText = (subset: Subset, who: { readonly workload: string; readonly hash: string; readonly track: Track }) => string

/** Kubernetes cuts names of pods: of a longer workload the hash no longer fits in (generateName, 58 characters). */
const longestWorkload = 46

/** The subset in PromQL. @throws PintleError for what is not known of the pods */
export const promqlSubset: SubsetText = (subset, { workload, hash, track }) => {
  switch (subset.by) {
    case 'none': return ''
    case 'pod': {
      if (workload === '') throw unknown('the name of its workload is not known')
      const plain = (text: string): string => text.replaceAll('.', '[.]')
      if (workload.length <= longestWorkload) return `${subset.label}=~"${plain(workload)}-[a-z0-9]+-[a-z0-9]+"`
      if (hash === '') throw unknown(`pods of ${workload} cannot be told by their names, which Kubernetes cuts`)
      return `${subset.label}=~"${plain(`${workload}-${hash}-`.slice(0, 58))}[a-z0-9]+"`
    }
    case 'hash':
      if (hash === '') throw unknown('the hash of its pods is not known')
      return `${subset.label}="${hash}"`
    case 'track': return track === 'canary' ? `${subset.label}="canary"` : `${subset.label}!="canary"`
    case 'matcher': return ''
  }
}

const unknown = (why: string): PintleError => new PintleError('config.invalid', `the version's own metrics cannot be chosen: ${why}`, { hint: 'subset: hash, subset: track, or subset: none, of slo.' })
