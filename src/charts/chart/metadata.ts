import type { Value } from '../../language/go/index.ts'

/** Chart.yaml, as pkg/chart/v2's Metadata: every text is '' when absent. */
export interface Metadata {
  name: string
  home: string
  sources: string[]
  version: string
  description: string
  keywords: string[]
  maintainers: (Maintainer | null)[]
  icon: string
  apiVersion: string
  condition: string
  tags: string
  appVersion: string
  deprecated: boolean
  /** null when absent. */
  annotations: Map<string, string> | null
  kubeVersion: string
  /** null when absent, which Helm tells from an empty list. */
  dependencies: (Dependency | null)[] | null
  type: string
}

export interface Maintainer {
  name: string
  email: string
  url: string
}

/** One entry of `dependencies`. */
export interface Dependency {
  name: string
  version: string
  repository: string
  condition: string
  tags: string[]
  enabled: boolean
  importValues: Value[]
  alias: string
}

/** Chart.lock. */
export interface Lock {
  /** RFC 3339. */
  generated: string
  digest: string
  dependencies: (Dependency | null)[]
}

export function emptyMetadata(): Metadata {
  return {
    name: '', home: '', sources: [], version: '', description: '', keywords: [], maintainers: [], icon: '', apiVersion: '',
    condition: '', tags: '', appVersion: '', deprecated: false, annotations: null, kubeVersion: '', dependencies: null, type: '',
  }
}

export function emptyDependency(): Dependency {
  return { name: '', version: '', repository: '', condition: '', tags: [], enabled: false, importValues: [], alias: '' }
}
