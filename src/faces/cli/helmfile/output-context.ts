import { Execution, TemplateSet } from '../../../language/template/index.ts'
import { nodeHost } from '../../../charts/render/index.ts'
import type { LoadedState, OutputContext } from '../../../delivery/helmfile/index.ts'

/** What templates of output folders and files see of a state. They have Go's functions alone. */
export function outputContext(state: LoadedState): OutputContext {
  return {
    stateFile: state.file, workingDirectory: state.cwd, environment: state.environment, values: state.environment.values,
    run(name, text, data) {
      const set = new TemplateSet(name, { funcs: new Map() })
      set.parse(name, text)
      return new Execution(set, { host: nodeHost() }).execute(name, data)
    },
  }
}
