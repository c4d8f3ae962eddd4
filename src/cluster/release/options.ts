import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster } from '../kube/index.ts'
import type { Patience } from '../readiness/index.ts'
import type { ConflictRule } from './conflicts.ts'
import type { OnEvent } from './events.ts'
import type { Locate } from './finding.ts'
import { KubeDriver } from './kube-driver.ts'
import { systemLabels } from './record.ts'
import type { ChartRecord, HookEvent, ReleaseRecord, ValuesLike } from './record.ts'
import { Storage } from './storage.ts'
import type { StorageDriver } from './storage-driver.ts'
import type { WaitStrategy } from './wait.ts'

/** What every function of this room takes. */
export interface ActionOptions extends CallOptions {
  cluster: Cluster
  /** The release's namespace: of its record, and of its objects that name none. */
  namespace: string
  /** Where records are kept; default Secrets of the namespace. */
  driver?: StorageDriver
}

/** What every function that changes a release takes. */
export interface ChangeOptions extends ActionOptions {
  name: string
  onEvent?: OnEvent
  /** Milliseconds for any single wait or hook, as Helm's --timeout. Default 5 minutes. */
  timeout?: number
  /** Default `hookOnly`, as Helm without --wait. */
  wait?: WaitStrategy
  waitForJobs?: boolean
  /** Stop waiting as soon as a reason is known that time will not mend. Default true. */
  failEarly?: boolean
  /** How long each trouble is borne before that. */
  patience?: Partial<Patience>
  /** Milliseconds a workload that was rolled out must stay ready, its own minReadySeconds included. Default 0. */
  stableFor?: number
  /** Wait until operators have made their Secrets, not only for a Ready condition. Default true; Helm does not. */
  secretOperators?: boolean
  disableHooks?: boolean
  description?: string
  /** Said after the description of every revision that this run stores: `plan sha256:...`. */
  origin?: string
  /** Who does it, for the Lease; default user@host. */
  identity?: string
  /** Keep a Lease with a heartbeat beside the pending record. Default true; does without where Leases are forbidden. */
  heartbeat?: boolean
}

/** What the functions that write a release's objects take. */
export interface ApplyOptions extends ChangeOptions {
  /** PUT instead of patches; client-side only. */
  forceReplace?: boolean
  /** Take over every field that another manager owns. */
  forceConflicts?: boolean
  /** What to do about fields that other managers own, field by field. */
  conflicts?: readonly ConflictRule[]
  /**
   * Find out before anything is written what the server would refuse because it cannot change so (immutable fields), and what belongs to
   * others. Default false: as with Helm, a failed revision is stored then.
   */
  preflight?: boolean
  /**
   * Take objects of kinds that the release's own templates define, and apply them once the definition is established. Default false: Helm
   * refuses them.
   */
  definesKinds?: boolean
  dryRun?: DryRun
  /** With `dryRun: 'server'`: let the server try every object; what it would refuse is in the result's `check`. Helm never asks it. */
  dryRunApply?: boolean
}

/** What to do with the chart's crds/ folders. */
export interface CrdOptions {
  /** Bring the definitions that are there already up to date, unless that would lose something. Default false: as Helm. */
  upgradeCrds?: boolean
  /** With `upgradeCrds`: also when it loses something. */
  forceCrds?: boolean
}

/** `auto` applies as the last revision was applied; Helm 3's were client-side. */
export type ServerSide = boolean | 'auto'
export type DryRun = 'client' | 'server'

/** A rendered hook; the render room's fits. */
export interface RenderedHook {
  readonly name: string
  readonly kind: string
  readonly path: string
  readonly manifest: string
  readonly events: readonly HookEvent[]
  readonly weight: number
  readonly deletePolicies: readonly string[]
  readonly outputLogPolicies: readonly string[]
}

/** What a chart and values came to: everything an action applies and stores. */
export interface RenderedRelease {
  chart: ChartRecord
  /** The user's values, without the chart's defaults. */
  config: ValuesLike
  /** Documents in install order, as Helm prints and stores them. */
  manifest: string
  hooks: readonly RenderedHook[]
  notes: string
  /** Finds the template line that wrote a field, for errors. */
  locate?: Locate
}

/** A file of a chart's crds/ folder. */
export interface CrdFile { readonly name: string; readonly text: string }

/** What a render may look at. */
export interface RenderContext {
  readonly name: string
  readonly namespace: string
  readonly revision: number
  readonly isInstall: boolean
  readonly isUpgrade: boolean
  /** The deployed revision (or the last one, when none is): its values may be reused. */
  readonly current?: ReleaseRecord
  readonly dryRun?: DryRun
}

/** Where the objects of a release come from. `render` runs after the CRDs are established, before anything else changes. */
export interface ReleaseSource {
  crds?: readonly CrdFile[]
  /** The chart as it will be stored, for what can be told before the CRDs are installed. */
  chart?(): ChartRecord
  render(context: RenderContext): RenderedRelease | Promise<RenderedRelease>
}

export function storageFor(options: ActionOptions): Storage {
  return new Storage(options.driver ?? new KubeDriver(options.cluster, options.namespace))
}

export const callOf = (options: { signal?: AbortSignal | undefined }): CallOptions => (options.signal === undefined ? {} : { signal: options.signal })

/** Helm's default for --timeout. */
export const defaultTimeout = 300_000

export function checkLabels(labels: Readonly<Record<string, string>> | undefined): void {
  const reserved = Object.keys(labels ?? {}).filter((key) => (systemLabels as readonly string[]).includes(key))
  if (reserved.length === 0) return
  throw new PintleError('release.options', `user supplied labels contains system reserved label name. System labels: [${systemLabels.join(' ')}]`, {
    hint: `Choose another name for ${reserved.join(', ')}.`,
  })
}

/** Whether this run applies on the server (upgrade.go, getUpgradeServerSideValue). */
export function serverSideFor(option: ServerSide, lastMethod: string | undefined): boolean {
  return option === 'auto' ? lastMethod === 'ssa' : option
}
