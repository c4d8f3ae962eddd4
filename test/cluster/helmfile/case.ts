/** A folder of state files, and command lines of helmfile that run in it one after another against a cluster. `$NS` is a namespace of the case's own. */
export interface ClusterCase {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly runs: readonly Run[]
  readonly env?: Readonly<Record<string, string>>
}

/** The words of a command line, or more about it. */
export type Run = readonly string[] | {
  readonly args: readonly string[]
  readonly stdin?: string
  /** Releases are worked on at once, and the order of what is said is chance: it is compared sorted. */
  readonly unordered?: true
  /** Only the command lines of Helm that --debug shows are compared. */
  readonly commands?: true
  /** Files to be written before. */
  readonly files?: Readonly<Record<string, string>>
}

/** What one command line left behind: times, paths and names of the namespace aside. */
export interface RunOutcome { readonly code: number; readonly out: string; readonly err: string }

export interface CaseOutcome {
  readonly runs: readonly RunOutcome[]
  /** Objects of the namespace at the end, without what the server adds by chance. */
  readonly objects: readonly unknown[]
  /** Records of releases: name, revision, status, description, chart, values. */
  readonly records: readonly unknown[]
}
