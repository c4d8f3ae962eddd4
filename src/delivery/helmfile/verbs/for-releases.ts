import { inParallel } from '../../../cluster/release/index.ts'
import { planReleases, type PlanOptions } from '../order/plan-releases.ts'
import { releaseId } from '../order/release-id.ts'
import type { ReleaseSpec } from '../spec.ts'
import type { StateRun } from './state-run.ts'

/** Works on releases at once, within the bound of --concurrency. Nothing new is begun after an abort. @returns errors, in the order of the releases */
export async function forReleases<T>({ concurrency, mostAtOnce = 32, signal }: StateRun, items: readonly T[], work: (item: T) => Promise<unknown>): Promise<Error[]> {
  return await inParallel(items, (item) => {
    signal?.throwIfAborted()
    return work(item)
  }, concurrency < 1 ? mostAtOnce : concurrency) as Error[]
}

/**
 * Works on groups of releases one after another; errors of a group end it.
 * Source: withDAG and withBatches in pkg/app/app.go.
 */
export async function inGroups(run: StateRun, releases: readonly ReleaseSpec[], options: PlanOptions, work: (group: readonly ReleaseSpec[]) => Promise<readonly Error[]>, purpose = 'processing'): Promise<readonly Error[]> {
  let groups: ReleaseSpec[][]
  try {
    groups = planReleases(releases, { ...(run.elsewhere !== undefined && { elsewhere: run.elsewhere }), ...options })
  } catch (error) {
    return [error as Error]
  }
  run.log('debug', `${purpose} ${groups.length} groups of releases in this order:\n${groupTable(groups)}`)
  for (const [i, group] of groups.entries()) {
    run.log('debug', `${purpose} releases in group ${i + 1}/${groups.length}: ${group.map(releaseId).join(', ')}`)
    const errors = await work(group)
    if (errors.length > 0) return errors
  }
  return []
}

function groupTable(groups: readonly (readonly ReleaseSpec[])[]): string {
  const width = Math.max(5, String(groups.length).length) + 1
  return ['GROUP', ...groups.map((_, i) => String(i + 1))].map((cell, i) => `${cell.padEnd(width)}${i === 0 ? 'RELEASES' : groups[i - 1]!.map(releaseId).join(', ')}\n`).join('')
}
