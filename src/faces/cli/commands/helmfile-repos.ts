import { argsFlag } from '../helmfile/chart-flags.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'

/** `helmfile repos`. Upstream: Repos in pkg/app/app.go. */
export const helmfileRepos: HelmfileVerb = {
  use: 'repos [flags]',
  long: `Adds the repositories of a state to those Helm knows, and logs in to its registries. Names and passwords that the state does not hold come from NAME_USERNAME and
NAME_PASSWORD.`,
  flags: [argsFlag],
  interrupts: 'stop',
  async run(context) {
    await visitStates(context, { filter: true, includeNeeds: false }, async (work) => {
      let processed = true
      const errors: unknown[] = []
      try {
        await work.syncRepositories()
      } catch (error) {
        errors.push(error)
        processed = false
      }
      return { processed, errors }
    })
  },
}
