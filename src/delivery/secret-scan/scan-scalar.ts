import { atLeast, type Hit } from './finding.ts'
import { findHits } from './find-hits.ts'
import { judgeNamed, type Reading } from './judge-named.ts'
import type { YamlScalar } from './yaml-scalars.ts'

/** The secrets in one scalar: by form and by names in its text, and itself by its own name. */
export function scanScalar(scalar: Pick<YamlScalar, 'name' | 'value' | 'numeric'>, reading: Reading): Hit[] {
  const { name, value, numeric } = scalar
  const trimmed = value.trim()
  if (trimmed.length < 2) return []
  const named = judgeNamed(name, trimmed, reading)
  const hit: Hit | undefined = named === undefined || (numeric && (named.name.id !== 'password' || !/^\d{4,}$/.test(trimmed)))
    ? undefined
    : { rule: `name/${named.name.id}`, reason: `a literal under the name of ${named.name.what}`, confidence: named.confidence, start: 0, end: value.length, secret: trimmed }
  if (numeric) return hit === undefined ? [] : [hit]
  const found = findHits(value, { ...reading, names: true })
  // Of the same value, what says more.
  return hit === undefined || found.some((f) => atLeast(f.confidence, hit.confidence)) ? found : [hit]
}
