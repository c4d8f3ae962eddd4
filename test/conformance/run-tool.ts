import { spawn } from 'node:child_process'

/** What a program printed, byte for byte (as Latin-1), and its exit code; -1 when a signal ended it. */
export interface ToolRun { readonly code: number; readonly out: string; readonly err: string }

/** Runs a program without input. */
export function runTool(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<ToolRun> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, ...(cwd === undefined ? {} : { cwd }) })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (d: Buffer) => out.push(d))
    child.stderr.on('data', (d: Buffer) => err.push(d))
    child.on('error', fail)
    child.on('close', (code) => done({ code: code ?? -1, out: Buffer.concat(out).toString('latin1'), err: Buffer.concat(err).toString('latin1') }))
  })
}
