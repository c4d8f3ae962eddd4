import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readProject } from '../../../../delivery/plan/index.ts'

/** What pintle.yaml of the working folder says about environments that a state has, too: their context and wave. */
export function projectEnvironments(cwd: string): ReadonlyMap<string, { readonly kubeContext?: string; readonly wave?: number }> {
  const file = join(cwd, 'pintle.yaml')
  return existsSync(file) ? readProject(file).project.environments : new Map()
}
