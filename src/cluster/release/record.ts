import type { Value } from '../../language/go/index.ts'
import { goNow } from './go-time.ts'

/** Plain JSON data, as a decoded record holds it. */
export type JsonObject = { [key: string]: any }
/** Values as a render leaves them (integers keep their kinds), or as a record holds them. */
export type ValuesLike = ReadonlyMap<string, Value> | JsonObject

export type ReleaseStatus =
  | 'unknown' | 'deployed' | 'uninstalled' | 'superseded' | 'failed' | 'uninstalling'
  | 'pending-install' | 'pending-upgrade' | 'pending-rollback'

export type HookEvent =
  | 'pre-install' | 'post-install' | 'pre-delete' | 'post-delete' | 'pre-upgrade' | 'post-upgrade'
  | 'pre-rollback' | 'post-rollback' | 'test'

export type ApplyMethod = 'ssa' | 'csa'

/**
 * One revision of a release, named and typed as Helm's JSON has it (pkg/release/v1/release.go), so that fields Pintle does
 * not know survive a round trip. Labels are not part of it: they live on the storage object.
 */
export interface ReleaseRecord {
  name: string
  info: ReleaseInfo
  chart?: ChartRecord
  config?: ValuesLike
  manifest: string
  hooks: HookRecord[]
  version: number
  namespace: string
  /** Left out by Helm 3, which only applied client-side. */
  apply_method?: ApplyMethod
}

/** Times are Go's RFC 3339 with nanoseconds; a zero time is left out. */
export interface ReleaseInfo {
  first_deployed?: string
  last_deployed?: string
  deleted?: string
  description?: string
  status: ReleaseStatus
  rollback_revision?: number
  notes?: string
}

export interface HookRecord {
  name: string
  kind: string
  path: string
  manifest: string
  events: HookEvent[]
  last_run: HookExecution
  weight?: number
  delete_policies?: string[]
  output_log_policies?: string[]
}

export interface HookExecution { started_at?: string; completed_at?: string; phase: '' | 'Unknown' | 'Running' | 'Succeeded' | 'Failed' }

/** A chart as Helm stores it with a release: without its subcharts. `data` and `schema` are base64. */
export interface ChartRecord {
  metadata: JsonObject & { name?: string; version?: string; appVersion?: string; annotations?: Record<string, string> } | null
  lock: JsonObject | null
  templates: FileRecord[] | null
  values: ValuesLike | null
  schema: string | null
  files: FileRecord[] | null
  [field: string]: unknown
}

export interface FileRecord { name: string; data: string | null; modtime?: string }

/** Labels Helm sets itself; a user may not. In Helm's order, for its message. */
export const systemLabels = ['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt'] as const

/** An operation on the release was started and not finished. */
export function isPending(status: string): boolean {
  return status === 'pending-install' || status === 'pending-upgrade' || status === 'pending-rollback'
}

/** The labels a user gave a release, out of those of its storage object. */
export function customLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !(systemLabels as readonly string[]).includes(key)))
}

/** Labels of an upgrade over those of the last revision; `null` as a value removes one. */
export function mergeLabels(current: Readonly<Record<string, string>>, desired: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...current, ...desired }).filter(([, value]) => value !== 'null'))
}

/** Whether the release was applied by the client (Helm 3 did not say). */
export function isClientSide(method: string | undefined): boolean {
  return method === undefined || method === '' || method === 'csa'
}

/** A new record, pending. */
export function newRecord(init: Omit<ReleaseRecord, 'info'> & { info?: Partial<ReleaseInfo> }): ReleaseRecord {
  const now = goNow()
  return { ...init, info: { first_deployed: now, last_deployed: now, status: 'unknown', ...init.info } }
}
