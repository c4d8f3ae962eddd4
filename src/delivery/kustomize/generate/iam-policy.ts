import { refuse } from '../refusal.ts'
import { readResources } from '../resource/read-resources.ts'
import type { Resource } from '../resource/resource.ts'
import type { Schemas } from '../schema/schema.ts'

/** A service account bound to one of Google's. Upstream: iampolicygenerator.go. */
export function generatePolicy(config: Record<string, any>, schemas: Schemas): Resource[] {
  const { cloud = '', kubernetesService = {}, serviceAccount = {} } = config
  if (cloud !== 'gke') refuse(`cloud provider ${cloud} not supported yet`)
  const namespace = kubernetesService.namespace ? `\n  namespace: ${kubernetesService.namespace}` : ''
  return readResources(`
apiVersion: v1
kind: ServiceAccount
metadata:
  annotations:
    iam.gke.io/gcp-service-account: ${serviceAccount.name ?? ''}@${serviceAccount.projectId ?? ''}.iam.gserviceaccount.com
  name: ${kubernetesService.name ?? ''}
${namespace}`, schemas)
}
