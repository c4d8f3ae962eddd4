import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { GateSubject } from '../types.ts'
import { readCommand } from './command-settings.ts'
import { fault, opened } from './provider.fixtures.ts'

const at = Date.parse('2026-11-27T10:00:00Z')
const subject: GateSubject = { service: 'checkout-api', release: 'checkout', namespace: 'prod-us-east-1', environment: 'prod', canary: 'checkout-api-canary', stable: 'checkout-api', canaryHash: '5d9f', weight: 25, step: '25%' }
const env = { PATH: process.env.PATH, PROMETHEUS_TOKEN: 'u+Zy8SECRETxQ' }
let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'command-')) })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const judge = async (raw: unknown, options: { signal?: AbortSignal } = {}) => (await opened('command', raw, { env, folder })).judge!(subject, { at, window: 300_000, ...options })
const script = (name: string, text: string): string => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
  chmodSync(join(folder, name), 0o755)
  return `./${name}`
}

it('runs check-slo.sh SERVICE STEP in the folder of the project', async () => {
  const line = script('check-slo.sh', '[ "$1" = checkout-api ] && [ "$2" = 25 ] && [ $# = 2 ]')
  expect(await judge(line)).toEqual({ verdict: 'pass', raw: { query: './check-slo.sh checkout-api 25', endpoint: './check-slo.sh', at: '2026-11-27T10:00:00.000Z', body: '' } })
  expect(await judge(`${line} --strict`)).toMatchObject({ verdict: 'fail', reason: 'exit code 1' })
  expect(await judge(`${line} "$PINTLE_SERVICE" "$PINTLE_WEIGHT"`)).toMatchObject({ verdict: 'pass' })
  expect(await judge({ run: `${line} "$1" "\${2}"` })).toMatchObject({ verdict: 'pass' })
})

it('is told of the step by its environment', async () => {
  const { raw } = await judge('env | grep ^PINTLE_ | sort; : $PINTLE_STEP')
  expect(raw!.body.trim().split('\n')).toEqual([
    'PINTLE_CANARY=checkout-api-canary', 'PINTLE_CANARY_HASH=5d9f', 'PINTLE_ENVIRONMENT=prod', 'PINTLE_NAMESPACE=prod-us-east-1', 'PINTLE_RELEASE=checkout', 'PINTLE_SERVICE=checkout-api', 'PINTLE_STABLE=checkout-api',
    'PINTLE_STABLE_HASH=', 'PINTLE_STEP=25%', 'PINTLE_TIME=2026-11-27T10:00:00.000Z', 'PINTLE_WEIGHT=25', 'PINTLE_WINDOW_SECONDS=300',
  ])
})

it.each<[string, object]>([
  ['exit 0', { verdict: 'pass' }],
  ['exit 1', { verdict: 'fail', reason: 'exit code 1' }],
  ['exit 2', { verdict: 'fail', reason: 'exit code 2' }],
  ['exit 3', { verdict: 'inconclusive', reason: 'exit code 3' }],
  ['exit 4', { verdict: 'error', reason: 'exit code 4' }],
  ['exit 255', { verdict: 'fail', reason: 'exit code 255' }],
  ['no-such-program-here', { verdict: 'error', reason: expect.stringMatching(/^exit code 127: .*not found/) }],
  ['./', { verdict: 'error', reason: expect.stringMatching(/^exit code 126: /) }],
  ['kill -9 $$', { verdict: 'error', reason: 'the command: it was ended by SIGKILL' }],
  ['echo "error rate 0.02 > 0.005" >&2; exit 1', { verdict: 'fail', reason: 'exit code 1: error rate 0.02 > 0.005' }],
  ['echo p95 is 450 ms; exit 1', { verdict: 'fail', reason: 'exit code 1: p95 is 450 ms' }],
])('%s', async (line, expected) => {
  // A line that names an argument itself gets none behind it.
  expect(await judge(`: $1; ${line}`)).toMatchObject(expected)
})

it('takes numbers from JSON that it prints, and the exit code decides', async () => {
  expect(await judge('echo looking; echo \'{"value": 0.02, "threshold": 0.005, "samples": 2400, "unit": "ratio", "comparison": "<=", "reason": "errors"}\'; exit 1; : $1')).toMatchObject({ verdict: 'fail', value: 0.02, threshold: 0.005, samples: 2400, unit: 'ratio', comparison: '<=', reason: 'exit code 1: errors' })
  expect(await judge('printf \'{\\n"value": 9, "threshold": 1\\n}\\n\'; : $1')).toEqual({ verdict: 'pass', value: 9, threshold: 1, raw: expect.anything() })
  expect(await judge('echo \'{"value": "9", "samples": -1, "threshold": 1e999, "verdict": "pass"}\'; exit 3; : $1')).toEqual({ verdict: 'inconclusive', reason: 'exit code 3', raw: expect.anything() })
  expect(await judge('echo \'[1]\'; : $1')).toEqual({ verdict: 'pass', raw: expect.anything() })
})

