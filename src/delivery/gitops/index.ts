/**
 * Owns what a GitOps controller applies instead of Pintle: the Argo CD Application and the Flux objects of a service, and the commit that moves a digest.
 * Refuses to touch a cluster, and the user's work tree, index and branch.
 */
export { argocdApplication } from './argocd-application.ts'
export type { ApplicationOptions } from './argocd-application.ts'
export { chartTraits } from './chart-traits.ts'
export type { ChartTraits, ForeignField } from './chart-traits.ts'
export { fluxObjects } from './flux-objects.ts'
export type { FluxOptions } from './flux-objects.ts'
export { gitOrigin, inRepository } from './git-origin.ts'
export { differenceIds, unsupported } from './service-source.ts'
export type { ChartOrigin, Difference, DifferenceId, GitOrigin, ServiceSource, ValuesFile, Written } from './service-source.ts'
export { commitMove } from './commit-move.ts'
export type { CommitMoveOptions, Moved } from './commit-move.ts'
export { digestPaths } from './edit-file.ts'
export type { Move } from './edit-file.ts'
