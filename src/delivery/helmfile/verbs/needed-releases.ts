import { PintleError } from '../../../errors/index.ts'
import { deduplicated } from '../order/duplicates.ts'
import { planReleases } from '../order/plan-releases.ts'
import type { ReleaseSpec } from '../spec.ts'
import { isWanted } from './installed.ts'
import type { StateRun } from './state-run.ts'

/** How needs of selected releases are treated: --include-needs (which --include-transitive-needs implies), --skip-needs (which including overrules), --enforce-needs-are-installed. */
export interface NeedsOptions {
  readonly includeNeeds: boolean
  readonly includeTransitiveNeeds: boolean
  readonly skipNeeds: boolean
  readonly enforceNeedsAreInstalled: boolean
}

/** What tells which releases are meant. */
export type Selecting = Pick<StateRun, 'elsewhere' | 'log' | 'select' | 'state'>

export interface Selected {
  readonly selected: readonly ReleaseSpec[]
  /** All releases of the file, of several with one id the selected one. */
  readonly all: readonly ReleaseSpec[]
}

/** Source: getSelectedReleases in pkg/app/app.go. */
export function selectedReleases({ state, select, log }: Selecting, needs = false): Selected {
  const selected = select(needs)
  const all = deduplicated(state.releases, selected)
  log('debug', `${selected.length} release(s)${state.selectors.length > 0 ? ` matching ${state.selectors.join(',')}` : ''} found in ${state.file}\n`)
  return { selected, all }
}

/**
 * What apply and sync work on, in the order of needs. Source: GetPlannedAndSelectedReleasesWithNeeds.
 * @returns undefined when nothing is selected. @throws PintleError
 */
export function plannedReleases(run: StateRun, { includeNeeds, includeTransitiveNeeds, skipNeeds }: NeedsOptions): { planned: ReleaseSpec[]; all: readonly ReleaseSpec[] } | undefined {
  const { selected, all } = selectedReleases(run, includeTransitiveNeeds)
  if (selected.length === 0) return undefined
  return { planned: planReleases(all, { selected, includeNeeds, skipNeeds, ...elsewhere(run) }).flat(), all }
}

/**
 * What diff, template and the like work on: those to be installed in the order of needs, then, where they are asked for, those to be removed.
 * Source: withNeeds in pkg/app/app.go.
 * @returns undefined when nothing is selected. @throws PintleError
 */
export function neededReleases(run: Selecting, options: NeedsOptions, includeUnwanted: boolean): ReleaseSpec[] | undefined {
  const { selected, all } = selectedReleases(run)
  if (selected.length === 0) return undefined
  const includeNeeds = options.includeNeeds || options.includeTransitiveNeeds
  const { skipNeeds } = options
  const found = planReleases(all, { selected, includeNeeds, skipNeeds, ...elsewhere(run) }).flat()
  const wanted = found.filter(isWanted)
  const ordered = wanted.length === 0 ? [] : planReleases(all, { selected: wanted, skipNeeds, includeNeeds, ...elsewhere(run) }).flat()
  if (options.enforceNeedsAreInstalled) for (const release of wanted) checkNeeds(release, all)
  return includeUnwanted ? [...ordered, ...found.filter((release) => !isWanted(release))] : ordered
}

const elsewhere = (run: Selecting): { elsewhere?: ReadonlySet<string> } => (run.elsewhere === undefined ? {} : { elsewhere: run.elsewhere })

/** Source: HasTransitiveDependencyWithInstalledFalse in pkg/state/state.go, which knows needs by the name alone. */
function checkNeeds(release: ReleaseSpec, all: readonly ReleaseSpec[], seen = new Set<string>()): void {
  if (seen.has(release.name)) return
  seen.add(release.name)
  for (const need of release.needs) {
    for (const other of all.filter((one) => one.name === need)) {
      if (other.installed === false) throw new PintleError('plan.order', `Release ${release.name} has a transitive dependency ${other.name} marked as installed=false`)
      checkNeeds(other, all, seen)
    }
  }
}
