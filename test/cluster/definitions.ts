import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { moduleFolder } from '../../scripts/tools/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { parseDocument, splitDocuments } from '../../src/cluster/release/index.ts'

/** Where the definitions of routes, and of the controllers that move traffic, are kept, in Go modules. */
const routes = {
  'sigs.k8s.io/gateway-api': ['gateways', 'gatewayclasses', 'httproutes', 'grpcroutes', 'referencegrants'].map(name => `config/crd/standard/gateway.networking.k8s.io_${name}.yaml`),
  'istio.io/api': ['kubernetes/customresourcedefinitions.gen.yaml'],
  'github.com/argoproj/argo-rollouts': ['rollout', 'analysis-run', 'analysis-template', 'cluster-analysis-template', 'experiment'].map(name => `manifests/crds/${name}-crd.yaml`),
  'github.com/fluxcd/flagger': ['artifacts/flagger/crd.yaml'],
} as const

/**
 * Puts the definitions of a module into a cluster and waits until they are served.
 * @returns false where they cannot be fetched: skip, loudly
 */
export async function installRoutes(cluster: Cluster, module: keyof typeof routes): Promise<boolean> {
  const folder = await moduleFolder(module)
  if (folder === undefined) return false
  const definitions = routes[module].flatMap(file => splitDocuments(readFileSync(join(folder, file), 'utf8')).map(text => parseDocument(text) as KubeObject))
  for (const definition of definitions) await cluster.create(definition)
  for (const { metadata: { name } } of definitions) {
    for (;; await sleep(100)) {
      const status = (await cluster.get({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: name! }))?.status
      if (status?.conditions?.some((c: { type: string; status: string }) => c.type === 'Established' && c.status === 'True')) break
    }
  }
  return true
}
