import type { KubeObject } from '../kube/index.ts'

/** Changes that say nothing about what runs. */
export type Noise = 'chart-label' | 'checksum' | 'lookup' | 'defaulted'
export const noises: readonly Noise[] = ['chart-label', 'checksum', 'lookup', 'defaulted']

const chartLabels = ['helm.sh/chart', 'chart']
const isChecksum = (key: string): boolean => /^checksum[/-]/.test(key)

/**
 * A copy without what is noise whatever stands on the other side: labels that name the chart's version, annotations that hold hashes of other objects, in pod templates and volume
 * claims too. For the other kinds of noise see left-out.ts.
 */
export function withoutNoise(object: KubeObject, noise: readonly Noise[]): KubeObject {
  if (noise.length === 0) return object
  const drop = (key: string, table: 'labels' | 'annotations'): boolean =>
    (table === 'labels' && noise.includes('chart-label') && chartLabels.includes(key)) || (table === 'annotations' && noise.includes('checksum') && isChecksum(key))
  return cleaned(object, drop) as KubeObject
}

type Drop = (key: string, table: 'labels' | 'annotations') => boolean

/** Metadata stands at the top, in templates and in claims, and nowhere else under that name. */
function cleaned(value: unknown, drop: Drop): unknown {
  if (Array.isArray(value)) return value.map((item) => cleaned(item, drop))
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) out[key] = key === 'metadata' ? metadata(item, drop) : ['spec', 'template', 'jobTemplate', 'volumeClaimTemplates'].includes(key) ? cleaned(item, drop) : item
  return out
}

function metadata(value: unknown, drop: Drop): unknown {
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, unknown> = { ...value }
  for (const table of ['labels', 'annotations'] as const) {
    const entries = out[table]
    if (typeof entries !== 'object' || entries === null) continue
    const kept = Object.entries(entries).filter(([key]) => !drop(key, table))
    if (kept.length > 0) out[table] = Object.fromEntries(kept)
    else delete out[table]
  }
  return out
}
