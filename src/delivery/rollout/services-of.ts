import type { KubeObject } from '../../cluster/kube/index.ts'
import { selects } from '../policy/index.ts'
import type { Manifest, Name } from './manifest.ts'

/** The Services that send traffic to the pods of a workload. */
export function servicesOf(manifest: Manifest, workload: KubeObject): Name[] {
  const { namespace } = manifest.nameOf(workload)
  return manifest.ofKind('Service', '').filter((s) => manifest.nameOf(s).namespace === namespace && selectsPods(s, workload.spec?.template?.metadata?.labels)).map((s) => manifest.nameOf(s))
}

/** Whether a Service selects pods with these labels. One without a selector selects none. */
export function selectsPods(service: KubeObject, labels: Readonly<Record<string, string>> | undefined): boolean {
  const selector = service.spec?.selector
  return service.spec?.type !== 'ExternalName' && typeof selector === 'object' && selector !== null && Object.keys(selector).length > 0 && selects({ matchLabels: selector }, labels ?? {})
}
