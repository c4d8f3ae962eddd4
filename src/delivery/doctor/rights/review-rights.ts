import type { CallOptions, Cluster } from '../../../cluster/kube/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { Right } from '../../policy/index.ts'
import { nonResource } from './granted-rights.ts'
import { mapParallel } from '../../../cluster/release/index.ts'
import type { NeededRight } from './needed-right.ts'

const reviews = '/apis/authorization.k8s.io/v1'

/**
 * Asks the server which of these rights the user has. One SelfSubjectRulesReview a namespace answers for all of its rights where the authorizers can list their
 * rules completely; the rest is asked one by one, eight at a time.
 * @returns the rights with their answers; undefined when the server cannot be asked, with the reason
 */
export async function reviewRights(cluster: Cluster, needed: readonly NeededRight[], call: CallOptions = {}): Promise<{ rights: Right[] } | { unread: string }> {
  try {
    const namespaces = [...new Set(needed.map((r) => r.namespace).filter((n) => n !== ''))]
    const rules = new Map(await mapParallel(namespaces, async (n) => [n, await completeRules(cluster, n, call)] as const))
    return {
      rights: await mapParallel(needed, async (right): Promise<Right> => {
        const known = rules.get(right.namespace)
        const answer = known === undefined ? await ask(cluster, right, call) : { allowed: known.some((rule) => allows(rule, right)) }
        return { ...right, ...answer }
      }),
    }
  } catch (error) {
    call.signal?.throwIfAborted()
    if (!isPintleError(error)) throw error
    return { unread: error.message }
  }
}

/** Whether the user may do everything everywhere; undefined when nobody can tell. */
export async function isClusterAdmin(cluster: Cluster, call: CallOptions = {}): Promise<boolean | undefined> {
  try {
    return (await ask(cluster, { verb: '*', group: '*', resource: '*', namespace: '', why: '' }, call)).allowed
  } catch (error) {
    call.signal?.throwIfAborted()
    if (!isPintleError(error)) throw error
    return undefined
  }
}

async function ask(cluster: Cluster, { verb, group, resource: whole, namespace, name }: NeededRight, call: CallOptions): Promise<{ allowed: boolean; reason?: string }> {
  const [resource, subresource] = whole.split('/', 2)
  const spec = group === nonResource
    ? { nonResourceAttributes: { path: whole, verb } }
    : { resourceAttributes: { verb, group, resource, ...(subresource !== undefined && { subresource }), ...(namespace !== '' && { namespace }), ...(name !== undefined && { name }) } }
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }
  const status = (await cluster.request('POST', `${reviews}/selfsubjectaccessreviews`, { ...call, body, contentType: 'application/json' }))?.status
  const reason = status?.evaluationError ?? status?.reason
  return { allowed: status?.allowed === true && status?.denied !== true, ...(typeof reason === 'string' && reason !== '' && status?.allowed !== true && { reason: reason.slice(0, 500) }) }
}

interface ResourceRule { verbs: string[]; apiGroups: string[]; resources: string[]; resourceNames: string[] }

/** The rules of a namespace when they are all; a webhook, say, cannot list what it would allow. */
async function completeRules(cluster: Cluster, namespace: string, call: CallOptions): Promise<ResourceRule[] | undefined> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
  const status = (await cluster.request('POST', `${reviews}/selfsubjectrulesreviews`, { ...call, body, contentType: 'application/json' }))?.status
  if (status?.incomplete !== false || !Array.isArray(status.resourceRules) || status.evaluationError) return undefined
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [])
  return status.resourceRules.map((r: Record<string, unknown>) => ({ verbs: texts(r?.verbs), apiGroups: texts(r?.apiGroups), resources: texts(r?.resources), resourceNames: texts(r?.resourceNames) }))
}

/** Upstream: kubernetes pkg/apis/rbac/v1/evaluation_helpers.go. */
function allows(rule: ResourceRule, { verb, group, resource, name }: NeededRight): boolean {
  const has = (list: readonly string[], item: string): boolean => list.includes('*') || list.includes(item)
  const sub = resource.includes('/') ? `*/${resource.slice(resource.indexOf('/') + 1)}` : undefined
  return has(rule.verbs, verb) && has(rule.apiGroups, group) && (has(rule.resources, resource) || (sub !== undefined && rule.resources.includes(sub))) &&
    (rule.resourceNames.length === 0 || (name !== undefined && rule.resourceNames.includes(name)))
}
