import { describe, expect, test } from 'vitest'
import { fillStruct } from '../decode-spec.ts'
import { emptyRelease } from '../empty-release.ts'
import { stateSpec } from '../schema.ts'
import type { HelmSpec, ReleaseSetSpec, ReleaseSpec } from '../spec.ts'
import type { ChartState } from '../charts/chart-flags.ts'
import { diffArgv } from './diff-argv.ts'
import { deleteArgv, destroyArgv, listArgv, reinstallDeleteArgv, statusArgv, testArgv } from './release-argv.ts'
import { upgradeArgv } from './upgrade-argv.ts'
import type { DiffOptions, UpgradeOptions } from './verb-options.ts'

function state(helmDefaults: Partial<HelmSpec> = {}, fields: Partial<ReleaseSetSpec> = {}): ChartState {
  const spec = fillStruct<ReleaseSetSpec>(null, stateSpec)
  return {
    spec: { ...spec, ...fields, helmDefaults: { ...spec.helmDefaults, ...helmDefaults } },
    environment: { name: 'default', kubeContext: '', values: new Map(), defaults: new Map(), cliOverrides: new Map() },
  }
}
const release = (fields: Partial<ReleaseSpec> = {}): ReleaseSpec => emptyRelease({ name: 'web', chart: './c', namespace: 'n', ...fields })
const upgrade: UpgradeOptions = {
  set: [], skipCrds: false, wait: false, waitForJobs: false, timeout: 0, syncReleaseLabels: false, reuseValues: false, resetValues: false, postRenderer: '', postRendererArgs: [],
  skipSchemaValidation: false, syncArgs: '', hideNotes: false, takeOwnership: false, serverSide: '', trackMode: '', trackTimeout: 0, description: '',
}
const diff: DiffOptions = {
  detailedExitCode: false, stripTrailingCR: false, includeTests: false, suppress: [], suppressSecrets: false, showSecrets: false, noHooks: false, context: 0, output: '', set: [], diffArgs: '',
  templateArgs: '', skipDiffOnInstall: false, skipDiffValidationOnInstall: false, reuseValues: false, resetValues: false, postRenderer: '', postRendererArgs: [], skipSchemaValidation: false,
  suppressOutputLineRegex: [], takeOwnership: false, serverSide: '', detectedKubeVersion: '',
}
const given = { values: ['--namespace', 'n', '--values', '/v'], moreValues: [], render: (text: string) => `<${text}>`, isNew: false }

describe('helm upgrade', () => {
  const words = (spec: Partial<ReleaseSpec>, defaults: Partial<HelmSpec> = {}, options: Partial<UpgradeOptions> = {}): string =>
    upgradeArgv(state(defaults), release(spec), 'c', { ...upgrade, ...options }, given).join(' ')

  test('the least', () => {
    expect(words({})).toBe('upgrade --install web c --create-namespace --namespace n --values /v --reset-values --history-max 10')
  })

  test('all of a release', () => {
    expect(words({
      version: '1.2.3@sha256:a', wait: true, waitForJobs: true, timeout: 5, force: true, recreatePods: true, atomic: true, cleanupOnFail: true, createNamespace: false, kubeContext: 'k',
      description: 'why', labels: new Map([['b', '2'], ['a', '1'], ['name', 'web'], ['', 'x']]), syncReleaseLabels: true, historyMax: 3, reuseValues: true, takeOwnership: true, serverSide: 'true', adopt: ['x/y'], postRenderer: '../x/kustomize.sh',
    }, { postRendererArgs: ['a'], skipCRDs: true })).toBe('upgrade --install web c --version 1.2.3 --wait --wait-for-jobs --timeout 5s --force-replace --recreate-pods --rollback-on-failure --cleanup-on-fail --kube-context k --adopt x/y --labels a=1,b=2 --post-renderer kustomize --description why --post-renderer-args=<a> --take-ownership --server-side true --namespace n --values /v --skip-crds --reuse-values --history-max 3')
  })

  test('the command line over the release, the release over the defaults', () => {
    expect(words({ wait: false, timeout: 5, description: 'file' }, { wait: true, timeout: 9 })).toBe('upgrade --install web c --timeout 5s --create-namespace --description file --namespace n --values /v --reset-values --history-max 10')
    expect(words({ wait: false }, {}, { wait: true, timeout: 7, trackMode: 'helm-legacy', description: 'cli', hideNotes: true, set: ['a=b'], syncArgs: '--x 1' })).toBe('upgrade --install web c --wait=legacy --timeout 7s --create-namespace --description cli --hide-notes --x 1 --namespace n --values /v --set a=b --reset-values --history-max 10')
    expect(words({ reuseValues: true }, {}, { resetValues: true })).toContain('--reset-values')
    expect(words({ trackTimeout: 9 }, { waitForJobs: true, trackMode: 'kubedog' })).toBe('upgrade --install web c --wait --timeout 9s --create-namespace --namespace n --values /v --reset-values --history-max 10')
  })

  test('settings that exclude each other', () => {
    expect(() => words({ force: true, forceConflicts: true })).toThrow('force and forceConflicts are mutually exclusive (check both releases[].force/forceConflicts and helmDefaults.force/forceConflicts)')
    expect(() => words({ atomic: true }, { rollbackOnFailure: true })).toThrow('atomic and rollbackOnFailure are mutually exclusive')
    expect(() => words({ serverSide: 'maybe' })).toThrow('invalid serverSide value "maybe": must be "true", "false", or "auto"')
  })
})

