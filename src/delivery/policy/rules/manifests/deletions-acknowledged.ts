import type { Rule } from '../../rule.ts'

/** Kinds whose deletion takes data or other objects with it. */
const takes: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: 'its data may go with it', PersistentVolume: 'its data may go with it', Namespace: 'everything in it goes with it', CustomResourceDefinition: 'every object of its kind goes with it',
  StatefulSet: 'its pods stop', Secret: 'what reads it fails', Service: 'its address goes with it', Ingress: 'its traffic stops', HTTPRoute: 'its traffic stops', Gateway: 'its traffic stops',
}

export default {
  id: 'manifests/deletions-acknowledged',
  title: 'Every object that would be deleted is named by somebody who means it.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A renamed template or a switched value removes objects that are in use. In a long diff a deletion is easily overlooked, and a claim or a definition takes its data along.',
  fix: 'Say `--acknowledge KIND/NAME` for each deletion that is meant; keep an object with the annotation `helm.sh/resource-policy: keep`.',
  check({ changes }) {
    if (changes === undefined) return 'what would change in the cluster'
    return changes.objects
      .filter(({ action, object }) => action === 'remove' && !changes.acknowledged.includes(`${object.kind}/${object.name}`) && !changes.acknowledged.includes(`${object.namespace ?? ''}/${object.kind}/${object.name}`))
      .map(({ object }) => ({ object, message: `would be deleted${Object.hasOwn(takes, object.kind) ? `: ${takes[object.kind]}` : ''}`, hint: `--acknowledge ${object.kind}/${object.name}` }))
  },
} satisfies Rule
