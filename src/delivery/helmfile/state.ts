import type { Value } from '../../language/go/index.ts'
import type { FileScope } from './resolve-files.ts'
import { fillStruct } from './decode-spec.ts'
import { stateSpec } from './schema.ts'
import type { Environment, ReleaseSetSpec, ReleaseSpec } from './spec.ts'
import type { Values } from './values-merge.ts'
import type { WorkingFolder } from './working-folder.ts'

/** What stands in a state file, and what helmfile's HelmState has under keys of its own. */
export interface StateSpec extends ReleaseSetSpec {
  filepath: string
  renderedvalues: Values
}

/** A state while it is being loaded. */
export interface State {
  readonly folder: WorkingFolder
  readonly basePath: string
  filePath: string
  readonly spec: StateSpec
  env: Environment
  renderedValues: Values
  /** The releases before anything was done to them. */
  originalReleases: readonly ReleaseSpec[]
}

export function emptySpec(): StateSpec {
  return fillStruct<StateSpec>(null as Value, stateSpec)
}

export function scopeOf(state: State): FileScope {
  return { folder: state.folder, basePath: state.basePath, file: state.filePath }
}
