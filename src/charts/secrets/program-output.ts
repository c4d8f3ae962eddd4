import { spawn } from 'node:child_process'
import { PintleError } from '../../errors/index.ts'

/** Far more than a key needs. */
const maxOutput = 1 << 20

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Written to its standard input. */
  readonly input?: string | Uint8Array
}

/** How a program ended and what it said. */
export interface ProgramOutput {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * What a program says, which gets its input by standard input. Its words are the caller's to judge: they may hold a key.
 * @throws PintleError secrets.key when it cannot be run, takes more than two minutes or says too much; the signal's reason
 */
export function outputOf(program: string, args: readonly string[], { env = process.env, signal, input = '' }: ProgramOptions): Promise<ProgramOutput> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...env } as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'pipe'], timeout: 120_000, ...(signal && { signal }) })
    const parts: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] }
    let size = 0
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (part: Buffer) => {
        size += part.length
        if (size > maxOutput) child.kill('SIGKILL')
        else parts[name].push(part)
      })
    }
    child.on('error', (error) => reject(error.name === 'AbortError' ? (signal?.reason ?? error) : new PintleError('secrets.key', `${program} cannot be run: ${(error as { code?: string }).code ?? 'unknown'}`)))
    child.on('close', (code, killed) => {
      if (size > maxOutput) reject(new PintleError('secrets.key', `${program} says far too much`))
      else if (code === null) reject(new PintleError('secrets.key', `${program} was ended by ${killed}`))
      else resolve({ code, stdout: Buffer.concat(parts.stdout), stderr: Buffer.concat(parts.stderr).toString('utf8') })
    })
    // A program that ends early is told by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
