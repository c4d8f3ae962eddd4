import type { ObjectRef } from '../../cluster/kube/index.ts'

/** `Deployment/web`, as reports name objects. */
export const objectName = ({ kind, name }: Pick<ObjectRef, 'kind' | 'name'>): string => `${kind}/${name}`
