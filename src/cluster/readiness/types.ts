import type { KubeObject } from '../kube/index.ts'

export type ReadyStatus = 'current' | 'inProgress' | 'failed' | 'notFound' | 'terminating' | 'unknown'

export interface Readiness {
  status: ReadyStatus
  /** The text Helm prints after "message: ". */
  message: string
  /** One CamelCase word, where the rule has one. */
  reason?: string
  /** When time alone may change it, ms since the epoch. */
  recheckAt?: number
}

/**
 * Whose rules: `watcher` is Helm 4's `--wait` (kstatus), `hook` its waiting for hooks, where only Jobs and Pods count and must end; `legacy` and
 * `legacyHook` are Helm 3's, and Helm 4's with `--wait=legacy`.
 */
export type ReadinessMode = 'watcher' | 'hook' | 'legacy' | 'legacyHook'

/** Objects an object's readiness may depend on; more than needed may be given. */
export interface Related {
  replicaSets?: readonly KubeObject[]
  pods?: readonly KubeObject[]
  /** Whether a Secret is there; undefined while that is being asked. Left out: it is not looked at. */
  secretThere?: (namespace: string, name: string) => boolean | undefined
}

export interface ReadinessOptions {
  mode?: ReadinessMode
  /** `--wait-for-jobs`: a Job is ready when it has completed, not when it has started. */
  jobs?: boolean
  /** Only what Helm looks at: what operators turn into Secrets is judged as any custom resource. */
  asHelm?: boolean
  related?: Related
  /** ms since the epoch; a pod gets 15 s to be scheduled. */
  now?: number
}

/** Something that keeps a pod from becoming ready. */
export interface Trouble {
  /** "Pod", or the kind whose controller cannot make pods. */
  kind: string
  namespace: string
  name: string
  container?: string
  /** Kubernetes' word: ImagePullBackOff, CrashLoopBackOff, Unschedulable, ... */
  reason: string
  message: string
  /** Waiting longer will not help. */
  fatal: boolean
  /** When it becomes fatal if it stays, ms since the epoch; left out when time alone will not make it so. */
  fatalAt?: number
  restarts?: number
  image?: string
  /** Whose log explains it; `previous` is the run before the current one. */
  logs?: { container: string; previous: boolean }
}
