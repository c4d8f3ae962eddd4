import { PintleError } from '../../errors/index.ts'
import { plainJson, readPlainJson, type ChartRecord, type CrdFile, type ReleaseSource, type RenderedHook, type ValuesLike } from '../../cluster/release/index.ts'
import type { Smoke } from './project-shape.ts'

/** What a plan holds of a release, word for word: this is applied, nothing is rendered again. Holds secrets. */
export interface FrozenRelease {
  readonly manifest: string
  readonly hooks: readonly RenderedHook[]
  readonly notes: string
  readonly config: ValuesLike
  readonly chart: ChartRecord
  /** The chart's definitions, where they are brought along. */
  readonly crds: readonly CrdFile[]
  /** Checked once it is deployed; may hold tokens in URLs. */
  readonly smoke: readonly Smoke[]
  /** Values that must not be shown, wherever they turn up: those of Secrets, looked-up ones among them. */
  readonly secrets: readonly string[]
}

/** As text, with every integer digit by digit. */
export const freeze = (release: FrozenRelease): string => plainJson(release)

/** @throws PintleError plan.invalid when the text holds no release */
export function thaw(text: string): FrozenRelease {
  let value: FrozenRelease
  try {
    // Only who wrote a plan can have sealed this: a shape is enough.
    value = readPlainJson(text) as FrozenRelease
  } catch (error) {
    throw new PintleError('plan.invalid', `what the plan holds cannot be read: ${(error as Error).message}`, { cause: error })
  }
  const { manifest, hooks, notes, config, chart, crds, smoke, secrets } = value
  if (typeof manifest !== 'string' || typeof notes !== 'string' || ![hooks, crds, smoke, secrets].every(Array.isArray) || ![config, chart].every((v) => typeof v === 'object' && v !== null)) throw new PintleError('plan.invalid', 'what the plan holds is no release')
  return { manifest, hooks, notes, config, chart, crds, smoke, secrets }
}

/** A source that renders nothing. */
export const frozenSource = (frozen: FrozenRelease): ReleaseSource => ({
  crds: frozen.crds,
  chart: () => frozen.chart,
  render: () => ({ chart: frozen.chart, config: frozen.config, manifest: frozen.manifest, hooks: frozen.hooks, notes: frozen.notes }),
})
