import { dirname } from 'node:path'
import { ensureTool } from '../../scripts/tools/index.ts'
import type { HelmfileProgram } from './helmfile-template-runs.ts'

/** The real helmfile with the real Helm and kustomize; undefined where they cannot be built. */
export async function realHelmfile(): Promise<HelmfileProgram | undefined> {
  const helmfile = await ensureTool('helmfile')
  const helm = await ensureTool('helm')
  const kustomize = await ensureTool('kustomize')
  if (helmfile === undefined || helm === undefined || kustomize === undefined) return undefined
  return { path: [helmfile], pathVariable: [...[helm, kustomize].map((program) => dirname(program)), '/usr/bin', '/bin'].join(':') }
}
