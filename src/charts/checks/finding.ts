/** How bad a finding is; numbers rise with it, as Helm's do. */
export type Severity = 'info' | 'warning' | 'error'

/** What a check found in a chart: data, never an exception. */
export interface Finding {
  /** The rule's name, `helm/icon`, `schema/unknown-field`: what SARIF, and people who silence it, know it by. */
  readonly rule: string
  readonly severity: Severity
  /** The file or folder it is about, relative to the chart. */
  readonly path: string
  /** From 1. */
  readonly line?: number
  readonly column?: number
  /** One sentence. For Helm's own rules, Helm's text. */
  readonly message: string
  /** What the reader can try. */
  readonly hint?: string
  /** The rendered object it is about. */
  readonly object?: { readonly apiVersion: string; readonly kind: string; readonly name: string }
}
