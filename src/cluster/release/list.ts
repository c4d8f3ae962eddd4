import { PintleError } from '../../errors/index.ts'
import { matchesLabels, parseLabelSelector } from './label-selector.ts'
import { callOf, storageFor } from './options.ts'
import type { ActionOptions } from './options.ts'
import { unixSeconds } from './go-time.ts'
import type { ReleaseRecord, ReleaseStatus } from './record.ts'
import type { StoredRelease } from './storage-driver.ts'

export interface ListReleasesOptions extends ActionOptions {
  allNamespaces?: boolean
  /** Statuses to show; all when left out. Only `superseded` shows every superseded revision, not just last ones. */
  statuses?: readonly ReleaseStatus[]
  /** Names that match; give a compiled pattern so that Go's syntax can be used. */
  filter?: { test(name: string): boolean }
  /** The only name that can match: the others need not be read. */
  name?: string
  /** Kubernetes' selector syntax, over the labels of the records. */
  selector?: string
  sort?: 'name' | 'name-desc' | 'date' | 'date-desc'
  offset?: number
  /** 0 for no limit. */
  limit?: number
}

export interface ListedRelease { record: ReleaseRecord; labels: Record<string, string> }

/**
 * The last revision of every release. Upstream: pkg/action/list.go. Older revisions are told by their labels and never
 * decoded, so that a long history costs nothing; `date` sorts oldest first, as Go's ByDateDesc does in spite of its name.
 */
export async function listReleases(options: ListReleasesOptions): Promise<ListedRelease[]> {
  const { statuses, filter, name, selector = '', sort = 'name', offset = 0, limit = 0, allNamespaces = false } = options
  const requirements = parseLabelSelector(selector)
  const stored = await storageFor(options).driver.list({ owner: 'helm', ...(name !== undefined && { name }) }, { ...callOf(options), allNamespaces })
  const named = filter === undefined ? stored : stored.filter((s) => filter.test(s.name))
  const onlySuperseded = statuses?.length === 1 && statuses[0] === 'superseded'
  const chosen = (onlySuperseded ? named : latestOf(named))
    .filter((s) => statuses === undefined || statuses.includes(s.status))
    .filter((s) => matchesLabels(requirements, s.labels))
    .filter((s) => s.readable !== undefined)
  chosen.sort(order(sort))
  const end = limit > 0 ? offset + limit : undefined
  return chosen.slice(offset, end).map((s) => ({ record: s.record, labels: { ...s.labels } }))
}

function latestOf(stored: readonly StoredRelease[]): StoredRelease[] {
  const byRelease = new Map<string, StoredRelease[]>()
  for (const s of stored) {
    const key = `${s.identity.namespace}/${s.name}`
    byRelease.set(key, [...(byRelease.get(key) ?? []), s])
  }
  return [...byRelease.values()].flatMap((revisions) => {
    const newestFirst = revisions.sort((a, b) => b.version - a.version)
    const last = newestFirst.find((s) => s.readable !== undefined)
    return last === undefined ? [] : [last]
  })
}

function order(sort: NonNullable<ListReleasesOptions['sort']>): (a: StoredRelease, b: StoredRelease) => number {
  const byName = (a: StoredRelease, b: StoredRelease): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  const byDate = (a: StoredRelease, b: StoredRelease): number =>
    unixSeconds(a.record.info.last_deployed) - unixSeconds(b.record.info.last_deployed) || byName(a, b)
  switch (sort) {
    case 'name': return byName
    case 'name-desc': return (a, b) => byName(b, a)
    case 'date': return byDate
    case 'date-desc': return (a, b) => byDate(b, a)
  }
}

/** Helm's flags to statuses (SetStateMask): none given means all. */
export function statusesOf(flags: { deployed?: boolean; uninstalled?: boolean; uninstalling?: boolean; pending?: boolean; failed?: boolean; superseded?: boolean; all?: boolean }): ReleaseStatus[] | undefined {
  if (flags.all === true) return undefined
  const out: ReleaseStatus[] = []
  if (flags.deployed) out.push('deployed')
  if (flags.uninstalled) out.push('uninstalled')
  if (flags.uninstalling) out.push('uninstalling')
  if (flags.pending) out.push('pending-install', 'pending-rollback', 'pending-upgrade')
  if (flags.failed) out.push('failed')
  if (flags.superseded) out.push('superseded')
  return out.length === 0 ? undefined : out
}

/** Refuses a selector early, for commands that parse flags before they connect. */
export function checkSelector(selector: string): void {
  try {
    parseLabelSelector(selector)
  } catch (error) {
    throw new PintleError('release.options', (error as Error).message)
  }
}