it('shows no secret that it prints, one line of a reason, and a part of much', async () => {
  const found = await judge('echo "used $PROMETHEUS_TOKEN" >&2; printf "a\\033[31m\\nb $PROMETHEUS_TOKEN"; exit 1; : $1')
  expect(found).toMatchObject({ verdict: 'fail', reason: 'exit code 1: used ***' })
  expect(JSON.stringify(found)).not.toContain('SECRET')
  const much = await judge('yes | head -c 60000; : $1')
  expect(much).toMatchObject({ verdict: 'pass' })
  expect(much.raw!.body.length).toBeLessThan(5000)
  expect(await judge('yes; : $1')).toMatchObject({ verdict: 'error', reason: 'the command: it says more than 64 KiB' })
})

/** Processes that a command started and left behind write their ids into a file. */
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
const gone = async (pid: number): Promise<void> => {
  for (let i = 0; i < 60 && alive(pid); i++) await sleep(50)
  expect(alive(pid)).toBe(false)
}
const pidIn = async (name: string): Promise<number> => {
  for (let i = 0; i < 100; i++) {
    if (existsSync(join(folder, name))) {
      const pid = Number(readFileSync(join(folder, name), 'utf8'))
      if (pid > 0) return pid
    }
    await sleep(20)
  }
  throw new Error('it never started')
}

it('ends all that it started, when it takes too long', async () => {
  const started = performance.now()
  expect(await judge({ run: `${script('slow.sh', 'sleep 60 & echo $! > slow.pid; wait')}; : $1`, timeout: 1 })).toMatchObject({ verdict: 'error', reason: 'the command: it took longer than 1 s' })
  expect(performance.now() - started).toBeLessThan(5000)
  await gone(await pidIn('slow.pid'))
})

it('ends a shell that does not listen', async () => {
  const started = performance.now()
  expect(await judge({ run: "trap '' TERM; while :; do sleep 1; done; : $1", timeout: 1 })).toMatchObject({ verdict: 'error', reason: 'the command: it took longer than 1 s' })
  expect(performance.now() - started).toBeLessThan(6000)
})

it('ends all that it started, when it is told to, even what does not listen', async () => {
  const abort = new AbortController()
  const reason = new Error('enough')
  const running = judge(`${script('deaf.sh', "trap '' TERM; (trap '' TERM; echo $$ > deaf.pid; while :; do sleep 1; done) & echo $! > deaf.pid; while :; do sleep 1; done")}; : $1`, { signal: abort.signal })
  const pid = await pidIn('deaf.pid')
  const started = performance.now()
  abort.abort(reason)
  await expect(running).rejects.toBe(reason)
  expect(performance.now() - started).toBeLessThan(5000)
  await gone(pid)
  await expect(judge('true', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

it('does not wait for what it leaves running in the background', async () => {
  const started = performance.now()
  expect(await judge('sleep 60 & echo $! > left.pid; exit 0; : $1')).toMatchObject({ verdict: 'pass' })
  expect(performance.now() - started).toBeLessThan(4000)
  await gone(await pidIn('left.pid'))
})

it('passes names with odd letters as they are', async () => {
  const provider = await opened('command', 'printf "%s|" "$@"; : $1', { env, folder })
  const { raw } = await provider.judge!({ ...subject, service: `a'"; touch owned; echo $(touch owned) \`touch owned\`` }, { at, window: 1000 })
  expect(raw!.body).toBe(`a'"; touch owned; echo $(touch owned) \`touch owned\`|25|`)
  expect(existsSync(join(folder, 'owned'))).toBe(false)
})

it('measures nothing', async () => {
  const provider = await opened('command', 'true', { env, folder })
  expect(await provider.measure({ text: 'x', window: 1, about: { measure: 'free', track: 'canary' } }, { at })).toMatchObject({ kind: 'error', message: 'a command gives verdicts, and no numbers to measure' })
})

it.each<[unknown, string]>([[{}, 'slo.command.run is missing'], ['', 'slo.command.run must be a text'], [{ run: 'x', timeout: 9999 }, 'slo.command.timeout must be a whole number from 1 to 3600'], [{ rum: 'x' }, 'unknown key slo.command.rum'], [3, 'slo.command must be a map']])('refuses the settings %j', (raw, message) => {
  expect(() => readCommand(raw, ['slo', 'command'], fault)).toThrow(message)
})
