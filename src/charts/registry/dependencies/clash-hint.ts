import { parseConstraint } from '../../../language/semver/index.ts'
import type { Dependency } from '../../chart/index.ts'
import { versionOf } from './dependency-run.ts'

/** A version of a chart that may be taken for a dependency. */
export interface Candidate {
  readonly version: string
  /** It is a version, and has a URL. */
  readonly usable: boolean
}

/**
 * Why no version satisfies a constraint, in a sentence or two: what there is, which of its parts exclude each other, or that only
 * pre-releases would do.
 */
export function clashHint({ name, version }: Dependency, candidates: readonly Candidate[]): string {
  const versions = candidates.filter((c) => c.usable).map((c) => c.version)
  if (versions.length === 0) return `${name}: there is no version that could be used.`
  const there = `${name}: there ${versions.length === 1 ? 'is' : 'are'} ${some(versions)}`
  const prereleases = matching(version, versions, true)
  if (prereleases.length > 0) return `${there}. Only pre-releases satisfy ${JSON.stringify(version)}: ${some(prereleases)}; a constraint lets them in when it names one, as in ">=${core(prereleases[0]!)}-0".`
  const clash = version.split('||').map((group) => clashOf(group.trim(), versions)).filter((text) => text !== undefined)
  return clash.length === 0 ? `${there}; none satisfies ${JSON.stringify(version)}.` : `${there}. ${clash.join('. ')}.`
}

/** The two terms of one group that no version satisfies together although each has some, or the term that none satisfies. */
function clashOf(group: string, versions: readonly string[]): string | undefined {
  const terms = group.split(/\s*,\s*|\s+(?=[<>=!~^])/).filter((term) => term !== '')
  if (terms.length < 2) return undefined
  const hits = terms.map((term) => new Set(matching(term, versions, true)))
  const never = terms.find((_, i) => hits[i]!.size === 0)
  if (never !== undefined) return `No version satisfies ${JSON.stringify(never)} of ${JSON.stringify(group)}`
  for (let i = 0; i < terms.length; i++) {
    for (let j = i + 1; j < terms.length; j++) {
      if (![...hits[i]!].some((v) => hits[j]!.has(v))) {
        return `${JSON.stringify(terms[i])} (satisfied by ${some([...hits[i]!])}) and ${JSON.stringify(terms[j])} (by ${some([...hits[j]!])}) exclude each other`
      }
    }
  }
  return `No version satisfies all of ${terms.map((t) => JSON.stringify(t)).join(', ')}`
}

function matching(constraint: string, versions: readonly string[], prereleases: boolean): string[] {
  try {
    const parsed = parseConstraint(constraint)
    return versions.filter((v) => parsed.check(versionOf(v)!, prereleases))
  } catch {
    return []
  }
}

const core = (version: string): string => version.replace(/^v/, '').replace(/[-+].*$/, '')

const some = (versions: readonly string[]): string => (versions.length <= 5 ? versions.join(', ') : `${versions.slice(0, 4).join(', ')} … ${versions.at(-1)} (${versions.length} in all)`)
