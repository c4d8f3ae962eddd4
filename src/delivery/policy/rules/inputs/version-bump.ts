import { isVersion, parseVersion } from '../../../../language/semver/index.ts'
import type { Rule } from '../../rule.ts'

const told = 8

export default {
  id: 'inputs/version-bump',
  title: "The chart's version says what changed in its values: a removed or renamed default is a major version.",
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Whoever sets a value that the new chart no longer reads gets its default instead, silently. The version number is the only warning there is.',
  fix: 'Raise the major version (below 1.0.0 the minor one) when a default is removed or renamed, the minor version when one is added; or keep the old key working.',
  check({ inputs }) {
    if (inputs?.defaults === undefined || inputs.chart === undefined) return 'the defaults of the version that is deployed'
    const { before, after, versionBefore } = inputs.defaults
    const { version } = inputs.chart
    const bump = bumpOf(versionBefore, version)
    if (bump === undefined || bump === 'major') return []
    const removed = missing(before, after)
    const added = missing(after, before)
    const step = bump === 'none' ? `the version stays ${version}` : `${versionBefore} -> ${version} is a ${bump} version`
    return [
      ...(removed.length > 0 ? [{ message: `${step}, and defaults were removed: ${some(removed)}` }] : []),
      ...(added.length > 0 && bump !== 'minor' ? [{ message: `${step}, and defaults were added: ${some(added)}` }] : []),
    ]
  },
} satisfies Rule

/** undefined: it goes back, or one of them is no version. Below 1.0.0 a minor version may break. */
function bumpOf(before: string, after: string): 'major' | 'minor' | 'patch' | 'none' | undefined {
  if (!isVersion(before) || !isVersion(after)) return undefined
  const [a, b] = [parseVersion(before), parseVersion(after)]
  const order = b.compare(a)
  if (order < 0) return undefined
  if (order === 0) return 'none'
  if (a.major !== b.major || (a.major === 0n && a.minor !== b.minor)) return 'major'
  return a.minor !== b.minor ? 'minor' : 'patch'
}

/** Keys of one side that the other has neither as they are, nor above (an empty map that anything may be put into), nor below. */
function missing(from: readonly string[], other: readonly string[]): string[] {
  const known = new Set(other.flatMap((key) => [key, ...parents(key)]))
  const leaves = new Set(other)
  return from.filter((key) => !known.has(key) && !parents(key).some((p) => leaves.has(p)))
}

const parents = (key: string): string[] => key.split('.').slice(0, -1).map((_, i, steps) => steps.slice(0, i + 1).join('.'))

const some = (keys: readonly string[]): string => `${keys.slice(0, told).join(', ')}${keys.length > told ? `, and ${keys.length - told} more` : ''}`