describe('helm diff', () => {
  const words = (spec: Partial<ReleaseSpec>, defaults: Partial<HelmSpec> = {}, options: Partial<DiffOptions> = {}, isNew = false): string =>
    diffArgv(state(defaults), release(spec), 'c', { ...diff, ...options }, { ...given, isNew }).join(' ')
  const least = 'diff upgrade --allow-unreleased web c'

  test('the least, and the server\'s version', () => {
    expect(words({})).toBe(`${least} --namespace n --values /v --reset-values`)
    expect(words({ kubeVersion: '1.20.0' }, {}, { detectedKubeVersion: '1.35.0' })).toBe(`${least} --kube-version 1.35.0 --namespace n --values /v --reset-values`)
    expect(words({ kubeVersion: '1.20.0', disableAutoDetectedKubeVersionForDiff: true }, {}, { detectedKubeVersion: '1.35.0' })).toContain('--kube-version 1.20.0')
    expect(words({}, { disableAutoDetectedKubeVersionForDiff: true }, { detectedKubeVersion: '1.35.0' })).not.toContain('--kube-version')
  })

  test('flags of the command line, at the end', () => {
    expect(words({ plainHttp: true, suppressOutputLineRegex: ['a', ''] }, { diffArgs: ['--no-diffs'], suppressOutputLineRegex: ['b'] }, {
      detailedExitCode: true, stripTrailingCR: true, includeTests: true, suppress: ['Secret'], suppressSecrets: true, showSecrets: true, noHooks: true, context: 3, output: 'simple', set: ['a=b'], templateArgs: '--dry-run=server',
    })).toBe(`${least} --suppress-output-line-regex a --namespace n --values /v --reset-values --detailed-exitcode --strip-trailing-cr --include-tests --suppress Secret --suppress-secrets --show-secrets --no-hooks --context 3 --output simple --set a=b --no-diffs --dry-run=server`)
  })

  test('validation of new releases', () => {
    expect(words({}, {}, {}, true)).toContain('--disable-validation')
    expect(words({ disableValidation: false }, {}, {}, true)).not.toContain('--disable-validation')
    expect(words({}, { disableValidation: true })).toContain('--disable-validation')
  })
})

test('helm list, status, delete and test', () => {
  const at = state({ deleteWait: true, deleteTimeout: 30, cascade: 'orphan', kubeContext: 'k' })
  const words = (argv: string[]): string => argv.join(' ')
  expect(words(listArgv(at, release()))).toBe('list --filter ^web$ --kube-context k --namespace n --uninstalling --deployed --failed --pending')
  expect(words(statusArgv(at, release()))).toBe('status web --namespace n --kube-context k')
  expect(words(destroyArgv(at, release(), ''))).toBe('delete web --kube-context k --cascade orphan --wait --timeout 30s --namespace n')
  expect(words(deleteArgv(at, release({ deleteWait: false }), 'foreground'))).toBe('delete web --namespace n --kube-context k --cascade foreground')
  expect(words(reinstallDeleteArgv(at, release({ deleteWait: false })))).toBe('delete web --namespace n --wait --timeout 30s --kube-context k')
  expect(words(testArgv(at, release({ timeout: 9 }), { logs: true, timeout: 300 }))).toBe('test web --namespace n --logs --timeout 300s --kube-context k')
  expect(words(testArgv(at, release({ timeout: 9 }), { logs: false, timeout: undefined }))).toBe('test web --namespace n --timeout 9s --kube-context k')
})
