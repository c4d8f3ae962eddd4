import { collectArgs } from '../charts/collect-args.ts'
import type { StateRun } from './state-run.ts'

/** --args and helmDefaults.args go behind every command line of Helm. Source: GetArgs in pkg/app/app.go. */
export function setExtraArgs({ helm, state }: Pick<StateRun, 'helm' | 'state'>, args: string): void {
  helm.extra = [...collectArgs(args), ...collectArgs(state.spec.helmDefaults.args.join(' '))]
}
