import { spawn } from 'node:child_process'
import type { StepResult } from '../evidence/index.ts'

export type SmokeCheck = { readonly http: string; readonly status?: number } | { readonly run: string }

export interface SmokeOptions {
  readonly signal?: AbortSignal
  /** Milliseconds for each check, its repetitions included. Default 30 000. */
  readonly timeout?: number
  /** Environment of commands, besides the process's own: PINTLE_SERVICE, PINTLE_NAMESPACE, ... */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** What a check is called: its command, or its URL without what may be a secret, user, password and the values of its query. */
export function checkName(check: SmokeCheck): string {
  if ('run' in check) return check.run
  return check.http.replace(/(:\/\/)[^/?#]*@/, '$1***@').replaceAll(/([?&][^=&#]*=)[^&#]{5,}/g, '$1REDACTED')
}

/**
 * Runs the smoke checks one after the other, all of them even when one fails. An HTTP check passes on the status asked for (any 2xx by
 * default) and is repeated until its time is up; a command passes on exit code 0 and runs once. User and password of a URL are sent as Basic authorization.
 */
export async function smokeChecks(checks: readonly SmokeCheck[], options: SmokeOptions = {}): Promise<StepResult[]> {
  const out: StepResult[] = []
  for (const check of checks) {
    const started = Date.now()
    const name = checkName(check)
    const { passed, detail } = 'http' in check ? await http(check, options) : await command(check.run, options)
    out.push({ name, kind: 'smoke', passed, detail, duration: Date.now() - started })
  }
  return out
}

type Verdict = { passed: boolean; detail: string }

async function http(check: { http: string; status?: number }, options: SmokeOptions): Promise<Verdict> {
  const deadline = Date.now() + (options.timeout ?? 30_000)
  let detail = 'no answer'
  const target = requestOf(check.http)
  if (target === undefined) return { passed: false, detail: 'no URL of HTTP' }
  do {
    const left = Math.max(1, Math.min(10_000, deadline - Date.now()))
    const signals = [AbortSignal.timeout(left), ...(options.signal ? [options.signal] : [])]
    try {
      const response = await fetch(target.url, { headers: target.headers, signal: AbortSignal.any(signals), redirect: 'manual' })
      await response.body?.cancel()
      const passed = check.status === undefined ? response.status >= 200 && response.status < 300 : response.status === check.status
      detail = `answered ${response.status}${passed ? '' : `, wanted ${check.status ?? '2xx'}`}`
      if (passed) return { passed, detail }
    } catch (error) {
      options.signal?.throwIfAborted()
      const cause = (error as { cause?: { code?: string; message?: string } }).cause
      detail = cause?.code ?? cause?.message ?? (error as Error).message
    }
    await new Promise((done) => setTimeout(done, Math.min(500, Math.max(0, deadline - Date.now()))))
  } while (Date.now() < deadline)
  return { passed: false, detail }
}

/** Fetch takes no URL with a user in it. undefined: it is none of HTTP. */
function requestOf(address: string): { url: URL; headers: Record<string, string> } | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (!/^https?:$/.test(url.protocol)) return undefined
  const { username, password } = url
  url.username = ''
  url.password = ''
  return { url, headers: username === '' && password === '' ? {} : { authorization: `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}` } }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'))
  } catch {
    return text
  }
}

function command(line: string, options: SmokeOptions): Promise<Verdict> {
  return new Promise((done) => {
    const child = spawn('/bin/sh', ['-c', line], {
      cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], signal: options.signal, timeout: options.timeout ?? 30_000,
    })
    let tail = ''
    const keep = (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-2000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => done({ passed: false, detail: error.message }))
    child.on('close', (code, signal) => {
      const said = tail.trim().split('\n').slice(-3).join('\n')
      done({ passed: code === 0, detail: `${signal ? `ended by ${signal}` : `exit code ${code}`}${said ? `: ${said}` : ''}` })
    })
  })
}
