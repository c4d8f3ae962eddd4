import type { Chart } from '../../../charts/chart/index.ts'
import type { Cluster } from '../../../cluster/kube/index.ts'
import type { ChartifyHost, HelmRunner, LoadedState, ReleaseSpec, ValuesRun } from '../../../delivery/helmfile/index.ts'
import type { HelmProgram } from '../command.ts'
import type { HelmfileContext } from './verb.ts'

/** What the work on one state reaches of the whole command. */
export interface SharedCharts {
  readonly context: HelmfileContext
  helm(): Promise<HelmProgram>
  readonly values: ValuesRun
  /** Charts of memory, by the path that command lines name. */
  readonly charts: Map<string, Chart>
  /** Charts that were fetched, by chart and version. */
  readonly fetched: Map<string, Promise<string>>
  /** Names of repositories that Helm knows by now. */
  readonly repositories: Set<string>
  /** What making charts of a state reaches. */
  chartifyHost(state: LoadedState, release: ReleaseSpec, helm: HelmRunner): ChartifyHost
  /** The cluster that kubectl would speak to. */
  cluster(): Promise<Cluster>
  /** The cluster of a context, in the kubeconfig of --kubeconfig. */
  clusterOf(kubeContext: string): Promise<Cluster>
  /** The version of the server that --kubeconfig and --kube-context lead to; '' when it does not answer. */
  serverVersion(): Promise<string>
  /** A folder that is removed at the end; it may not be there yet. */
  scratch(kind: 'chartify' | 'helmfile'): string
  /** To be removed at the end. */
  remove(path: string): void
}
