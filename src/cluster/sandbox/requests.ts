import type { JsonMap } from './json.ts'
import type { ResourceType } from './resources.ts'

/** Who asks, and how a write is to be treated. */
export interface Caller {
  /** The field manager: fieldManager of the query, else what the user agent says. */
  manager: string
  dryRun?: boolean
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
  /** Receives what a server sends as Warning headers. */
  warnings?: string[]
  /** Fields the body names twice, as strict decoding reports them. */
  duplicates?: string[]
}

export interface Target { type: ResourceType; namespace: string; name: string; subresource?: string }
export interface ListQuery { labelSelector?: string; fieldSelector?: string; limit?: number; continue?: string; resourceVersion?: string; resourceVersionMatch?: string }
export interface DeleteQuery {
  propagationPolicy?: string
  orphanDependents?: boolean
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
}
export interface List { items: JsonMap[]; resourceVersion: string; continue?: string; remaining?: number }
