import { unusedImage, type PreparedRelease } from '../../delivery/plan/index.ts'
import { refused } from './plan-request.ts'
import type { Target } from './release-target.ts'

/**
 * What speaks against a release before anybody reviews it: another cluster, objects the cluster would refuse, a namespace that is missing.
 * @throws PintleError rule.refused naming all of it
 */
export function requirePlannable({ prepared, request }: PreparedRelease, target: Target): void {
  if (target.cluster !== undefined && prepared.clusterUid !== target.cluster) {
    throw refused(`this is another cluster: its kube-system namespace has UID ${prepared.clusterUid || '(unknown)'}, ${target.environment || 'the environment'} expects ${target.cluster}`, 'Check the kubeconfig context.')
  }
  const unused = unusedImage(target.image, prepared.images.after)
  if (unused !== undefined) throw refused(unused, `Let the chart read ${'`'}digest${'`'} beside repository and tag, or name the key that it reads: image: {set: KEY}.`)
  const count = prepared.rendered.manifests.length
  if (prepared.rejected.length > 0) {
    const list = prepared.rejected.map((r) => `  ${r.source ?? '(no template)'}: ${r.ref.kind}/${r.ref.name}: ${r.rejection}`)
    throw refused(`the cluster would refuse ${prepared.rejected.length} of ${count} objects:\n${list.join('\n')}`, 'Correct the templates or values named; nothing was changed.')
  }
  if (prepared.namespaceMissing && !request.settings.createNamespace) throw refused(`namespace ${prepared.namespace} does not exist`, 'Add --create-namespace, or check the environment.')
}
