import { HelmExitError, type HelmInput } from '../../../delivery/helmfile/index.ts'
import type { StateWork } from './state-work.ts'
import type { HelmfileContext } from './verb.ts'

/** Runs Helm and prints what it printed, also when it fails. Source: write in pkg/helmexec/exec.go. */
export async function runPrinting({ out }: HelmfileContext, { helm }: StateWork, argv: readonly string[], input: HelmInput): Promise<void> {
  const print = (stdout: string): void => {
    if (stdout !== '') out.write(`${stdout}\n`)
  }
  try {
    print((await helm.exec(argv, input)).stdout)
  } catch (error) {
    if (error instanceof HelmExitError) print(error.outcome.stdout)
    throw error
  }
}
