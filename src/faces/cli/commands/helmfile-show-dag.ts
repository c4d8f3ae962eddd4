import { planReleases, releaseId, visitHelmfiles } from '../../../delivery/helmfile/index.ts'
import { checkConditions } from '../helmfile/check-conditions.ts'
import { GlobalHooks } from '../helmfile/global-hooks.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

export const helmfileShowDag: HelmfileVerb = {
  use: 'show-dag [flags]',
  long: 'Prints the groups in which releases are processed: those of one group at once, each group after the one before it; and what each release needs.',
  flags: [],
  async run(context) {
    const { out, load } = context
    const hooks = new GlobalHooks(context)
    try {
      await visitHelmfiles(load, async (state) => {
        await hooks.around(state, 'show-dag', () => {
          checkConditions(state)
          const groups = planReleases(state.releases, { selected: state.releases, includeNeeds: true })
          const rows = groups.flatMap((group, i) => group.map((release) => [String(i + 1), releaseId(release), release.needs.join(', ')]))
          out.write(columns([['GROUP', 'RELEASE', 'DEPENDENCIES'], ...rows]))
        })
        return { processed: true, errors: [] }
      })
    } finally {
      await hooks.close()
    }
  },
}

/** As text/tabwriter with a padding of one space; nothing trails. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => [...row[column]!].length)) + 1)
  return rows.map((row) => `${row.map((cell, i) => (i < 2 ? cell + ' '.repeat(widths[i]! - [...cell].length) : cell)).join('').trimEnd()}\n`).join('')
}
