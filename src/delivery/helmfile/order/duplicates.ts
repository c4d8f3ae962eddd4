import { PintleError } from '../../../errors/index.ts'
import type { ReleaseSpec } from '../spec.ts'
import { releaseId } from './release-id.ts'

/** Source: checkDuplicates in pkg/app/app.go. @throws PintleError usage when two releases are one */
export function checkDuplicates(releases: readonly ReleaseSpec[]): void {
  const counts = new Map<string, { release: ReleaseSpec; count: number }>()
  for (const release of releases) {
    const key = JSON.stringify([release.namespace, release.name, release.kubeContext])
    const seen = counts.get(key)
    if (seen === undefined) counts.set(key, { release, count: 1 })
    else seen.count += 1
  }
  for (const { release: { name, namespace, kubeContext }, count } of counts.values()) {
    if (count < 2) continue
    const where = `${namespace === '' ? '' : ` in namespace ${JSON.stringify(namespace)}`}${kubeContext === '' ? '' : ` in kubecontext ${JSON.stringify(kubeContext)}`}`
    throw new PintleError('usage', `duplicate release ${JSON.stringify(name)} found${where}: there were ${count} releases named "${name}" matching specified selector`)
  }
}

/**
 * Of releases with one id the selected one stays, so that needs can be told apart.
 * Source: getSelectedReleases in pkg/app/app.go.
 * @throws PintleError usage when two of them are selected
 */
export function deduplicated(all: readonly ReleaseSpec[], selected: readonly ReleaseSpec[]): ReleaseSpec[] {
  const chosen = new Map<string, ReleaseSpec>()
  for (const release of selected) {
    const id = releaseId(release)
    if (chosen.has(id)) throw new PintleError('usage', `found 2 duplicate releases with ID ${JSON.stringify(id)}`)
    chosen.set(id, release)
  }
  const counts = new Map<string, number>()
  for (const release of all) counts.set(releaseId(release), (counts.get(releaseId(release)) ?? 0) + 1)
  const taken = new Set<string>()
  const out = all.flatMap((release) => {
    const id = releaseId(release)
    if (counts.get(id) === 1) return [release]
    const one = chosen.get(id)
    if (taken.has(id) || one === undefined) return []
    taken.add(id)
    return [one]
  })
  checkDuplicates(out)
  return out
}
