import { spawn } from 'node:child_process'
import { limits, line, type Incident, type IncidentQuestion } from './incident.ts'

const most = { bytes: 64 << 10, incidents: 100 }

/**
 * Open incidents that a command of the project prints: a line for each, nothing when there is none. It gets PINTLE_SERVICE.
 * @throws Error when it fails or takes too long
 */
export async function commandIncidents(commandLine: string, { service, env, signal, cwd }: IncidentQuestion): Promise<Incident[]> {
  const text = await run(commandLine, { ...env, PINTLE_SERVICE: service }, signal, cwd)
  return text.split('\n').map((l) => line(l)).filter((l) => l !== '').slice(0, most.incidents).map((title, i) => ({ id: String(i + 1), title, source: 'command' }))
}

function run(commandLine: string, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined, cwd: string | undefined): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn('/bin/sh', ['-c', commandLine], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'], signal, timeout: limits.time, killSignal: 'SIGKILL' })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(0, most.bytes)
    })
    child.on('error', (error) => fail(new Error(`the command for incidents did not run: ${error.message}`)))
    child.on('close', (code, killed) => {
      if (code === 0) done(text)
      else fail(new Error(`the command for incidents ${killed === null ? `ended with exit code ${code}` : `was ended by ${killed}`}`))
    })
  })
}
