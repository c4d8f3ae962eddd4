import { expect, test } from 'vitest'
import type { Value } from '../../../language/go/index.ts'
import { HelmRunner } from '../charts/helm-runner.ts'
import { fillStruct } from '../decode-spec.ts'
import { emptyRelease } from '../empty-release.ts'
import { stateSpec } from '../schema.ts'
import type { ReleaseSetSpec, ReleaseSpec } from '../spec.ts'
import { applyState, type ApplyOptions } from './apply.ts'
import { destroyState } from './destroy.ts'
import { diffState } from './diff.ts'
import type { StateRun } from './state-run.ts'
import { statusState } from './status.ts'
import { syncState } from './sync.ts'
import { testState } from './test.ts'

/** What Helm answers to a command line that holds a text: exit code, standard output, standard error. */
type Answers = Record<string, readonly [code: number, stdout?: string, stderr?: string]>

function world(releases: ReleaseSpec[], answers: Answers = {}, more: Partial<StateRun> = {}) {
  const events: string[] = []
  const log = (level: string, message: string): void => { if (level !== 'debug') events.push(`${level}: ${message}`) }
  const helm = new HelmRunner({
    log, stripArgs: true, kubeconfig: '', kubeContext: '', ociPlainHttp: false, repoRetries: 0, disableForceUpdate: false,
    program: {
      run: async (argv, { onStdout }) => {
        events.push(`helm ${argv.join(' ')}`)
        const key = Object.keys(answers).find((one) => argv.join(' ').includes(one))
        const [code, stdout = '', stderr = ''] = key === undefined ? [0] : answers[key]!
        onStdout?.(stdout)
        return { code, stdout, stderr }
      },
    },
  })
  const spec = fillStruct<ReleaseSetSpec>(null, stateSpec)
  const run: StateRun = {
    state: {
      cwd: '/', basePath: '.', file: 'helmfile.yaml', spec: { ...spec, releases }, releases, allReleases: releases, originalReleases: releases, selectors: [], renderedValues: new Map<string, Value>(),
      environment: { name: 'default', kubeContext: '', values: new Map(), defaults: new Map(), cliOverrides: new Map() }, access: undefined as never,
    },
    helm, log, print: (text) => { events.push(`out: ${text}`) }, ask: (question) => { events.push(question); return Promise.resolve(true) }, interactive: false, concurrency: 1,
    colour: { tables: false, diff: undefined }, valuesFiles: [], select: () => releases, valuesOf: () => Promise.resolve({ argv: [], files: new Map(), render: (text) => text }),
    hook: (event, command, release, error) => {
      if (release?.hooks.some((hook) => hook.events.includes(event)) === true) events.push(`hook ${event} ${command} ${release.name}${error === undefined ? '' : ` (${error.message.split('\n')[0]})`}`)
      return Promise.resolve(true)
    },
    serverVersion: () => Promise.resolve(''), now: () => 0, ...more,
  }
  return { run, events }
}

const hooks = ['preapply', 'presync', 'preuninstall', 'postuninstall', 'postsync', 'cleanup'].map((event) => ({ name: '', events: [event], command: 'x', args: [], showlogs: false, kubectlApply: new Map() }))
const release = (name: string, fields: Partial<ReleaseSpec> = {}): ReleaseSpec => emptyRelease({ name, chart: `repo/${name}`, ...fields })
const needs = { includeNeeds: false, includeTransitiveNeeds: false, skipNeeds: true, enforceNeedsAreInstalled: false }
const upgrade = {
  set: [], skipCrds: false, wait: false, waitForJobs: false, timeout: 0, syncReleaseLabels: false, reuseValues: false, resetValues: false, postRenderer: '', postRendererArgs: [],
  skipSchemaValidation: false, syncArgs: '', hideNotes: false, takeOwnership: false, serverSide: '', trackMode: '', trackTimeout: 0, description: '',
}
const diff = {
  stripTrailingCR: false, includeTests: false, suppress: [], suppressSecrets: false, showSecrets: false, noHooks: false, context: 0, output: '', set: [], diffArgs: '', templateArgs: '',
  skipDiffOnInstall: false, skipDiffValidationOnInstall: false, reuseValues: false, resetValues: false, postRenderer: '', postRendererArgs: [], skipSchemaValidation: false,
  suppressOutputLineRegex: [], takeOwnership: false, serverSide: '',
}
const apply: ApplyOptions = { ...needs, args: '', detailedExitCode: false, suppressDiff: false, cascade: '', diff, upgrade }
const listed = (name: string): string => `NAME\tNAMESPACE\tREVISION\tUPDATED\tSTATUS\tCHART\n${name}\tdefault\t1\tnow\tdeployed\t${name}-1.2.3\t\n`
const failure = (error: Error | undefined): string => error?.message.split('\n')[0] ?? ''

