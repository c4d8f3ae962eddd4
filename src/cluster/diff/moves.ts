import type { KubeObject } from '../kube/index.ts'
import type { ChangeSet, ObjectChange } from './diff-objects.ts'

/** A removed object that comes back under another name or in another namespace. */
export interface Move {
  readonly from: ObjectChange
  readonly to: ObjectChange
  /** Share of their fields that are equal, 0 to 1. */
  readonly alike: number
}

/** More pairs than this are not compared. */
const maxPairs = 20_000

/**
 * Pairs of a removal and an addition of one kind that are mostly the same object, the most alike first; each object is in one pair at most.
 * @param least share of equal fields from which two objects count as one
 */
export function findMoves(changes: ChangeSet, least = 0.7): Move[] {
  const removed = changes.objects.filter((o) => o.action === 'remove')
  const added = changes.objects.filter((o) => o.action === 'add')
  if (removed.length * added.length > maxPairs) return []
  const fields = new Map([...removed.map((o) => [o, leavesOf(o.before)] as const), ...added.map((o) => [o, leavesOf(o.after)] as const)])
  const pairs: Move[] = []
  for (const from of removed) {
    for (const to of added) {
      if (from.kind !== to.kind || groupOf(from) !== groupOf(to)) continue
      const alike = similarity(fields.get(from)!, fields.get(to)!)
      if (alike >= least) pairs.push({ from, to, alike })
    }
  }
  const taken = new Set<ObjectChange>()
  return pairs.sort((a, b) => b.alike - a.alike).filter(({ from, to }) => {
    if (taken.has(from) || taken.has(to)) return false
    taken.add(from).add(to)
    return true
  })
}

const groupOf = ({ apiVersion }: ObjectChange): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '')

/** Every leaf with its path. Names and namespaces are what a move changes, and what the server or Helm adds says nothing. */
function leavesOf(object: KubeObject | undefined): Map<string, string> {
  const out = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (/^\.metadata\.(name|namespace|annotations\.meta\.helm\.sh)/.test(path)) return
    if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`)
    else out.set(path, String(value))
  }
  walk(object, '')
  return out
}

/** What the addition says, found in the removal: the live object has defaults that the new one does not show. */
function similarity(from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): number {
  if (to.size === 0) return 0
  let equal = 0
  for (const [path, value] of to) if (from.get(path) === value) equal++
  return equal / to.size
}
