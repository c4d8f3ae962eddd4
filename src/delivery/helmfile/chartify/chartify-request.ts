import type { HelmRunner } from '../charts/helm-runner.ts'
import type { ValuesFile } from '../charts/release-values.ts'
import type { ReleaseSpec } from '../spec.ts'
import type { AdhocDependency } from './chart-dependencies.ts'
import type { Kustomizer } from './kustomizer.ts'

/** What of a release makes another chart of its chart. */
export interface ChartifyRequest {
  readonly release: ReleaseSpec
  /** A path, or a reference of a remote chart. */
  readonly chart: string
  /** Where the new chart shall lie. Nothing is there unless it needs dependencies of its own. */
  readonly target: string
  /** Values of the release, in memory. */
  readonly files: readonly ValuesFile[]
  /** --set... of the release and of the command line. */
  readonly setFlags: readonly string[]
  /** Paths of --values of the command line. */
  readonly moreValues: readonly string[]
  readonly dependencies: readonly AdhocDependency[]
  readonly jsonPatches: readonly ValuesFile[]
  readonly strategicMergePatches: readonly ValuesFile[]
  readonly transformers: readonly ValuesFile[]
  readonly skipDeps: boolean
  readonly includeCrds: boolean
  readonly validate: boolean
  readonly kubeVersion: string
  readonly apiVersions: readonly string[]
  readonly templateArgs: readonly string[]
}

export interface ChartifyHost {
  readonly helm: HelmRunner
  readonly kustomize: Kustomizer
  /** Renders a .gotmpl of a folder of manifests. */
  render(path: string, text: string): Promise<string>
  /** Prints on standard output. */
  print(text: string): void
  /** The folder that paths are relative to. */
  readonly cwd: string
}
