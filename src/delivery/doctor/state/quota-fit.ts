import { formatQuantity, parseQuantity, type KubeObject, type Quantity } from '../../../cluster/kube/index.ts'
import type { ManifestFacts } from '../../policy/index.ts'
import type { ScopedObject } from '../rights/scope-objects.ts'

type Amounts = Map<string, bigint>
const unit = 1_000_000_000n

/**
 * ResourceQuotas that a release would exceed: what is used now, without what the release has, with what it would have. Quotas of a scope (of some pods only) are passed
 * over; pods come as many at once as a rolling update may make.
 * @param quotas of one namespace
 */
export function quotaFit(quotas: readonly KubeObject[], before: readonly ScopedObject[], after: readonly ScopedObject[]): NonNullable<ManifestFacts['quota']> {
  const now = amountsOf(before, false)
  const then = amountsOf(after, true)
  return quotas.filter((q) => (q.spec?.scopes ?? []).length === 0 && q.spec?.scopeSelector === undefined).flatMap((quota) => {
    const hard = (quota.status?.hard ?? quota.spec?.hard ?? {}) as Record<string, string | number>
    return Object.entries(hard).flatMap(([resource, limit]) => {
      const most = parseQuantity(limit)
      const used = parseQuantity((quota.status?.used?.[resource] as string | undefined) ?? '0')
      const more = (then.get(standard(resource)) ?? 0n) - (now.get(standard(resource)) ?? 0n)
      if (most === undefined || used === undefined || more <= 0n || used.nano + more <= most.nano) return []
      const text = (nano: bigint): string => formatQuantity({ nano, format: most.format } satisfies Quantity)
      return [{ quota: quota.metadata.name ?? '', resource, hard: text(most.nano), used: text(used.nano), wanted: text(used.nano + more) }]
    })
  })
}

/** `cpu` counts requests, `services` objects. Upstream: kubernetes pkg/quota/v1/evaluator/core. */
function standard(resource: string): string {
  if (resource === 'cpu' || resource === 'memory' || resource === 'ephemeral-storage') return `requests.${resource}`
  return resource.startsWith('count/') ? resource : (counted[resource] ?? resource)
}

const counted: Readonly<Record<string, string>> = {
  configmaps: 'count/configmaps', secrets: 'count/secrets', services: 'count/services', persistentvolumeclaims: 'count/persistentvolumeclaims', replicationcontrollers: 'count/replicationcontrollers', resourcequotas: 'count/resourcequotas',
}

function amountsOf(objects: readonly ScopedObject[], surging: boolean): Amounts {
  const out: Amounts = new Map()
  const add = (key: string, nano: bigint): void => void out.set(key, (out.get(key) ?? 0n) + nano)
  for (const { object, mapping } of objects) {
    add(`count/${mapping.plural}${mapping.group === '' ? '' : `.${mapping.group}`}`, unit)
    if (object.kind === 'Service') {
      if (object.spec?.type === 'LoadBalancer') add('services.loadbalancers', unit)
      if (object.spec?.type === 'LoadBalancer' || object.spec?.type === 'NodePort') add('services.nodeports', unit * BigInt(list(object.spec?.ports).length))
    }
    if (object.kind === 'PersistentVolumeClaim') add('requests.storage', nano(object.spec?.resources?.requests?.storage))
    const { pods, template } = podsOf(object, surging)
    if (template === undefined || pods === 0n) continue
    add('pods', unit * pods)
    for (const kind of ['requests', 'limits'] as const) for (const name of ['cpu', 'memory', 'ephemeral-storage']) add(`${kind}.${name}`, pods * ofPod(template, kind, name))
    for (const claim of list(object.kind === 'StatefulSet' ? object.spec?.volumeClaimTemplates : [])) {
      add('count/persistentvolumeclaims', unit * pods)
      add('requests.storage', pods * nano(claim?.spec?.resources?.requests?.storage))
    }
  }
  return out
}

function podsOf({ kind, spec }: KubeObject, surging: boolean): { pods: bigint; template?: Record<string, any> } {
  const template = spec?.template?.spec as Record<string, any> | undefined
  const replicas = BigInt(Math.max(0, Math.trunc(Number(spec?.replicas ?? 1)) || 0))
  switch (kind) {
    case 'Pod': return { pods: 1n, template: spec }
    case 'Deployment': return { pods: replicas + (surging && spec?.strategy?.type !== 'Recreate' ? surge(spec?.strategy?.rollingUpdate?.maxSurge ?? '25%', replicas) : 0n), ...(template && { template }) }
    case 'StatefulSet': case 'ReplicaSet': case 'ReplicationController': return { pods: replicas, ...(template && { template }) }
    case 'Job': return { pods: BigInt(Math.max(0, Math.trunc(Number(spec?.parallelism ?? 1)) || 0)), ...(template && { template }) }
    // As many as there are nodes, which are not the release's; those of a CronJob come and go.
    default: return { pods: 0n }
  }
}

function surge(value: unknown, replicas: bigint): bigint {
  const percent = /^(\d+)%$/.exec(String(value))?.[1]
  if (percent !== undefined) return (replicas * BigInt(percent) + 99n) / 100n
  return /^\d+$/.test(String(value)) ? BigInt(String(value)) : 0n
}

/** The larger of what the containers need together and what one init container needs, and the pod's overhead. */
function ofPod(spec: Record<string, any>, kind: 'requests' | 'limits', name: string): bigint {
  const of = (container: any): bigint => nano(container?.resources?.[kind]?.[name] ?? (kind === 'requests' ? container?.resources?.limits?.[name] : undefined))
  const init = list(spec.initContainers)
  const sidecars = init.filter((c) => c?.restartPolicy === 'Always')
  const together = [...list(spec.containers), ...sidecars].reduce((sum: bigint, c) => sum + of(c), 0n)
  const first = init.filter((c) => !sidecars.includes(c)).reduce((most: bigint, c) => (of(c) > most ? of(c) : most), 0n)
  return (first > together ? first : together) + nano(spec.overhead?.[name])
}

const nano = (value: unknown): bigint => (typeof value === 'string' || typeof value === 'number' ? (parseQuantity(value)?.nano ?? 0n) : 0n)
const list = (value: unknown): any[] => (Array.isArray(value) ? value : [])
