import { spawn } from 'node:child_process'
import { lostReport, parseReport, type EnvironmentReport } from '../../../../delivery/helmfile/index.ts'

export interface EnvironmentRun {
  readonly environment: string
  /** What starts Pintle as helmfile, and the command line for the environment. */
  readonly program: readonly string[]
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onStdout: (text: string) => void
  readonly onStderr: (text: string) => void
  readonly signal: AbortSignal
}

/**
 * Runs one environment in a process of its own: helmfile works in a folder, and a process has only one. It reports on a pipe beside its output.
 * @returns the report; one that says so when the process left none
 */
export async function runEnvironment({ environment, program, words, cwd, env, onStdout, onStderr, signal }: EnvironmentRun): Promise<EnvironmentReport> {
  const [path, ...before] = program
  return await new Promise((done) => {
    const child = spawn(path!, [...before, ...words, '--environment', environment, '--report', 'fd:3'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
    let report = ''
    child.stdout!.on('data', (chunk: Buffer) => onStdout(chunk.toString()))
    child.stderr!.on('data', (chunk: Buffer) => onStderr(chunk.toString()))
    child.stdio[3]!.on('data', (chunk: Buffer) => { report += chunk.toString() })
    // A release that is being changed is brought to a state that is known.
    const stop = (): void => { child.kill('SIGTERM') }
    signal.addEventListener('abort', stop, { once: true })
    child.on('error', (error) => done(lostReport(environment, 1, error.message)))
    child.on('close', (code, killed) => {
      signal.removeEventListener('abort', stop)
      if (report === '') return done(lostReport(environment, code ?? 1, killed === null ? `the run ended with exit code ${code} and no report` : `the run was ended by ${killed}`))
      try {
        return done(parseReport(report))
      } catch (error) {
        return done(lostReport(environment, code ?? 1, (error as Error).message))
      }
    })
  })
}
