import { isMap, keyedMap, type Fault } from '../settings/index.ts'
import { readQuery, text } from './read-values.ts'
import type { Subset } from './subset.ts'

/** Labels as Prometheus' usual configurations write them. */
const usual = { pod: 'pod', hash: 'pod_template_hash', track: 'pintle_dev_track' } as const

/**
 * Reads `subset: pod | hash | track | none`, or a map with one of `pod: LABEL`, `hash: LABEL`, `track: LABEL`, `matcher: 'version="{{ .Hash }}"'`.
 * @throws what `fault` makes
 */
export function readSubset(raw: unknown, fault: Fault): Subset {
  if (raw === undefined) return { by: 'pod', label: usual.pod }
  if (raw === 'none') return { by: 'none' }
  if (raw === 'pod' || raw === 'hash' || raw === 'track') return { by: raw, label: usual[raw] }
  if (!isMap(raw)) throw fault(['slo', 'subset'], 'slo.subset must be pod, hash, track, none or a map', 'subset: { hash: LABEL }')
  const map = keyedMap(raw, ['pod', 'hash', 'track', 'matcher'], { section: 'slo', at: ['subset'], fault: (path, ...rest) => fault(['slo', ...path], ...rest) })
  const [by, ...more] = Object.keys(map) as ('pod' | 'hash' | 'track' | 'matcher')[]
  if (by === undefined || more.length > 0) throw fault(['slo', 'subset'], 'slo.subset has one of the keys pod, hash, track, matcher')
  const at = ['slo', 'subset', by]
  if (by === 'matcher') return { by, text: readQuery(map.matcher, 'slo.subset.matcher', at, fault) }
  const label = text(map[by], `slo.subset.${by}`, at, fault, 200)
  if (!/^[A-Za-z_][\w.@/-]*$/.test(label)) throw fault(at, `slo.subset.${by} must be a label's name`)
  return { by, label }
}
