import type { KubeObject } from '../../cluster/kube/index.ts'

/** Every container image named by the pod specs of the objects, sorted, once each: init and ephemeral containers too. */
export function imagesOf(objects: Iterable<KubeObject>): string[] {
  const found = new Set<string>()
  for (const object of objects) {
    for (const spec of podSpecs(object)) {
      for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
        const containers = spec[list]
        if (!Array.isArray(containers)) continue
        for (const container of containers) if (typeof container?.image === 'string' && container.image !== '') found.add(container.image)
      }
    }
  }
  return [...found].sort()
}

function* podSpecs(object: KubeObject): Generator<Record<string, any>> {
  const spec = object.spec as Record<string, any> | undefined
  if (typeof spec !== 'object' || spec === null) return
  if (object.kind === 'Pod') yield spec
  if (typeof spec.template?.spec === 'object' && spec.template.spec !== null) yield spec.template.spec
  const job = spec.jobTemplate?.spec?.template?.spec
  if (typeof job === 'object' && job !== null) yield job
}
