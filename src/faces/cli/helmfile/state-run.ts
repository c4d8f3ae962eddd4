import type { StateRun } from '../../../delivery/helmfile/index.ts'
import { askYesNo } from './ask-yes-no.ts'
import type { StateWork } from './state-work.ts'
import type { HelmfileContext } from './verb.ts'

/** What a verb reaches of one state, by the flags of its command line. */
export function stateRun(context: HelmfileContext, work: StateWork): StateRun {
  const { flags, globals, out, env, log, signal } = context
  return {
    state: work.state, helm: work.helm, log, signal, interactive: globals.interactive, concurrency: flags.number('concurrency'),
    print: (text) => out.write(text),
    ask: async (question) => askYesNo(out, question),
    colour: { tables: !globals.noColor, diff: globals.noColor ? false : globals.color ? true : undefined },
    valuesFiles: flags.has('values') ? flags.list('values') : [],
    select: (needs) => work.selected(needs),
    valuesOf: (release) => work.valuesOf(release),
    hook: (name, command, release, error) => work.hooks({ name, command, ...(release !== undefined && { release }), ...(error !== undefined && { error }) }),
    serverVersion: () => work.serverVersion(),
    askStatus: (env.HELMFILE_USE_HELM_STATUS_TO_CHECK_RELEASE_EXISTENCE ?? '') !== '',
  }
}
