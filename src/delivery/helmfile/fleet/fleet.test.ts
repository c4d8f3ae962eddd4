import { describe, expect, test } from 'vitest'
import { isHealthy, lostReport, parseReport, succeeded, type EnvironmentReport } from './environment-report.ts'
import { runFleet, type FleetEvent } from './run-fleet.ts'
import { wavesOf } from './waves.ts'

const report = (environment: string, more: Partial<EnvironmentReport> = {}): EnvironmentReport => ({ environment, clusters: ['https://x'], releases: [], errors: [], code: 0, ...more })
const release = { name: 'web', namespace: 'n', context: '', chart: 'web', version: '1.0.0', revision: 1, status: 'deployed', change: 'installed' as const, trouble: '' }

describe('waves', () => {
  test('as given, by number, all at once', () => {
    expect(wavesOf([], ['staging', 'us, eu'])).toEqual([['staging'], ['us', 'eu']])
    expect(wavesOf(['us', 'staging'], ['staging', 'us,eu'])).toEqual([['staging'], ['us']])
    expect(wavesOf(['us', 'eu', 'staging'], [], new Map([['us', 2], ['eu', 2]]))).toEqual([['staging'], ['us', 'eu']])
    expect(wavesOf(['us', 'eu', 'us'], [])).toEqual([['us', 'eu']])
  })
  test('that cannot be', () => {
    expect(() => wavesOf(['x'], ['a'])).toThrow('environment "x" is in no wave')
    expect(() => wavesOf([], ['a', 'b,a'])).toThrow('environment "a" is in two waves')
    expect(() => wavesOf([], ['a', ','])).toThrow('wave 2 has no environment')
  })
})

describe('runs', () => {
  test('one wave after another, environments of one at once, none after trouble', async () => {
    const events: string[] = []
    let running = 0
    let most = 0
    const run = async (environment: string): Promise<EnvironmentReport> => {
      most = Math.max(most, ++running)
      await new Promise((done) => { setTimeout(done, 10) })
      running -= 1
      if (environment === 'eu') return report(environment, { releases: [{ ...release, trouble: 'Deployment/web is inProgress' }] })
      return report(environment, { code: environment === 'us' ? 2 : 0 })
    }
    const say = (event: FleetEvent): void => { events.push(event.type === 'environment' ? `${event.environment} ${isHealthy(event.report)}` : event.type === 'wave' ? `wave ${event.wave}/${event.of}` : `stopped, left: ${event.left.join(' ')}`) }
    const { waves, code } = await runFleet([['staging'], ['us', 'eu'], ['asia', 'rest']], { run, onEvent: say })
    expect(most).toBe(2)
    expect(code).toBe(1)
    expect(waves.map(({ state }) => state)).toEqual(['healthy', 'failed', 'not begun'])
    expect(events).toEqual(['wave 1/3', 'staging true', 'wave 2/3', 'us true', 'eu false', 'stopped, left: asia rest'])
  })
  test('what throws is a report, and changes are told by the exit code', async () => {
    const failed = await runFleet([['a']], { run: () => Promise.reject(new Error('no kubeconfig')) })
    expect(failed.waves[0]!.reports).toEqual([{ environment: 'a', clusters: [], releases: [], errors: ['no kubeconfig'], code: 1 }])
    expect((await runFleet([['a']], { run: (environment) => Promise.resolve(report(environment, { code: 2 })) })).code).toBe(2)
  })
  test('whoever looks sees all', async () => {
    const run = (environment: string): Promise<EnvironmentReport> => Promise.resolve(report(environment, { releases: [{ ...release, trouble: 'x' }] }))
    expect(await runFleet([['a'], ['b']], { run, healthy: succeeded })).toMatchObject({ code: 0, waves: [{ state: 'healthy' }, { state: 'healthy' }] })
  })
  test('an abort begins no wave', async () => {
    const stop = new AbortController()
    const { waves, code } = await runFleet([['a'], ['b']], { signal: stop.signal, run: (environment) => { stop.abort(); return Promise.resolve(report(environment)) } })
    expect(waves.map(({ state }) => state)).toEqual(['healthy', 'not begun'])
    expect(code).toBe(1)
  })
})

describe('reports', () => {
  test('are read as they were written', () => {
    const one = report('eu', { releases: [release], errors: ['x'] })
    expect(parseReport(JSON.stringify(one))).toEqual(one)
    expect(isHealthy(lostReport('eu', 0, 'it vanished'))).toBe(false)
  })
  test.each(['', '[]', '{}', '{"environment":"a","clusters":[],"releases":[{}],"errors":[],"code":0}', '{"environment":"a","clusters":[1],"releases":[],"errors":[],"code":0}', JSON.stringify(report('a', { code: 1.5 }))])('what is none is refused: %s', (text) => {
    expect(() => parseReport(text)).toThrow(/the report of an environment cannot be read/)
  })
})
