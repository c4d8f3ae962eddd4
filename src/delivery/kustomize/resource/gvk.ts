/** Group, version and kind, or a pattern of them in which '' stands for any. */
export interface Gvk {
  readonly group: string
  readonly version: string
  readonly kind: string
}

export const anyGvk: Gvk = { group: '', version: '', kind: '' }

/** `apps/v1` -> group and version. */
export function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export const apiVersionOf = (gvk: Gvk): string => (gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`)

export function gvkText(gvk: Gvk): string {
  return `${gvk.kind || '[noKind]'}.${gvk.version || '[noVer]'}.${gvk.group || '[noGrp]'}`
}

export const sameGvk = (a: Gvk, b: Gvk): boolean => a.group === b.group && a.version === b.version && a.kind === b.kind

/** Whether `gvk` is one that the pattern means. */
export function isSelected(gvk: Gvk, pattern: Gvk): boolean {
  return (pattern.group === '' || pattern.group === gvk.group) && (pattern.version === '' || pattern.version === gvk.version) &&
    (pattern.kind === '' || pattern.kind === gvk.kind)
}

const first = [
  'Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount', 'PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding',
  'ClusterRoleBinding', 'ConfigMap', 'Secret', 'Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume', 'PersistentVolumeClaim',
  'Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget',
]
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']
export const legacyOrder = { first, last } as const

/** The rank of each kind in the legacy order; the others have 0. */
export function ranks(order: { readonly first: readonly string[]; readonly last: readonly string[] }): ReadonlyMap<string, number> {
  return new Map([
    ...order.first.map((kind, i): [string, number] => [kind, i - order.first.length]),
    ...order.last.map((kind, i): [string, number] => [kind, i + 1]),
  ])
}

const legacyRanks = ranks(legacyOrder)
/** `~G_~V_~K`: what field specs and resources are sorted by within a rank. */
export const gvkSortText = (gvk: Gvk): string => `${gvk.group || '~G'}_${gvk.version || '~V'}_${gvk.kind || '~K'}`

export function isGvkLess(a: Gvk, b: Gvk): boolean {
  const i = legacyRanks.get(a.kind) ?? 0
  const j = legacyRanks.get(b.kind) ?? 0
  return i === j ? gvkSortText(a) < gvkSortText(b) : i < j
}
