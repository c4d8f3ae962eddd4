import type { CommandContext } from './command.ts'
import { withSession } from './session.ts'

/**
 * The CustomResourceDefinitions of the cluster, as JSON documents, for checks that know custom resources by them.
 * @throws PintleError of a cluster that does not answer, or lets nobody list them
 */
export async function clusterDefinitions(context: CommandContext): Promise<string[]> {
  const { signal } = context
  const { items } = await withSession(context, ({ cluster }) => cluster.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { signal }))
  return items.map(({ kind, apiVersion, spec }) => JSON.stringify({ apiVersion, kind, spec }))
}
