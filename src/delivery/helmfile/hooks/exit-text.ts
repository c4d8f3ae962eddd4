/** A program that ended with a failure. */
export interface FailedProgram {
  /** Where it was found. */
  readonly path: string
  /** Its command line, the program's name first. */
  readonly words: readonly string[]
  /** Go's words: `exit status 1`. */
  readonly error: string
  readonly status: number
  readonly stderr: string
  readonly combined: string
}

/** How helmfile tells of a program that failed. Source: newExitError in pkg/helmexec/exit_error.go. */
export function exitText({ path, words, error, status, stderr, combined }: FailedProgram): string {
  const parts = [
    `PATH:\n${indent(path, '  ')}`,
    `ARGS:${words.map((word, i) => `\n${indent(`${i}: ${word} (${Buffer.byteLength(word)} bytes)`, '  ')}`).join('')}`,
    `ERROR:\n${indent(error, '  ')}`,
    `EXIT STATUS\n${indent(String(status), '  ')}`,
    ...(stderr === '' ? [] : [`STDERR:\n${indent(stderr, '  ')}`]),
    ...(combined === '' ? [] : [`COMBINED OUTPUT:\n${indent(combined, '  ')}`]),
  ]
  return `command ${JSON.stringify(path)} exited with non-zero status:\n\n${parts.join('\n\n')}`
}

/** Empty lines are lost, and the last of several lines stands behind the one before it unless it is empty. Source: Indent in pkg/helmexec/exit_error.go. */
export function indent(text: string, by: string): string {
  const lines = text.split('\n')
  const last = lines.length - 1
  return lines.map((line, i) => (line === '' ? '' : `${i > 0 && i < last ? '\n' : ''}${by}${line}`)).join('')
}