test('apply: what differs is shown, removed in reverse, upgraded in order, with hooks around', async () => {
  const { run, events } = world([
    release('old', { installed: false, hooks }), release('front', { needs: ['n/api'], hooks }), release('api', { namespace: 'n' }), release('same', { hooks: [hooks[5]!] }),
  ], {
    'diff upgrade --allow-unreleased front': [2, 'front changes'], 'diff upgrade --allow-unreleased api': [2, 'api changes'], 'diff upgrade': [0],
    'list --filter ^old$': [0, listed('old')], 'list --filter ^api$': [0, listed('api')], list: [0, 'NAME\n'], 'show chart': [0, 'name: front\nversion: 9.9.9\n'],
  })
  expect(await applyState(run, apply)).toEqual({ matched: true, changed: true, errors: [] })
  const flags = '--create-namespace --reset-values --history-max 10'
  expect(events).toEqual([
    ...['api', 'same', 'front'].map((name) => `helm diff upgrade --allow-unreleased ${name} repo/${name} --reset-values --detailed-exitcode`),
    'out: Comparing release=api, chart=repo/api, namespace=n\napi changes\n', 'out: Comparing release=same, chart=repo/same, namespace=\n', 'out: Comparing release=front, chart=repo/front, namespace=\nfront changes\n',
    'info: Listing releases matching ^old$', 'helm list --filter ^old$ --uninstalling --deployed --failed --pending', `info: ${listed('old').split('\n')[1]!}`,
    'hook preapply apply front', 'hook preapply apply old',
    'hook presync sync old', 'hook preuninstall sync old', 'info: Deleting old', 'helm delete old', 'hook postuninstall sync old', 'hook postsync sync old', 'hook cleanup sync old',
    'info: Upgrading release=api, chart=repo/api, namespace=n', `helm upgrade --install api repo/api ${flags}`, 'info: Listing releases matching ^api$',
    'helm list --filter ^api$ --namespace n --uninstalling --deployed --failed --pending', `info: ${listed('api').split('\n')[1]!}`,
    'hook presync sync front', 'info: Upgrading release=front, chart=repo/front, namespace=', `helm upgrade --install front repo/front ${flags}`, 'info: Listing releases matching ^front$',
    'helm list --filter ^front$ --uninstalling --deployed --failed --pending', 'helm show chart repo/front', 'hook postsync sync front', 'hook cleanup sync front',
    'info: \n================ Updated Releases =================',
    'info: NAME    NAMESPACE   CHART        VERSION   DURATION\napi     n           repo/api     1.2.3           0s\nfront               repo/front   9.9.9           0s\n',
    'info: \n==== Deleted Releases =====', 'info: NAME   NAMESPACE   DURATION\nold                      0s\n',
    'hook cleanup apply same',
  ])
})

test('apply: nothing differs', async () => {
  const { run, events } = world([release('a', { hooks })])
  expect(await applyState(run, apply)).toEqual({ matched: true, changed: false, errors: [] })
  expect(events).toHaveLength(2)
})

test('apply: a group that failed ends what comes after it, and what was begun is told', async () => {
  const { run, events } = world([release('api', { hooks }), release('peer'), release('front', { needs: ['api'] })], {
    'diff upgrade': [2, 'x'], 'upgrade --install api': [1, 'half done\n', 'Error: no'], list: [0, listed('peer')],
  })
  const { errors } = await applyState(run, apply)
  expect(errors.map(failure)).toEqual(['failed processing release api: command "helm" exited with non-zero status:'])
  expect(events.filter((event) => event.startsWith('helm upgrade'))).toHaveLength(2)
  expect(events).toContain('info: half done')
  expect(events).toContain('hook postsync sync api (failed processing release api: command "helm" exited with non-zero status:)')
  expect(events.slice(-3)).toEqual([
    'info: NAME   NAMESPACE   CHART       VERSION   DURATION\npeer               repo/peer   1.2.3           0s\n', 'info: \n=============== Failed Releases ================', 'info: NAME   NAMESPACE   CHART      VERSION   DURATION\napi                repo/api                   0s\n',
  ])
})

test('apply: a diff that fails ends the run before anything is changed', async () => {
  const { run, events } = world([release('a'), release('b')], { 'unreleased a': [1, '', 'Error: chart'], 'diff upgrade': [2, 'x'] })
  const { matched, errors } = await applyState(run, apply)
  expect(matched).toBe(false)
  expect(errors.map(failure)).toEqual(['command "helm" exited with non-zero status:'])
  expect(events.some((event) => event.startsWith('helm upgrade'))).toBe(false)
})

test('apply -i asks, and no is kept to', async () => {
  const asked: string[] = []
  const { run, events } = world([release('a')], { 'diff upgrade': [2, 'x'] }, { interactive: true, ask: (question) => { asked.push(question); return Promise.resolve(false) } })
  expect(await applyState(run, apply)).toMatchObject({ matched: true, errors: [] })
  expect(asked).toEqual(['Affected releases are:\n  a (repo/a) UPDATED\n\nDo you really want to apply?\n  Helmfile will apply all your changes, as shown above.\n\n'])
  expect(events.some((event) => event.startsWith('helm upgrade'))).toBe(false)
})

