import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isScript, loadChart } from '../../charts/chart/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import { chartDigest, readLock, type Pin } from './lock.ts'
import type { PlannedRelease } from './plan-file.ts'
import type { PlanKey } from './plan-key.ts'
import type { Refusal } from './refusals.ts'

/** Digest of a pin in pintle.lock; '' where there is none. */
export const lockDigest = (pin: Pin | undefined): string => (pin === undefined ? '' : sha256(canonicalJson(pin)))

/**
 * Compares chart, values files and lock, where they are at hand, with those the plan was made from: somebody who changed them since may think that the change
 * is applied.
 * @param base the folder of pintle.yaml, or the working folder
 * @param strict what is not at hand counts as changed
 */
export async function checkSources(planned: PlannedRelease, key: PlanKey, base: string, strict: boolean): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  const refuse = (id: Refusal['id'], message: string): void => void refusals.push({ id, release: planned.name, message })
  const { chart, lock } = planned.sources
  if (chart !== undefined) {
    if (existsSync(resolve(base, chart))) {
      const now = await loadChart(resolve(base, chart)).then(chartDigest, (error: unknown) => `unreadable: ${(error as Error).message}`)
      if (now !== planned.pin.chart.digest) refuse('stale/chart-changed', `${chart} is not the chart the plan was made from`)
    } else if (strict) refuse('stale/chart-changed', `${chart} is not there`)
  }
  for (const { path, digest } of planned.pin.values) {
    const file = resolve(base, path)
    // Scripts are not run again to see what they give now.
    if (isScript(path) || path === '-' || /^https?:/.test(path)) continue
    if (existsSync(file)) {
      if (key.digest(readFileSync(file)) !== digest) refuse('stale/values-changed', `${path} is not what the plan was made from`)
    } else if (strict) refuse('stale/values-changed', `${path} is not there`)
  }
  if (lock !== undefined && (strict || lock.digest !== '' || existsSync(resolve(base, lock.path)))) {
    if (lockDigest(readLock(resolve(base, lock.path)).releases[lock.key]) !== lock.digest) refuse('stale/lock-changed', `${lock.path} has another pin for ${lock.key} than the plan was made with`)
  }
  return refusals
}
