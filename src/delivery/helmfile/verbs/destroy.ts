import { releaseId } from '../order/release-id.ts'
import type { ReleaseSpec } from '../spec.ts'
import { AffectedReleases } from './affected-releases.ts'
import { cleanUp } from './apply.ts'
import { destroyReleases } from './delete-releases.ts'
import { setExtraArgs } from './extra-args.ts'
import { inGroups } from './for-releases.ts'
import { installedOf } from './installed.ts'
import { selectedReleases } from './needed-releases.ts'
import { nothingMatched, type StateOutcome, type StateRun } from './state-run.ts'

export interface DestroyOptions {
  readonly args: string
  readonly cascade: string
}

/** `helmfile destroy` of one state: what is there is removed, those that need others first. Source: App.delete in pkg/app/app.go. */
export async function destroyState(run: StateRun, { args, cascade }: DestroyOptions): Promise<StateOutcome> {
  let selected: readonly ReleaseSpec[]
  let all: readonly ReleaseSpec[]
  let found: ReleaseSpec[]
  try {
    ({ selected, all } = selectedReleases(run))
    if (selected.length === 0) return nothingMatched
    found = await installedOf(run, selected)
  } catch (error) {
    return { matched: false, changed: false, errors: [error as Error] }
  }
  await cleanUp(run, selected, found, 'delete')
  const affected = new AffectedReleases()
  const errors: Error[] = []
  const question = `Affected releases are:\n${selected.map(({ name, chart }) => `  ${name} (${chart})`).join('\n')}\n\nDo you really want to delete?\n  Helmfile will delete all your releases, as shown above.\n\n`
  if (!run.interactive || await run.ask(question)) {
    setExtraArgs(run, args)
    const ids = new Set(found.map(releaseId))
    if (found.length > 0) {
      errors.push(...await inGroups(run, all, { selected: found, reverse: true, skipNeeds: true }, (group) => destroyReleases(run, group.filter((release) => ids.has(releaseId(release))), affected, cascade)))
    }
  }
  affected.show(run.log, run.colour.tables)
  return { matched: true, changed: affected.deleted.length > 0, errors }
}
