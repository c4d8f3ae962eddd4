import type { Cluster, KubeObject } from '../../../src/cluster/kube/index.ts'

/** On a pod: the value that `data.version` of every ConfigMap it mounts must have. */
export const configAnnotation = 'traffic.test/config'
/** On a pod: the schema its process needs; on a Job: the schema that is there once it has completed. */
export const schemaAnnotation = 'traffic.test/schema'

/**
 * What processes find around them: mounted configuration, which changes under them as a kubelet lets it, and the schema that migrations have made.
 * A pod that finds something else than its version needs cannot serve.
 */
export class Surroundings {
  readonly #configs = new Map<string, string>()
  readonly #schemas = new Map<string, number>()

  async watch(cluster: Cluster, signal: AbortSignal): Promise<void> {
    await Promise.all([this.#watchConfigs(cluster, signal), this.#watchJobs(cluster, signal)])
  }

  misplaced(pod: KubeObject): string | undefined {
    const namespace = pod.metadata.namespace!
    const needs = pod.metadata.annotations ?? {}
    const config = needs[configAnnotation]
    if (config !== undefined) {
      for (const volume of pod.spec?.volumes ?? []) {
        const name: string | undefined = volume.configMap?.name
        const found = this.#configs.get(`${namespace}/${name}`)
        // No kubelet starts a pod without it: what is not known here yet is there.
        if (found !== undefined && found !== config) return `configuration of another version in ConfigMap ${name}`
      }
    }
    const schema = Number(needs[schemaAnnotation] ?? 0)
    return schema > (this.#schemas.get(namespace) ?? 0) ? `schema ${schema} is not there` : undefined
  }

  async #watchConfigs(cluster: Cluster, signal: AbortSignal): Promise<void> {
    for await (const event of cluster.watch('v1', 'ConfigMap', { signal })) {
      if (event.type === 'SYNCED') continue
      const { namespace, name } = event.object.metadata
      // A file that is mounted stays when its ConfigMap goes.
      if (event.type !== 'DELETED') this.#configs.set(`${namespace}/${name}`, String(event.object.data?.version))
    }
  }

  async #watchJobs(cluster: Cluster, signal: AbortSignal): Promise<void> {
    for await (const event of cluster.watch('batch/v1', 'Job', { signal })) {
      if (event.type === 'SYNCED' || event.type === 'DELETED') continue
      const schema = Number(event.object.metadata.annotations?.[schemaAnnotation] ?? 0)
      if ((event.object.status?.succeeded ?? 0) > 0) this.#schemas.set(event.object.metadata.namespace!, Math.max(schema, this.#schemas.get(event.object.metadata.namespace!) ?? 0))
    }
  }
}
