import { deprecationsTable } from './deprecations-table.ts'

/** What the authors of Kubernetes say about an API that is on its way out. Versions are [major, minor]. */
export interface Deprecation {
  readonly apiVersion: string
  readonly kind: string
  readonly since: readonly [number, number]
  /** Not served any more from here on. */
  readonly removed?: readonly [number, number]
  readonly replacement?: { readonly apiVersion: string; readonly kind: string }
}

/** The deprecation of a kind in any version of Kubernetes; undefined when there is none, or it is no kind of Kubernetes. */
export function deprecationOf(apiVersion: string, kind: string): Deprecation | undefined {
  if (!/^[\w./-]+$/.test(apiVersion) || !/^\w+$/.test(kind)) return undefined
  const at = deprecationsTable.indexOf(`\n${apiVersion} ${kind} `)
  if (at < 0) return undefined
  const [, , since, removed, newVersion, newKind] = deprecationsTable.slice(at + 1, deprecationsTable.indexOf('\n', at + 1)).split(' ')
  return {
    apiVersion, kind, since: pair(since!),
    ...(removed === '-' ? {} : { removed: pair(removed!) }),
    ...(newVersion === undefined ? {} : { replacement: { apiVersion: newVersion, kind: newKind! } }),
  }
}

/** Whether it counts for a version of Kubernetes. Upstream: IsDeprecated in k8s.io/apiserver/pkg/endpoints/deprecation. */
export function isDeprecatedIn({ since: [major, minor] }: Deprecation, current: readonly [number, number]): boolean {
  if (current[0] === 0 && current[1] === 0) return true
  return major < current[0] || (major === current[0] && minor <= current[1])
}

/** The API server's words. Upstream: WarningMessage, ibid. */
export function deprecationText({ apiVersion, kind, since, removed, replacement }: Deprecation): string {
  return `${apiVersion} ${kind} is deprecated in v${since.join('.')}+${removed === undefined ? '' : `, unavailable in v${removed.join('.')}+`}${replacement === undefined ? '' : `; use ${replacement.apiVersion} ${replacement.kind}`}`
}

function pair(text: string): [number, number] {
  const [major, minor] = text.split('.')
  return [Number(major), Number(minor)]
}
