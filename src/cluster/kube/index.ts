/**
 * Owns the way to a Kubernetes API: kubeconfig, transport, discovery, reads, writes, watches.
 * Refuses to know releases, charts or how objects become ready.
 */
export type * from './types.ts'
export { checkReachable, clusterConfig, connect, connectSync, unreachable } from './connect.ts'
export type { ConnectOptions } from './connect.ts'
export { builtinMapping } from './builtin-kinds.ts'
export { noMatch } from './client.ts'
export { statusError, statusOf } from './api-error.ts'
export type { Status } from './api-error.ts'
export { readOnce } from './read-once.ts'
export { outcomeUnknown } from './retry.ts'
export { kubeconfigPaths, loadKubeconfig } from './kubeconfig-file.ts'
export { resolveKubeconfig } from './kubeconfig.ts'
export type { ClusterConfig, KubeconfigFile, KubeconfigOverrides } from './kubeconfig-types.ts'
export { PatchSchema, patchSchema } from './patch-meta.ts'
export { applyStrategicPatch, equalJson, threeWayStrategicPatch, twoWayStrategicPatch } from './strategic-merge.ts'
export type { JsonMap } from './strategic-merge.ts'
export { applyMergePatch, mergePatch, threeWayMergePatch } from './merge-patch.ts'
export { canonicalQuantity, formatQuantity, parseQuantity } from './quantity.ts'
export type { Quantity } from './quantity.ts'
export { withoutSecrets } from './redact.ts'
