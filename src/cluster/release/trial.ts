import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import { fieldManager, tryResource } from './apply.ts'
import type { ApplyRules } from './apply.ts'
import { apiStatus, messageOf } from './failure.ts'
import type { Resource } from './resources.ts'

/** What the server says to one write, without writing: one of `after`, `rejection` and `unchecked`; with `missing` perhaps none. */
export interface Trial {
  after?: KubeObject
  rejection?: unknown
  /** Why it could not be asked: no right to, or a webhook that takes no dry runs. */
  unchecked?: string
  /** The answer that its namespace is not there; the rest is what the server says to the object elsewhere. */
  missing?: unknown
}

/** Lets the server try one object. Throws only when it does not answer. */
export async function trial(cluster: Cluster, target: Resource, before: KubeObject | undefined, base: KubeObject | undefined, rules: ApplyRules): Promise<Trial> {
  const call: CallOptions = rules.signal === undefined ? {} : { signal: rules.signal }
  try {
    return { after: await tryResource(cluster, target, before, base, rules) }
  } catch (error) {
    const status = apiStatus(error)
    if (status.code === undefined && status.reason === undefined) throw error
    if (status.reason === 'NotFound' && before === undefined && target.mapping.namespaced) {
      return { missing: error, ...await tryUnnamed(cluster, target, 'default', call) }
    }
    return isUnasked(error) ? { unchecked: reasonOf(error) } : { rejection: error }
  }
}

/** The server's own words, without what is said around them. */
export const reasonOf = (error: unknown): string => apiStatus(error).message ?? messageOf(error)

/** The server did not judge the object: no right to write it, or a webhook that takes no dry runs. */
function isUnasked(error: unknown): boolean {
  const { code, message = '' } = apiStatus(error)
  return code === 403 || (code === 400 && message.includes('does not support dry run'))
}

/** Tries an object under a name the server makes up: where its namespace is not there yet, or where its old self will be deleted first. */
export async function tryUnnamed(cluster: Cluster, target: Resource, namespace: string, call: CallOptions): Promise<{ rejection?: unknown; unchecked?: string }> {
  const { name: _name, ...metadata } = target.object.metadata
  const object = { ...target.object, metadata: { ...metadata, ...(target.mapping.namespaced && { namespace }), generateName: 'pintle-check-' } }
  try {
    await cluster.create(object, { ...call, fieldManager, dryRun: true, fieldValidation: 'Strict' })
    return {}
  } catch (error) {
    const { code } = apiStatus(error)
    if (code === undefined) throw error
    return isUnasked(error) || code === 404 ? { unchecked: reasonOf(error) } : { rejection: error }
  }
}