test('apply --skip-diff-on-install upgrades what is not there without comparing', async () => {
  const { run, events } = world([release('a')], { list: [0, 'NAME\n'] })
  await applyState(run, { ...apply, diff: { ...diff, skipDiffOnInstall: true } })
  expect(events.filter((event) => event.startsWith('helm'))).toEqual(['helm list --filter ^a$ --uninstalling --deployed --failed --pending', expect.stringMatching(/^helm upgrade/), expect.stringMatching(/^helm list/), 'helm show chart repo/a'])
})

test('diff: what differs, and what is to be removed', async () => {
  const answers: Answers = { 'diff upgrade --allow-unreleased a': [2, 'a changes'], list: [0, listed('gone')] }
  const { run, events } = world([release('a'), release('gone', { installed: false }), release('quiet', { suppressDiff: true })], answers)
  const options = { ...needs, args: '--debug', diff: { ...diff, detailedExitCode: true } }
  expect(await diffState(run, options)).toEqual({ matched: true, changed: true, errors: [], message: 'Affected releases are:\n  a (repo/a) UPDATED\n  gone (repo/gone) DELETED\n' })
  expect(events).toContain('info: Comparing release=quiet, chart=repo/quiet, namespace=\n')
  expect(events).toContain('helm diff upgrade --allow-unreleased a repo/a --reset-values --detailed-exitcode --debug')
  expect(await diffState(world([release('a')]).run, options)).toMatchObject({ changed: false, message: 'No affected releases' })
})

test('diff: needs that are not to be installed', async () => {
  const { run } = world([release('a', { needs: ['b'] }), release('b', { installed: false })])
  expect((await diffState(run, { ...needs, enforceNeedsAreInstalled: true, args: '', diff: { ...diff, detailedExitCode: false } })).errors.map(failure)).toEqual(['Release a has a transitive dependency b marked as installed=false'])
})

test('sync: a release that may not be changed is installed anew', async () => {
  let tries = 0
  const { run, events } = world([release('a', { updateStrategy: 'reinstallIfForbidden', hooks: hooks.slice(2, 4) })], { list: [0, listed('a')] })
  const { program } = run.helm.options
  const { run: real } = program
  program.run = async (argv, options) => (argv[0] === 'upgrade' && tries++ === 0 ? { code: 1, stdout: '', stderr: 'Error: x is invalid: spec: Forbidden: updates to statefulset spec' } : await real(argv, options))
  expect(await syncState(run, { ...needs, args: '', cascade: '', upgrade, suppressDiff: false, diff: { ...diff, detailedExitCode: false } })).toEqual({ matched: true, changed: true, errors: [] })
  expect(events.filter((event) => !event.startsWith('info: a\t'))).toEqual([
    'info: Upgrading release=a, chart=repo/a, namespace=', 'info: Failed to sync due to forbidden updates, attempting to reinstall "a" allowed by update strategy',
    'info: Listing releases matching ^a$', expect.stringMatching(/^helm list/), 'hook preuninstall sync a', 'info: Deleting a', 'helm delete a --wait', 'hook postuninstall sync a',
    'info: Upgrading release=a, chart=repo/a, namespace=', expect.stringMatching(/^helm upgrade/), 'info: Listing releases matching ^a$', expect.stringMatching(/^helm list/),
    expect.stringMatching(/^info: \n=+ Reinstalled Releases =+$/), expect.stringContaining('repo/a'),
  ])
})

test('destroy: what is there, in reverse', async () => {
  const { run, events } = world([release('db'), release('app', { needs: ['db'], hooks }), release('gone', { hooks })], { 'list --filter ^gone$': [0, 'NAME\n'], list: [0, listed('x')] })
  expect(await destroyState(run, { args: '', cascade: '' })).toEqual({ matched: true, changed: true, errors: [] })
  expect(events.filter((event) => /^(helm delete|hook)/.test(event))).toEqual(['hook cleanup delete gone', 'hook preuninstall delete app', 'helm delete app', 'hook postuninstall delete app', 'helm delete db'])
})

test('status and test: failures name the release', async () => {
  const { run } = world([release('a'), release('b'), release('off', { installed: false })], { 'status b': [1, '', 'Error: release: not found'], 'test a': [1, 'logs\n', 'Error: pod'] })
  expect((await statusState(run, '')).errors.map(failure)).toEqual(['release "b" failed: command "helm" exited with non-zero status:'])
  expect((await testState(run, { args: '', logs: true, timeout: 300 })).errors.map(failure)).toEqual(['release "a" failed: command "helm" exited with non-zero status:'])
})

test('an abort begins nothing new', async () => {
  const stop = new AbortController()
  const { run, events } = world([release('a'), release('b'), release('c')], { 'diff upgrade': [2, 'x'], list: [0, listed('a')] }, { signal: stop.signal })
  const { program } = run.helm.options
  const { run: real } = program
  program.run = async (argv, options) => {
    if (argv[0] === 'upgrade') stop.abort()
    return await real(argv, options)
  }
  expect((await applyState(run, apply)).errors).toHaveLength(2)
  expect(events.filter((event) => event.startsWith('helm upgrade'))).toHaveLength(1)
})
