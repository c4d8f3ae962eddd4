import { PintleError } from '../../../errors/index.ts'

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
  constructor(argv: readonly string[], outcome: HelmOutcome, options: { readonly stripArgs: boolean }) {
    super('helmfile.helm', message(argv, outcome, options.stripArgs))
    this.exitStatus = outcome.code
  }
}

/** Source: newExitError in pkg/helmexec/exit_error.go. Pintle starts no program, so that there is no path to show. */
function message(argv: readonly string[], { code, stderr, combined }: HelmOutcome, stripArgs: boolean): string {
  const words = ['helm', ...argv]
  const shown = words.map((word, i) => (stripArgs && words[i - 1]?.startsWith('--set') === true ? '*** STRIP ***' : word))
  const parts = [
    `PATH:\n${indent('helm', '  ')}`,
    `ARGS:\n${shown.map((word, i) => indent(`${i}: ${word} (${Buffer.byteLength(word)} bytes)`, '  ')).join('\n')}`,
    `ERROR:\n${indent(`exit status ${code}`, '  ')}`,
    `EXIT STATUS\n${indent(String(code), '  ')}`,
    ...(stderr === '' ? [] : [`STDERR:\n${indent(stderr, '  ')}`]),
    ...(combined === '' ? [] : [`COMBINED OUTPUT:\n${indent(combined, '  ')}`]),
  ]
  return `command "helm" exited with non-zero status:\n\n${parts.join('\n\n')}`
}

/** Empty lines are lost, and the last of several lines stands behind the one before it unless it is empty. Source: Indent in pkg/helmexec/exit_error.go. */
export function indent(text: string, by: string): string {
  const lines = text.split('\n')
  const last = lines.length - 1
  return lines.map((line, i) => (line === '' ? '' : `${i > 0 && i < last ? '\n' : ''}${by}${line}`)).join('')
}
