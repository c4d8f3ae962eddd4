import { PintleError } from '../../errors/index.ts'
import { Regexp } from '../../language/go/index.ts'
import { parseConstraint, parseVersion, type Version } from '../../language/semver/index.ts'

/** What a search shows, and looks through, of one version of a chart. */
export interface SearchEntry {
  /** `repo/chart`, the chart by its key in the index. */
  readonly name: string
  readonly version: string
  readonly appVersion: string
  readonly description: string
  /** What is searched: name, `repo/name`, description and keywords, a \v between. */
  readonly text: string
}

export interface SearchOptions {
  /** '' finds everything. */
  readonly term: string
  readonly regexp: boolean
  /** A constraint. */
  readonly version: string
  /** Every version that satisfies it, not just the first. */
  readonly versions: boolean
}

/**
 * The entries a search finds, best first: by how early in the text the term stands, then by name, then the newest. Upstream: pkg/cmd/search and
 * applyConstraint in pkg/cmd/search_repo.go.
 * @throws PintleError usage for a constraint or an expression that is none
 */
export function searchEntries(entries: readonly SearchEntry[], options: SearchOptions): SearchEntry[] {
  const found = scored(entries, options)
  const versions = new Map<SearchEntry, Version | undefined>()
  const versionOf = (entry: SearchEntry): Version | undefined => {
    if (!versions.has(entry)) versions.set(entry, tryVersion(entry.version))
    return versions.get(entry)
  }
  found.sort((a, b) => a.score - b.score || compare(a.entry.name, b.entry.name) || newer(versionOf(a.entry), versionOf(b.entry)))
  const constraint = tryConstraint(options.version)
  const out: SearchEntry[] = []
  const names = new Set<string>()
  for (const { entry } of found) {
    if (!options.versions && names.has(entry.name)) continue
    const version = versionOf(entry)
    if (version === undefined || !constraint.check(version)) continue
    out.push(entry)
    names.add(entry.name)
  }
  return out
}

/** Scores above this are no match. */
const maxScore = 25

function scored(entries: readonly SearchEntry[], { term, regexp }: SearchOptions): { entry: SearchEntry; score: number }[] {
  if (term === '') return entries.map((entry) => ({ entry, score: 0 }))
  const at = regexp ? expressionIn(term) : literalIn(term)
  return entries.flatMap((entry) => {
    const { index, text } = at(entry.text)
    if (index < 0) return []
    const score = scoreOf(index, text)
    return score < maxScore ? [{ entry, score }] : []
  })
}

function expressionIn(source: string): (text: string) => { index: number; text: string } {
  let expression: Regexp
  try {
    expression = new Regexp(source)
  } catch (error) {
    throw new PintleError('usage', (error as Error).message, { cause: error })
  }
  return (text) => ({ index: expression.findIndex(text), text })
}

function literalIn(term: string): (text: string) => { index: number; text: string } {
  const wanted = term.toLowerCase()
  return (text) => {
    const lower = text.toLowerCase()
    return { index: lower.indexOf(wanted), text: lower }
  }
}

/** How many separators are before the match. */
function scoreOf(index: number, text: string): number {
  let score = 0
  for (let at = text.indexOf('\v'); at >= 0; at = text.indexOf('\v', at + 1)) {
    if (index <= at) return score
    score++
  }
  return score
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The newest first; what is no version is dropped later. */
const newer = (a: Version | undefined, b: Version | undefined): number => (a === undefined || b === undefined ? 0 : b.compare(a))

function tryVersion(text: string): Version | undefined {
  try {
    return parseVersion(text)
  } catch {
    return undefined
  }
}

function tryConstraint(text: string) {
  try {
    return parseConstraint(text)
  } catch (error) {
    throw new PintleError('usage', `an invalid version/constraint format: ${(error as Error).message}`, { cause: error })
  }
}
