import type { ReleaseSpec } from '../spec.ts'

/**
 * How `needs` name a release: `[CONTEXT/][NAMESPACE/]NAME`. With a context and no namespace two slashes stand between, so that it cannot be taken for a namespace.
 * Source: ReleaseToID in pkg/state/state.go.
 */
export function releaseId({ kubeContext, namespace, name }: Pick<ReleaseSpec, 'kubeContext' | 'namespace' | 'name'>): string {
  if (kubeContext !== '') return `${kubeContext}/${namespace}/${name}`
  return namespace === '' ? name : `${namespace}/${name}`
}
