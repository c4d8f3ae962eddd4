import type { CallOptions, Cluster } from '../kube/index.ts'
import type { OnEvent } from './events.ts'
import type { Resource } from './resources.ts'
import { waitFor } from './wait.ts'

const establishTimeout = 60_000

/** Waits for definitions that were just applied, before what they define is. Their `live` tells of those that are established already. */
export async function waitEstablished(cluster: Cluster, resources: readonly Resource[], options: CallOptions & { onEvent?: OnEvent | undefined }): Promise<void> {
  const definitions = resources.filter((r) => r.mapping.kind === 'CustomResourceDefinition' && r.mapping.group === 'apiextensions.k8s.io' && r.live !== undefined)
  if (definitions.length > 0) await waitFor(cluster, definitions, 'ready', { timeout: establishTimeout, ...options })
}
