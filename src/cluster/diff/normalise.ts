import type { KubeObject } from '../kube/index.ts'

const serverMetadata = ['managedFields', 'resourceVersion', 'uid', 'generation', 'creationTimestamp', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds']

/** A copy without what the server writes for itself: status and bookkeeping metadata. */
export function dropServerFields(object: KubeObject): KubeObject {
  const { status: _status, metadata, ...rest } = object
  const kept = Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !serverMetadata.includes(key)))
  if (kept.annotations !== undefined) {
    const annotations = { ...(kept.annotations as Record<string, string>) }
    delete annotations['deployment.kubernetes.io/revision']
    delete annotations['kubectl.kubernetes.io/last-applied-configuration']
    if (Object.keys(annotations).length > 0) kept.annotations = annotations
    else delete kept.annotations
  }
  return { ...rest, metadata: kept } as KubeObject
}
