import type { CallOptions, Cluster, KubeObject } from '../../../../cluster/kube/index.ts'
import { PintleError, isPintleError } from '../../../../errors/index.ts'
import { analysisOf } from './canary-state.ts'

/** What Flagger asks before it goes on, or to be told to go back. */
export type HookType = 'confirm-rollout' | 'confirm-traffic-increase' | 'confirm-promotion' | 'rollback'

/** A gate that can be opened and closed by POST beside where Flagger asks: that of Flagger's load tester. */
export interface GateHook {
  readonly type: HookType
  readonly name: string
  readonly url: string
  /** The API server's path of the Service, up to `gate` or `rollback`; undefined for a hook that is not Pintle's to answer. */
  readonly path: string | undefined
}

const types: readonly string[] = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback'] satisfies HookType[]

export function gateHooks(canary: KubeObject): GateHook[] {
  const webhooks: unknown = analysisOf(canary)?.webhooks
  if (!Array.isArray(webhooks)) return []
  return webhooks.flatMap((hook): GateHook[] => {
    const { type, name = '', url = '' } = hook ?? {}
    return types.includes(type) ? [{ type, name: String(name), url: String(url), path: gatePath(String(url), type) }] : []
  })
}

/** `http://tester.ops:8080/gate/check` -> the way to it through the API server. Hosts that are no Service of the cluster are left alone. */
function gatePath(text: string, type: HookType): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const word = type === 'rollback' ? 'rollback' : 'gate'
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || !url.pathname.endsWith(`/${word}/check`)) return undefined
  const host = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.svc(?:\.[a-z0-9.-]+)?)?$/.exec(url.hostname)
  if (host === null || /^\d+$/.test(host[2]!)) return undefined
  const scheme = url.protocol.slice(0, -1)
  const port = url.port || (scheme === 'https' ? '443' : '80')
  return `/api/v1/namespaces/${host[2]}/services/${scheme}:${host[1]}:${port}/proxy${url.pathname.slice(0, -'/check'.length)}`
}

/** The gates of one Canary. The load tester keeps one state for all its confirmations, and one for going back. */
export class Gatekeeper {
  readonly #cluster: Cluster
  readonly #body: { readonly name: string; readonly namespace: string }
  readonly #hooks: readonly GateHook[]
  readonly #open = new Set<string>()

  constructor(cluster: Cluster, canary: KubeObject, namespace: string) {
    this.#cluster = cluster
    this.#body = { name: canary.metadata.name!, namespace }
    this.#hooks = gateHooks(canary)
  }

  /** Whether every hook of this kind is a gate that Pintle can open: one that is not holds Flagger whatever Pintle says. */
  holds(type: HookType): boolean {
    return this.#hooks.some((h) => h.type === type && h.path !== undefined)
  }

  async open(type: HookType, options: CallOptions): Promise<void> {
    for (const path of this.#paths([type])) {
      if (this.#open.has(path)) continue
      await this.#post(`${path}/open`, options)
      this.#open.add(path)
    }
  }

  /** All of these kinds, whoever opened them. */
  async close(kinds: readonly HookType[], options: CallOptions): Promise<void> {
    for (const path of this.#paths(kinds)) {
      await this.#post(`${path}/close`, options)
      this.#open.delete(path)
    }
  }

  #paths(kinds: readonly HookType[]): string[] {
    return [...new Set(this.#hooks.flatMap((h) => (kinds.includes(h.type) && h.path !== undefined ? [h.path] : [])))]
  }

  async #post(path: string, options: CallOptions): Promise<void> {
    await this.#cluster.request('POST', path, { ...options, body: this.#body, contentType: 'application/json', accept: '*/*' }).catch((error: unknown) => {
      if (options.signal?.aborted === true || isPintleError(error, 'kube.unreachable', 'kube.timeout', 'kube.unauthorized')) throw error
      throw new PintleError('rollout.controller', `the gate of Canary/${this.#body.name} at ${path} cannot be told: ${(error as Error).message}`, { cause: error, hint: 'It is asked through the API server: rights to create services/proxy, and a load tester that runs, are needed.' })
    })
  }
}

export const confirmations: readonly HookType[] = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion']
