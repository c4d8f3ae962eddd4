import { PintleError } from '../../../errors/index.ts'
import { compareStrings } from '../../../language/go/index.ts'
import type { ReleaseSpec } from '../spec.ts'
import { releaseId } from './release-id.ts'

export interface PlanOptions {
  /** The releases that are wanted; none: all. */
  readonly selected: readonly ReleaseSpec[]
  /** Last things first. */
  readonly reverse?: boolean
  /** What wanted releases need is wanted, too. */
  readonly includeNeeds?: boolean
  /** What wanted releases need and is not wanted is left out, instead of being an error. */
  readonly skipNeeds?: boolean
  /** Ids of releases of other files: a need of theirs is met elsewhere. */
  readonly elsewhere?: ReadonlySet<string>
}

/**
 * Releases in groups: each needs only what stands in groups before it, those of one group can be worked on at once and stand in the order of the file.
 * Source: GroupReleasesByDependency in pkg/state/state_run.go, and the package dag of variantdev.
 * @param releases all of the file, since needs may name any of them
 * @throws PintleError plan.order for needs that name nothing, go in a circle, or are not selected
 */
export function planReleases(releases: readonly ReleaseSpec[], options: PlanOptions): ReleaseSpec[][] {
  const byId = new Map<string, ReleaseSpec[]>()
  const index = new Map<string, number>()
  for (const [i, release] of releases.entries()) {
    const id = releaseId(release)
    byId.set(id, [...(byId.get(id) ?? []), release])
    index.set(id, i)
  }
  const needs = needsById(byId, options.elsewhere ?? new Set())
  const groups = wanted(levels(byId, needs), needs, options)
    .map((ids) => ids.sort((a, b) => index.get(a)! - index.get(b)!).flatMap((id) => byId.get(id)!))
  return options.reverse === true ? groups.reverse() : groups
}

/** What each release needs. */
function needsById(byId: ReadonlyMap<string, readonly ReleaseSpec[]>, elsewhere: ReadonlySet<string>): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>()
  const undefinedNeeds = new Map<string, Set<string>>()
  for (const [id, releases] of byId) {
    const own = new Set(releases.flatMap((release) => release.needs).filter((need) => byId.has(need) || !elsewhere.has(need)))
    for (const need of own) if (!byId.has(need)) undefinedNeeds.set(need, (undefinedNeeds.get(need) ?? new Set()).add(id))
    needs.set(id, own)
  }
  for (const [need, dependents] of undefinedNeeds) {
    const names = [...dependents].sort(compareStrings).map((id) => JSON.stringify(id)).join(', ')
    throw new PintleError('plan.order', `release(s) ${names} depend(s) on an undefined release ${JSON.stringify(need)}. Perhaps you made a typo in "needs" or forgot defining a release named ${JSON.stringify(need.slice(need.lastIndexOf('/') + 1))} with appropriate "namespace" and "kubeContext"?`)
  }
  return needs
}

/** Ids by how long the longest chain below them is. */
function levels(byId: ReadonlyMap<string, unknown>, needs: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const dependents = new Map<string, string[]>()
  const open = new Map<string, number>()
  for (const [id, own] of needs) {
    open.set(id, own.size)
    for (const need of own) dependents.set(need, [...(dependents.get(need) ?? []), id])
  }
  const out: string[][] = []
  let level = [...byId.keys()].filter((id) => open.get(id) === 0)
  let seen = 0
  while (level.length > 0) {
    out.push(level)
    seen += level.length
    const next: string[] = []
    for (const id of level) {
      for (const dependent of dependents.get(id) ?? []) {
        open.set(dependent, open.get(dependent)! - 1)
        if (open.get(dependent) === 0) next.push(dependent)
      }
    }
    level = next
  }
  if (seen < byId.size) throw new PintleError('plan.order', `cycle detected: ${circle(dependents, open)}`)
  return out
}

/** A way round, from what is needed to who needs it. */
function circle(dependents: ReadonlyMap<string, readonly string[]>, open: ReadonlyMap<string, number>): string {
  const left = (id: string): string[] => (dependents.get(id) ?? []).filter((other) => open.get(other)! > 0).sort(compareStrings)
  let id = [...open.keys()].filter((one) => open.get(one)! > 0).sort(compareStrings).find((one) => left(one).length > 0)!
  const path: string[] = []
  while (!path.includes(id)) {
    path.push(id)
    // Whoever is left without dependents is only behind the circle.
    id = left(id).find((other) => left(other).length > 0) ?? left(id)[0]!
  }
  return [...path, id].join(' -> ')
}

/** The part of the levels that is wanted; whom they need is looked at from the top. */
function wanted(all: string[][], needs: ReadonlyMap<string, ReadonlySet<string>>, { selected, includeNeeds = false, skipNeeds = false }: PlanOptions): string[][] {
  if (selected.length === 0) return all
  const only = new Set(selected.map(releaseId))
  const out: string[][] = []
  for (const level of [...all].reverse()) {
    const included: string[] = []
    for (const id of level) {
      if (!only.has(id)) {
        if (skipNeeds) continue
        const dependents = [...only].filter((other) => needs.get(other)?.has(id) === true)
        if (dependents.length === 0) continue
        if (!includeNeeds) throw notSelected(id, dependents.sort(compareStrings))
        only.add(id)
      }
      included.push(id)
    }
    if (included.length > 0) out.unshift(included)
  }
  return out
}

function notSelected(id: string, dependents: readonly string[]): PintleError {
  const names = dependents.map((dependent) => JSON.stringify(dependent))
  const shown = names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`
  return new PintleError('plan.order', `release ${shown} ${names.length === 1 ? 'depends' : 'depend'} on ${JSON.stringify(id)} which does not match the selectors. Please add a selector like "--selector name=${id.slice(id.lastIndexOf('/') + 1)}", or indicate whether to skip (--skip-needs) or include (--include-needs) these dependencies`)
}
