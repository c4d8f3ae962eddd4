import type { CrdFile, RenderedRelease } from '../../cluster/release/index.ts'

/** What a rollout leads to, word for word as the plan froze it: kept in the cluster, so that any machine can go on. Holds secrets. */
export interface RolloutTarget {
  readonly release: Pick<RenderedRelease, 'chart' | 'config' | 'manifest' | 'hooks' | 'notes'>
  readonly crds: readonly CrdFile[]
  /** Shown nowhere. */
  readonly secrets: readonly string[]
  /** Checked once it is deployed; may hold tokens in URLs. */
  readonly smoke: readonly ({ readonly http: string; readonly status?: number } | { readonly run: string })[]
  readonly settings: { /** Milliseconds for each wait. */ readonly timeout: number; readonly historyMax: number; readonly upgradeCrds: boolean; readonly skipTests: boolean }
  /** Stands in the descriptions of revisions: `plan sha256:...`. */
  readonly origin: string
  /** What the record of evidence needs, whoever ends the rollout; only the face that wrote it reads it. */
  readonly context?: unknown
}
