import type { CommandContext } from './command.ts'

/** The post-renderers of the command line: those of --post-renderer, and --kustomize as one. */
export const postRenderers = (flags: CommandContext['flags']): string[] => [
  ...(flags.has('post-renderer') ? flags.list('post-renderer').filter((name) => name !== '') : []),
  ...(flags.has('kustomize') && flags.string('kustomize') !== '' ? [`${kustomizationPrefix}${flags.string('kustomize')}`] : []),
]

const kustomizationPrefix = 'kustomize:'
/** Whether a post-renderer is a kustomization. */
export const isKustomization = (name: string): boolean => name.startsWith(kustomizationPrefix)
