import { PintleError } from '../../../errors/index.ts'
import { exitText } from '../hooks/exit-text.ts'

/** What a run of Helm left behind. */
export interface HelmOutcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Both, in the order in which they came. */
  readonly combined: string
}

/** A run of Helm that failed, told as helmfile tells it. */
export class HelmExitError extends PintleError {
  readonly exitStatus: number
  /** What it printed before. */
  readonly outcome: HelmOutcome
  constructor(argv: readonly string[], outcome: HelmOutcome, options: { readonly stripArgs: boolean }) {
    super('helmfile.helm', message(argv, outcome, options.stripArgs))
    this.exitStatus = outcome.code
    this.outcome = outcome
  }
}

/** Pintle starts no program, so that there is no path to show. */
function message(argv: readonly string[], { code, stderr, combined }: HelmOutcome, stripArgs: boolean): string {
  const words = ['helm', ...argv]
  const shown = words.map((word, i) => (stripArgs && words[i - 1]?.startsWith('--set') === true ? '*** STRIP ***' : word))
  return exitText({ path: 'helm', words: shown, error: `exit status ${code}`, status: code, stderr, combined })
}
