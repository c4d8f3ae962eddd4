import { marshalPretty } from '../../language/yaml/index.ts'
import { encodeStruct } from './encode-spec.ts'
import type { LoadedState } from './loaded-state.ts'
import { stateSpec } from './schema.ts'

/** A state as `build` prints it: helmfile's HelmState through its YAML encoder, with the releases that are left. */
export function stateText(state: LoadedState): string {
  return marshalPretty(encodeStruct({ ...state.spec, filepath: state.file, renderedvalues: state.renderedValues, releases: state.releases }, stateSpec.fields))
}
