import { stateText, type LoadedState } from '../../../delivery/helmfile/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { anyMap, unmarshalIntoV3 } from '../../../language/yaml/index.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'
import { fullPath } from './helmfile-print-env.ts'

export const helmfileBuild: HelmfileVerb = {
  use: 'build [flags]',
  long: 'Prints every state file as it is understood: layers merged, templates rendered, releases selected.',
  flags: [{ name: 'embed-values', type: 'bool', usage: 'put the content of values files in the place of their names' }],
  async run(context) {
    const { flags, out } = context
    const embed = flags.bool('embed-values')
    await visitStates(context, {}, async (work) => {
      const { state } = work
      const errors = await work.withCharts('build', noRepositories, async () => {
        if (embed) {
          for (const release of state.releases) {
            release.values = await embedded(state, release, release.values)
            release.secrets = await embedded(state, release, release.secrets)
          }
        }
        out.write(`---\n#  Source: ${fullPath(state)}\n\n${stateText(state)}`)
        return []
      })
      return { processed: true, errors }
    })
  },
}

/** What helmfile asks of charts where it only looks at the state. */
const noRepositories = { skipRepos: true, skipDeps: true, skipRefresh: false, concurrency: 2 }

/** Source: LoadYAMLForEmbedding in pkg/state/state.go. */
async function embedded(state: LoadedState, release: LoadedState['releases'][number], entries: readonly Value[]): Promise<Value[]> {
  const out: Value[] = []
  for (const entry of entries) {
    if (typeof entry !== 'string') {
      out.push(entry)
      continue
    }
    const path = await state.access.resolve('values', release.valuesPathPrefix + entry, release.missingFileHandler, state.spec.missingFileHandlerConfig)
    if (path === undefined) continue
    let text: string
    try {
      text = await state.access.renderFile(release, path)
    } catch (error) {
      throw state.access.because(`failed to render values files "${entry}"`, error)
    }
    out.push(unmarshalIntoV3(text, anyMap) ?? new Map())
  }
  return out
}
