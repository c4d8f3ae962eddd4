import { PintleError } from '../../errors/index.ts'
import { Regexp, compareStrings } from '../../language/go/index.ts'
import { diffLines } from './line-diff.ts'
import type { ManifestIndex, ManifestObject } from './manifest-index.ts'
import { findRenames } from './renames.ts'
import { linesOf } from './object-lines.ts'
import type { ChangeType, CompareOptions, Report, ReportEntry } from './report-types.ts'
import { viewSecrets } from './secret-content.ts'
import { structuredEntry } from './structured.ts'

/**
 * What has to change to get from one manifest to another, in helm-diff's order: ownership, modified (and renamed), removed, added.
 * Upstream: generateReport in diff/diff.go. There ownership comes in random order.
 * @throws PintleError usage, for a pattern of suppressLines that is none
 */
export function compareManifests(before: ManifestIndex, after: ManifestIndex, options: CompareOptions = {}): Report {
  const patterns = (options.suppressLines ?? []).map(compile)
  const entries: ReportEntry[] = []
  const add = (key: string, old: ManifestObject | undefined, now: ManifestObject | undefined): void => {
    const entry = compareObjects(key, old, now, options)
    if (entry !== undefined) entries.push(entry)
  }
  for (const [key, { before: old, after: now }] of [...(options.ownership ?? [])].sort(([a], [b]) => compareStrings(a, b))) {
    entries.push({ key, kind: '', change: 'OWNERSHIP', context: 0, lines: diffLines(old.split('\n'), now.split('\n')) })
  }
  const removed: string[] = []
  for (const key of sortedKeys(before)) {
    if (after.has(key)) add(key, before.get(key), after.get(key))
    else removed.push(key)
  }
  const added = sortedKeys(after).filter((key) => !before.has(key))
  const renames = findRenames({ removed, before, added, after }, options)
  for (const [from, to] of renames) add(from, before.get(from), after.get(to))
  for (const key of removed) {
    const object = before.get(key)!
    if (!renames.has(key) && object.resourcePolicy !== 'keep') add(key, object, undefined)
  }
  const taken = new Set(renames.values())
  for (const key of added) if (!taken.has(key)) add(key, undefined, after.get(key))
  return { entries: patterns.length === 0 ? entries : entries.map((entry) => suppressed(entry, patterns)), changed: entries.length > 0 }
}

const sortedKeys = (index: ManifestIndex): string[] => [...index.keys()].sort(compareStrings)

function compareObjects(key: string, before: ManifestObject | undefined, after: ManifestObject | undefined, options: CompareOptions): ReportEntry | undefined {
  if (before !== undefined && after !== undefined && before.content === after.content) return undefined
  const [old, now] = viewSecrets([before, after], options.secrets ?? 'redacted')
  const change: ChangeType = old === undefined ? 'ADD' : now === undefined ? 'REMOVE' : 'MODIFY'
  const kind = (old ?? now)!.kind
  const entry = { key, kind, change, context: options.context ?? -1, lines: [] }
  if (options.structured !== true) {
    const lines = linesOf(old, now, options.stripTrailingCR === true)
    return change === 'MODIFY' && lines.every((line) => line.delta === ' ') ? undefined : { ...entry, lines }
  }
  try {
    const structured = structuredEntry(key, change, options.suppressedKinds?.includes(kind) === true, old?.content, now?.content)
    return change === 'MODIFY' && structured.changesSuppressed !== true && structured.changes === undefined ? undefined : { ...entry, structured }
  } catch (error) {
    options.warn?.(`Warning: failed to build structured entry for ${key} (kind: ${kind}, changeType: ${change}): ${(error as Error).message}`)
    return entry
  }
}

/** doSuppress: an entry stays, if need be without a line. */
function suppressed(entry: ReportEntry, patterns: readonly Regexp[]): ReportEntry {
  const lines = entry.lines.filter((line) => !patterns.some((pattern) => pattern.matchString(line.text)))
  if (lines.some((line) => line.delta !== ' ')) return { ...entry, lines }
  return { ...entry, lines: [], change: entry.change === 'MODIFY' ? 'MODIFY_SUPPRESSED' : entry.change }
}

function compile(source: string): Regexp {
  try {
    return new Regexp(source)
  } catch (error) {
    throw new PintleError('usage', (error as Error).message, { hint: '--suppress-output-line-regex takes regular expressions of Go.' })
  }
}

/**
 * Objects by the template they come from, for two releases of one chart with names of their own. Upstream: reIndexForRelease in diff/diff.go.
 */
export function bySource(index: ManifestIndex): ManifestIndex {
  const out = new Map<string, ManifestObject>()
  const count = new Map<string, number>()
  for (const key of sortedKeys(index)) {
    const object = index.get(key)!
    const source = object.content.split('\n', 1)[0]!.replace('# Source: ', '')
    const more = out.has(source)
    const n = (count.get(source) ?? 0) + 1
    count.set(source, n)
    out.set(more ? `${source} ${n}` : source, object)
  }
  return out
}
