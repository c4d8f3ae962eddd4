import type { Value } from '../../language/go/index.ts'
import type { LineRecord } from './line-diff.ts'
import type { SecretView } from './secret-content.ts'

export type ChangeType = 'ADD' | 'REMOVE' | 'MODIFY' | 'OWNERSHIP' | 'MODIFY_SUPPRESSED'

export interface ReportEntry {
  readonly key: string
  readonly kind: string
  readonly change: ChangeType
  readonly lines: readonly LineRecord[]
  /** Lines of context shown around changes; negative for all. */
  readonly context: number
  /** With `structured`: the fields that change; undefined when they could not be told. */
  readonly structured?: StructuredEntry
}

export interface Report {
  readonly entries: readonly ReportEntry[]
  /** There were changes, even if suppression left nothing of them to show. */
  readonly changed: boolean
}

/** Release before and after, `namespace/name`, of an object that changes hands. */
export interface Ownership { readonly before: string; readonly after: string }

export interface CompareOptions {
  readonly secrets?: SecretView
  readonly context?: number
  readonly stripTrailingCR?: boolean
  /** Greatest share of changed lines at which an object counts as renamed; 0 for none. */
  readonly findRenames?: number
  readonly suppressedKinds?: readonly string[]
  readonly suppressLines?: readonly string[]
  readonly structured?: boolean
  readonly ownership?: ReadonlyMap<string, Ownership>
  readonly warn?: (text: string) => void
}

/** helm-diff's machine-readable form of one change. Upstream: diff/structured.go. */
export interface StructuredEntry {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly changeType: string
  readonly oldExists: boolean
  readonly newExists: boolean
  readonly changes?: readonly StructuredChange[]
  readonly changesSuppressed?: boolean
}

export interface StructuredChange {
  /** Where the field is: `spec.template.spec.containers[0]` */
  readonly path: string
  readonly field: string
  readonly change: 'add' | 'remove' | 'replace'
  readonly oldValue?: Value
  readonly newValue?: Value
}
