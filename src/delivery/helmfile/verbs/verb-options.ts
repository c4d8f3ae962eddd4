/** What `--wait`, `--timeout`... of apply and sync say about upgrades. Source: SyncOpts in pkg/state/state.go. */
export interface UpgradeOptions {
  readonly set: readonly string[]
  readonly skipCrds: boolean
  readonly wait: boolean
  readonly waitForJobs: boolean
  /** Seconds; 0: not given. */
  readonly timeout: number
  readonly syncReleaseLabels: boolean
  readonly reuseValues: boolean
  readonly resetValues: boolean
  readonly postRenderer: string
  readonly postRendererArgs: readonly string[]
  readonly skipSchemaValidation: boolean
  readonly syncArgs: string
  readonly hideNotes: boolean
  readonly takeOwnership: boolean
  readonly serverSide: string
  readonly trackMode: string
  /** Seconds; 0: not given. */
  readonly trackTimeout: number
  readonly description: string
}

/** What diff and apply say about comparing. Source: DiffOpts and DiffReleases in pkg/state/state.go. */
export interface DiffOptions {
  readonly detailedExitCode: boolean
  readonly stripTrailingCR: boolean
  readonly includeTests: boolean
  readonly suppress: readonly string[]
  readonly suppressSecrets: boolean
  readonly showSecrets: boolean
  readonly noHooks: boolean
  /** Lines of context; 0: not given. */
  readonly context: number
  readonly output: string
  readonly set: readonly string[]
  readonly diffArgs: string
  readonly templateArgs: string
  readonly skipDiffOnInstall: boolean
  readonly skipDiffValidationOnInstall: boolean
  readonly reuseValues: boolean
  readonly resetValues: boolean
  readonly postRenderer: string
  readonly postRendererArgs: readonly string[]
  readonly skipSchemaValidation: boolean
  readonly suppressOutputLineRegex: readonly string[]
  readonly takeOwnership: boolean
  readonly serverSide: string
  /** The server's version, where it was asked for; '' otherwise. */
  readonly detectedKubeVersion: string
}
