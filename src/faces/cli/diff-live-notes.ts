import { findMoves, type ChangeSet, type Notes, type ObjectChange } from '../../cluster/diff/index.ts'
import type { RenderedHook } from '../../charts/render/index.ts'
import type { PreviewedObject } from '../../cluster/release/index.ts'
import type { Origins } from './diff-live-origins.ts'

/** What is known of the objects of a diff besides their changes. */
export interface Noted {
  readonly changes: ChangeSet
  readonly answered: readonly PreviewedObject[]
  /** What definitions would lose, by name. */
  readonly losses: ReadonlyMap<string, readonly string[]>
}

export const placed = (o: ObjectChange): string => `${o.kind}/${o.name}${o.namespace === undefined ? '' : ` in ${o.namespace}`}`

/** Finds what the cluster said of a changed object. */
export function previewedOf({ answered }: Noted): (change: ObjectChange) => PreviewedObject | undefined {
  const key = (o: { apiVersion: string; kind: string; namespace?: string; name: string }) => `${o.apiVersion}/${o.kind}/${o.namespace ?? ''}/${o.name}`
  const known = new Map(answered.map((p) => [key({ ...p.ref, namespace: p.after?.metadata.namespace ?? p.before?.metadata.namespace ?? p.ref.namespace ?? '' }), p]))
  return (change) => known.get(key(change))
}

/** How exact a change is, what it looks like, and with `origins` what wrote its fields. */
export function objectNotes(noted: Noted, origins: Origins | undefined): Notes {
  const find = previewedOf(noted)
  const moves = findMoves(noted.changes)
  return (change) => {
    const p = find(change)
    const notes: string[] = []
    if (p?.rejection !== undefined) notes.push(`the cluster would refuse it: ${p.rejection}`)
    if (p?.unread === true) notes.push(`the live object could not be read (${p.unchecked}): ${change.action === 'add' ? 'whether there is one is not known' : "compared is the last revision's manifest, and changes made by hand are not seen"}`)
    else if (p?.approximate === true) notes.push(`the server could not be asked (${p.unchecked}): worked out here, without its defaults, admission and conversions`)
    else if (p?.unchecked !== undefined) notes.push(`the server could not be asked: ${p.unchecked}`)
    for (const loss of noted.losses.get(change.name) ?? []) notes.push(`an upgrade with --upgrade-crds refuses this, for it would lose something: ${loss}`)
    for (const { from, to, alike } of moves) {
      const percent = `${Math.round(alike * 100)}% alike`
      if (to === change) notes.push(`looks like ${placed(from)} under a new name (${percent}), which is deleted`)
      if (from === change) notes.push(`looks like it becomes ${placed(to)} (${percent})`)
    }
    for (const { path } of origins === undefined ? [] : change.fields) {
      const origin = origins!.field(change, path)
      if (origin !== undefined) notes.push(`${path}: ${origin}`)
    }
    return notes
  }
}

/** When a hook runs, and when it is deleted. */
export function hookNotes(hooks: readonly RenderedHook[]): Notes {
  return (change) => {
    const hook = hooks.find((h) => h.kind === change.kind && h.name === change.name)
    if (hook === undefined) return []
    const deleted = hook.deletePolicies.length === 0 ? ['before-hook-creation'] : hook.deletePolicies
    return [`runs: ${hook.events.join(', ')}, weight ${hook.weight}; deleted: ${deleted.join(', ')}`]
  }
}
