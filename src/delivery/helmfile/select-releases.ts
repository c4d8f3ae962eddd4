import { conditionHolds } from './conditions.ts'
import { releaseId } from './order/release-id.ts'
import { releaseFilter } from './selectors.ts'
import type { ReleaseSpec } from './spec.ts'
import { because } from './state-error.ts'
import type { Values } from './values-merge.ts'

export interface Selection {
  readonly selectors: readonly string[]
  readonly renderedValues: Values
}

/**
 * The releases that selectors and conditions leave, in their order (GetSelectedReleases).
 * @param includeNeeds what a selected release needs counts as selected, and what that needs
 */
export function selectReleases(releases: readonly ReleaseSpec[], { selectors, renderedValues }: Selection, includeNeeds = false): ReleaseSpec[] {
  const matches = releaseFilter(selectors)
  const chosen = releases.map((release) => {
    const match = matches(release)
    try {
      return conditionHolds(release, renderedValues) && match
    } catch (error) {
      throw because(`failed to parse condition in release ${release.name}`, error)
    }
  })
  if (includeNeeds) {
    const needed = new Set<string>()
    const byName = new Map<string, ReleaseSpec[]>()
    for (const release of releases) byName.set(release.name, [...(byName.get(release.name) ?? []), release])
    for (const [i, release] of releases.entries()) if (chosen[i]) collect(release, byName, needed)
    for (const [i, release] of releases.entries()) if (needed.has(releaseId(release))) chosen[i] = true
  }
  return releases.filter((_, i) => chosen[i])
}

/** The name alone decides whose needs are followed (collectNeedsWithTransitives). */
function collect(release: ReleaseSpec, byName: ReadonlyMap<string, readonly ReleaseSpec[]>, needed: Set<string>): void {
  const open = [release]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const id of next.needs) {
      if (needed.has(id)) continue
      needed.add(id)
      open.push(...(byName.get(id.slice(id.lastIndexOf('/') + 1)) ?? []))
    }
  }
}
