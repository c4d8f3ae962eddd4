/** Helm, called by a command line: what `helm template` and `helm show` do, in process. */
export interface HelmRunner {
  /**
   * @param args `template NAME CHART -f FILE ...`
   * @param files texts that stand for files, by the path that the command line names
   */
  (args: readonly string[], files: ReadonlyMap<string, Uint8Array>, signal: AbortSignal | undefined): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
}

/** How charts are inflated: --enable-helm and the flags that go with it. */
export interface HelmSettings {
  readonly run: HelmRunner
  readonly apiVersions?: readonly string[]
  readonly kubeVersion?: string
  readonly debug?: boolean
}
