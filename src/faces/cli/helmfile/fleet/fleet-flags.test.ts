import { describe, expect, test } from 'vitest'
import { helmfileApply } from '../../commands/helmfile-apply.ts'
import { Output } from '../../output.ts'
import { parseFlags } from '../../flags.ts'
import { helmfileGlobalFlags, readHelmfileGlobals } from '../global-flags.ts'
import { isFleet, wordsWithoutFleet } from './fleet-flags.ts'
import { fleetJson, fleetTable } from './fleet-output.ts'

const specs = [...helmfileApply.flags, ...helmfileGlobalFlags]

describe('the command line for one environment', () => {
  test.each<[string[], string[]]>([
    [['apply', '-e', 'a', '-e', 'b'], ['apply']],
    [['-ea', '--environment=b', 'apply', '--wave', 'a', '--wave=b'], ['apply']],
    [['apply', '--all-environments', '-o', 'json', '--wave-timeout', '9'], ['apply', '--wave-timeout', '9']],
    [['apply', '--as-jobs', '--image', 'x', '--jobs-namespace=y', '--keys-secret', 'z', '-f', 'h.yaml'], ['apply', '-f', 'h.yaml']],
    // What looks like a flag is the value of one.
    [['apply', '--args', '-e a', '--set', '--wave', '-l', '-e', '-e', 'b'], ['apply', '--args', '-e a', '--set', '--wave', '-l', '-e']],
    [['apply', '--all-environments=true', '--output', 'simple', '--', '-e', 'a'], ['apply', '--output', 'simple', '--', '-e', 'a']],
  ])('%j', (argv, words) => expect(wordsWithoutFleet(argv, specs)).toEqual(words))
})

test('what is a fleet', () => {
  const is = (...words: string[]): boolean => {
    const { flags } = parseFlags(words, specs)
    return isFleet({ flags, globals: readHelmfileGlobals(flags, {}, false) })
  }
  expect(is('-e', 'a')).toBe(false)
  expect(is('-e', 'a', '-e', 'a')).toBe(false)
  expect(is('-e', 'a', '-e', 'b')).toBe(true)
  expect(is('--all-environments')).toBe(true)
  expect(is('--wave', 'a,b')).toBe(true)
  expect(is('-e', 'a', '--as-jobs')).toBe(true)
  expect(is('--wave', 'a', '--report', 'fd:3')).toBe(false)
})

describe('what is told', () => {
  const release = { name: 'web', namespace: 'n', context: '', chart: 'app', version: '1.0.0', revision: 2, status: 'deployed', change: 'upgraded' as const, trouble: '' }
  const failure = 'failed processing release api: command "helm" exited with non-zero status:\n\nPATH:\n  helm\n\nARGS:\n  0: helm (4 bytes)\n\nERROR:\n  exit status 1\n\nEXIT STATUS\n  1\n\nSTDERR:\n  Error: no\n\nCOMBINED OUTPUT:\n  Error: no'
  const outcome = {
    code: 1,
    waves: [
      { environments: ['us', 'eu'], state: 'failed' as const, reports: [{ environment: 'us', clusters: ['https://us'], releases: [release, { ...release, name: 'sick', trouble: 'Deployment/x is inProgress: 0/1' }], errors: [], code: 0 }, { environment: 'eu', clusters: [], releases: [], errors: [failure], code: 1 }] },
      { environments: ['asia'], state: 'not begun' as const, reports: [] },
    ],
  }
  test('as a table', () => {
    expect(fleetTable(outcome, new Output({ stdout: () => {} })).replaceAll(/[ \t]+/g, ' ')).toBe(`ENVIRONMENT CLUSTER NAMESPACE RELEASE REVISION CHART STATUS CHANGE
us https://us n web 2 app-1.0.0 deployed upgraded
us https://us n sick 2 app-1.0.0 unhealthy upgraded
eu failed
us: sick: Deployment/x is inProgress: 0/1
eu: failed processing release api: Error: no
wave 2 (asia) was not begun
`)
  })
  test('for machines', () => {
    expect(JSON.parse(fleetJson(outcome))).toMatchObject({ code: 1, waves: [{ state: 'failed', reports: [{ environment: 'us', trouble: ['sick: Deployment/x is inProgress: 0/1'] }, { trouble: ['failed processing release api: Error: no'] }] }, { state: 'not begun' }] })
  })
})
