import type { Cluster, KubeObject } from '../../../src/cluster/kube/index.ts'
import { healthy } from './behaviour.ts'
import type { Behaviour } from './behaviour.ts'
import { PodProcess } from './pod-process.ts'
import { preStopSeconds } from '../fake-node.ts'

interface Running { readonly pod: KubeObject; readonly process: PodProcess; leaving?: boolean }

/**
 * Gives every running pod of a cluster a process that answers HTTP. It begins when the pod's containers run; a pod that is deleted serves for as long as its
 * preStop hook sleeps, as a kubelet would have it, and not a moment longer.
 */
export class SimulatedPods {
  readonly #running = new Map<string, Running>()
  readonly #behaviours = new Map<string, Behaviour>()
  readonly #misplaced: (pod: KubeObject) => string | undefined
  /** Every process that began, by the pod's name: for tests that ask what was there. */
  started = 0

  /** @param misplaced see PodProcess */
  constructor(misplaced: (pod: KubeObject) => string | undefined = () => undefined) {
    this.#misplaced = misplaced
  }

  /** What pods of this image do in a namespace from now on: what is named changes, the rest stays. */
  command(namespace: string, image: string, change: Partial<Behaviour>): void {
    this.#behaviours.set(`${namespace} ${image}`, { ...this.behaviour(namespace, image), ...change })
  }

  behaviour(namespace: string, image: string): Behaviour {
    return this.#behaviours.get(`${namespace} ${image}`) ?? healthy
  }

  /** All processes of an image begin anew, as after a crash: their counters are reset. */
  restart(namespace: string, image: string): void {
    for (const { pod, process } of this.#running.values()) if (pod.metadata.namespace === namespace && imageOf(pod) === image) process.restart()
  }

  get(uid: string): { readonly pod: KubeObject; readonly port: number } | undefined {
    const found = this.#running.get(uid)
    return found === undefined || found.process.port === 0 ? undefined : { pod: found.pod, port: found.process.port }
  }

  /** The targets as Prometheus' http_sd wants them. Pods that leave are scraped until they are gone, as Prometheus does by its own discovery. */
  targets(): { readonly targets: readonly string[]; readonly labels: Record<string, string> }[] {
    return [...this.#running.values()].filter(({ process }) => process.port > 0).map(({ pod, process }) => ({
      targets: [`127.0.0.1:${process.port}`],
      labels: {
        pod: pod.metadata.name!, namespace: pod.metadata.namespace!, service: pod.spec!.containers[0].name,
        // As relabelling with labelmap does.
        ...Object.fromEntries(Object.entries(pod.metadata.labels ?? {}).map(([name, value]) => [name.replace(/[^a-zA-Z0-9_]/g, '_'), value])),
      },
    }))
  }

  async watch(cluster: Cluster, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of cluster.watch('v1', 'Pod', { signal })) {
        if (event.type === 'SYNCED') continue
        const uid = event.object.metadata.uid!
        if (event.type === 'DELETED') this.#end(uid)
        else await this.#see(uid, event.object)
      }
    } finally {
      for (const uid of [...this.#running.keys()]) this.#end(uid)
    }
  }

  async #see(uid: string, pod: KubeObject): Promise<void> {
    const known = this.#running.get(uid)
    if (known === undefined) {
      if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase !== 'Running' || pod.spec?.restartPolicy === 'Never') return
      const process = new PodProcess(() => this.behaviour(pod.metadata.namespace!, imageOf(pod)), () => this.#misplaced(pod))
      this.#running.set(uid, { pod, process })
      this.started++
      await process.start()
    } else if (pod.metadata.deletionTimestamp !== undefined && known.leaving !== true) {
      known.leaving = true
      setTimeout(() => { this.#end(uid) }, preStopSeconds(pod) * 1000).unref()
    }
  }

  #end(uid: string): void {
    this.#running.get(uid)?.process.end()
    this.#running.delete(uid)
  }
}

export const imageOf = (pod: KubeObject): string => pod.spec?.containers[0].image ?? ''
