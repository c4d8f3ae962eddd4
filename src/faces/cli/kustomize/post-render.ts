import { buildOver, standInName } from '../../../delivery/kustomize/index.ts'
import type { CommandContext } from '../command.ts'
import { withKustomize } from './build-options.ts'

/** What the name of a post-renderer says: `kustomize:DIR`, or `kustomize:DIR#FILE` where the manifests are called otherwise than manifests.yaml. */
export function kustomizationOf(name: string): { directory: string; file: string } {
  const [directory = '', file = ''] = name.replace(/^kustomize:/, '').split('#')
  return { directory: directory === '' ? '.' : directory, file: file === '' ? standInName : file }
}

/** Manifests with a kustomization over them, in memory: they stand in for its file. */
export async function kustomized(context: CommandContext, manifests: string, { directory, file }: { directory: string; file: string }): Promise<string> {
  return withKustomize(context, undefined, async (options) => (await buildOver(directory, manifests, { ...options, file })).map((resource) => resource.yaml).join('---\n'))
}
