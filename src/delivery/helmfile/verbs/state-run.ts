import type { HelmRunner, Log } from '../charts/helm-runner.ts'
import type { LoadedState } from '../loaded-state.ts'
import type { ReleaseSpec } from '../spec.ts'

/** One verb at work on one state: what it reaches beside the state itself. Charts are prepared before. */
export interface StateRun {
  readonly state: LoadedState
  readonly helm: HelmRunner
  readonly log: Log
  /** To standard output. */
  readonly print: (text: string) => void
  /** Asks a person, who says yes or no. */
  readonly ask: (question: string) => Promise<boolean>
  readonly interactive: boolean
  /** --concurrency; 0: as many at once as there are releases. */
  readonly concurrency: number
  /** Releases that are worked on at once where `concurrency` sets no bound. Default 32. */
  readonly mostAtOnce?: number
  /** Colours of tables and differences: --color, --no-color, or as the terminal is. */
  readonly colour: { readonly tables: boolean; readonly diff: boolean | undefined }
  /** --values of the command line, as given. */
  readonly valuesFiles: readonly string[]
  /** The releases that selectors and conditions leave, and with `needs` all that these need. */
  readonly select: (needs: boolean) => readonly ReleaseSpec[]
  /** A release's values, and how templates are rendered for it. */
  readonly valuesOf: (release: ReleaseSpec) => Promise<ReleaseInput>
  /** Runs hooks. @throws PintleError helmfile.hook */
  readonly hook: (event: string, command: string, release?: ReleaseSpec, error?: Error) => Promise<boolean>
  /** The version of the server that --kubeconfig and --kube-context lead to; '' when it does not answer. */
  readonly serverVersion: () => Promise<string>
  /** Whether a release is there is asked by `helm status`: HELMFILE_USE_HELM_STATUS_TO_CHECK_RELEASE_EXISTENCE. */
  readonly askStatus?: boolean
  /** Ids of releases of other files. */
  readonly elsewhere?: ReadonlySet<string>
  readonly signal?: AbortSignal
  readonly now?: () => number
}

export interface ReleaseInput {
  /** --namespace, --values, --set... */
  readonly argv: readonly string[]
  /** Files that these flags name and that are in memory only. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly render: (text: string) => string
}

/** What came of a verb for one state. */
export interface StateOutcome {
  /** Some release was selected. */
  readonly matched: boolean
  /** Something was, or would be, changed. */
  readonly changed: boolean
  readonly errors: readonly Error[]
}

export const nothingMatched: StateOutcome = { matched: false, changed: false, errors: [] }
