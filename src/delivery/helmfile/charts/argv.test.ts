import { describe, expect, test } from 'vitest'
import type { Value } from '../../../language/go/index.ts'
import { emptyRelease } from '../empty-release.ts'
import { fillStruct } from '../decode-spec.ts'
import { stateSpec } from '../schema.ts'
import type { ReleaseSetSpec, ReleaseSpec } from '../spec.ts'
import type { ChartState } from './chart-flags.ts'
import { collectArgs } from './collect-args.ts'
import { isLocalChart, normalizeChart, remoteChart, shownChart } from './chart-reference.ts'
import { indent } from '../hooks/exit-text.ts'
import { HelmExitError } from './helm-exit-error.ts'
import { dependencyExtra } from './helm-runner.ts'
import { isVersionConstraint, ociChart, ociFolder, pullReference, registryHost } from './oci-reference.ts'
import { releaseValues, type ValuesSource } from './release-values.ts'
import { repositoryCommand } from './repository-commands.ts'
import { lintArgv, templateArgv, unittestArgv } from './template-argv.ts'

const state = (fields: Partial<ReleaseSetSpec> = {}): ChartState => ({
  spec: { ...fillStruct<ReleaseSetSpec>(null, stateSpec), ...fields },
  environment: { name: 'default', kubeContext: '', values: new Map(), defaults: new Map(), cliOverrides: new Map() },
})
const repository = (fields: object) => ({ ...fillStruct<ReleaseSetSpec>(new Map<string, Value>([['repositories', [new Map()]]]), stateSpec).repositories[0]!, ...fields })
const release = (fields: Partial<ReleaseSpec> = {}): ReleaseSpec => emptyRelease({ name: 'web', chart: './c', ...fields })
const template = { set: [], includeCrds: false, noHooks: false, skipTests: false, validate: false, postRenderer: '', postRendererArgs: [], kubeVersion: '', showOnly: [], skipSchemaValidation: false, templateArgs: '' }
const given = { values: [], moreValues: [], outputDir: '', render: (text: string) => text }

describe('words of --args', () => {
  test.each<[string, string[]]>([
    ['--set a=b --debug', ['--set', 'a=b', '--debug']],
    ['--a 1 --b --a=2', ['--a', '1', '--a=2', '--b']],
    ['stray --x= y', ['--x']],
    ['  --timeout   3600 ', ['--timeout', '3600']],
    ['', []],
  ])('%s', (text, words) => expect(collectArgs(text)).toEqual(words))
})

describe('references', () => {
  test('paths, repositories, URLs', () => {
    expect(['./c', '../c', '/a/b', 'c', 'a/b/c/d', ''].map(isLocalChart)).toEqual([true, true, true, true, true, true])
    expect(['stable/c', 'a/b/c', 'oci://a/b', 'https://a/b'].map(isLocalChart)).toEqual([false, false, false, false])
    expect(normalizeChart('sub', '../c')).toBe('c')
    expect(remoteChart('stable/path/c')).toEqual({ repository: 'stable', chart: 'path/c' })
    expect(remoteChart('oci://a/b')).toBeUndefined()
    expect(shownChart('https://me:word@host/c')).toBe('https://me:xxxxx@host/c')
  })
  test('registries', () => {
    const digest = 'sha256:abc'
    expect(ociChart('oci://r:5000/p/c', '1.0')).toEqual({ qualified: 'r:5000/p/c:1.0', name: 'c', version: '1.0' })
    expect(ociChart('oci://r:5000/p/c:2.0', '')).toEqual({ qualified: 'r:5000/p/c', name: 'c', version: '2.0' })
    expect(ociChart('oci://r/c', `2.0@${digest}`)).toEqual({ qualified: `r/c@${digest}`, name: 'c', version: '2.0' })
    expect(ociChart('mine/p/c', '3', { name: 'mine', url: 'r/x' })).toEqual({ qualified: 'r/x/p/c:3', name: 'p/c', version: '3' })
    expect(() => ociChart('oci://r/c', 'latest')).toThrow('the latest tag is not supported')
    expect(pullReference(`r:5000/c:1.0@${digest}`)).toBe(`oci://r:5000/c@${digest}`)
    expect(ociFolder('/cache', 'oci://r:5000/p/c', '>=1.0')).toBe('/cache/oci__r_5000/p/c/__1.0')
    expect(registryHost('oci://r:5000/p')).toBe('r:5000')
    expect(['~1', '1.x', '1.2', '*'].every(isVersionConstraint)).toBe(true)
    expect(['1.2.3', 'v1.2.3-x.1+b', '', 'latest'].some(isVersionConstraint)).toBe(false)
  })
})

test('helm template: flags in the order of helmfile', () => {
  const s = state({ kubeVersion: '1.30', apiVersions: ['a/v1'] })
  const r = release({ version: '1.0@sha256:x', devel: true, enableDNS: true, postRenderer: '../x/add.bash', postRendererArgs: ['a', ''], insecureSkipTLSVerify: true, kubeContext: 'k', skipSchemaValidation: true, adopt: ['Deployment/a'] })
  expect(templateArgv(s, r, { ...template, set: ['x=1'], includeCrds: true, noHooks: true, skipTests: true, validate: true, showOnly: ['templates/a.yaml'], templateArgs: '--dry-run=server' }, { ...given, values: ['--namespace', 'n'], moreValues: ['/v.yaml'], outputDir: 'out' })).toEqual([
    'template', 'web', './c', '--version', '1.0', '--devel', '--adopt', 'Deployment/a', '--enable-dns', '--post-renderer', 'add', '--post-renderer-args=a', '--api-versions', 'a/v1', '--kube-version', '1.30',
    '--insecure-skip-tls-verify', '--show-only', 'templates/a.yaml', '--skip-schema-validation', '--kube-context', 'k', '--dry-run=server', '--namespace', 'n', '--values', '/v.yaml', '--set', 'x=1', '--output-dir', 'out',
    '--validate', '--include-crds', '--no-hooks', '--skip-tests',
  ])
  expect(lintArgv(release({ chartPath: 'p' }), { set: ['a=1'] }, { values: ['--values', 'f'], moreValues: [] })).toEqual(['lint', 'p', '--values', 'f', '--set', 'a=1'])
})

test('helm unittest: folders become patterns, nothing leaves the chart', () => {
  const options = { set: [], failFast: true, debugPlugin: false }
  expect(unittestArgv(release({ unitTests: ['tests/', 'a_test.yaml', 'x/*.yml'] }), options, given)).toEqual(['unittest', './c', '--failfast', '--file', 'tests/*_test.yaml', '--file', 'a_test.yaml', '--file', 'x/*.yml'])
  for (const path of ['/abs', '../up', 'a/../../b']) expect(() => unittestArgv(release({ unitTests: [path] }), options, given)).toThrow('must be a relative path within the chart directory')
})

const resolved = (value: Value): Value =>
  typeof value === 'string' ? value.replace('ref+x', 'secret') : Array.isArray(value) ? value.map(resolved) : value instanceof Map ? new Map([...value].map(([key, item]) => [key, resolved(item)])) : value

describe('values of a release', () => {
  let count = 0
  const source: ValuesSource = {
    stateFile: 'helmfile.yaml', env: { HOME_TOWN: 'a,b' }, defaults: { missingFileHandler: undefined, missingFileHandlerConfig: undefined },
    normalize: (path) => `base/${path}`, resolve: async (_, path) => (path.includes('none') ? undefined : path), render: async (path) => `# ${path}\na: ref+x\n`,
    expand: async (value) => resolved(value),
    decrypt: async (path) => `from: ${path}\n`, decryptInline: async () => 'inline: 1\n', renderText: async (_, text) => text, newPath: () => `mem/${count++}`,
  }
  test('files, then sets; references resolved', async () => {
    const r = release({
      namespace: 'n', values: ['v.yaml', new Map<string, Value>([['b', 'ref+x'], ['a', [true]]]), 'none.yaml'], secrets: ['s.yaml'], valuesPathPrefix: 'p/',
      set: [{ name: 'a.b', value: 'x,{y}', file: '', values: [] }, { name: 'f', value: '', file: 'f.txt', values: [] }, { name: 'l', value: '', file: '', values: ['1,2', new Map<string, Value>([['k', 'v']])] }],
      setString: [{ name: 's', value: 'ref+x', file: '', values: [] }], env: [{ name: 'e', value: 'HOME_TOWN', file: '', values: [] }],
    })
    const { argv, files } = await releaseValues(r, source)
    expect(files.map((f) => f.text)).toEqual(['a: secret\n', 'a:\n  - true\nb: secret\n', 'from: p/s.yaml\n'])
    expect(argv).toEqual([
      '--namespace', 'n', '--values', 'mem/0', '--values', 'mem/1', '--values', 'mem/2', '--set', 'a.b=x\\,\\{y\\}', '--set-file', 'f=base/f.txt', '--set', 'l={1\\,2,\\{"k":"v"\\}}', '--set-string', 's=secret', '--set', 'e=a\\,b',
    ])
  })
  test('what cannot be is told', async () => {
    await expect(releaseValues(release({ env: [{ name: 'e', value: 'NOT_SET', file: '', values: [] }] }), source)).rejects.toThrow('Environment Variables not found. Please make sure they are set and try again:\n\tNOT_SET')
    await expect(releaseValues(release({ values: [true] }), source)).rejects.toThrow('unexpected type of value: value=true, type=bool')
  })
})

describe('repositories', () => {
  const options = { disableForceUpdate: false }
  test('are added with credentials of the state or of the environment, the password by standard input', () => {
    expect(repositoryCommand(repository({ name: 'my-repo', url: 'https://r', caFile: 'ca', certFile: 'c', keyFile: 'k', passCredentials: true, skipTLSVerify: true }), { MY_REPO_USERNAME: 'u', MY_REPO_PASSWORD: 'p' }, options)).toEqual({
      says: 'Adding repo my-repo https://r', name: 'add my-repo', stdin: 'p\n',
      argv: ['repo', 'add', 'my-repo', 'https://r', '--force-update', '--cert-file', 'c', '--key-file', 'k', '--ca-file', 'ca', '--pass-credentials', '--insecure-skip-tls-verify', '--username', 'u', '--password-stdin'],
    })
  })
  test('registries are logged in to, by their host, when there is a password', () => {
    const oci = { name: 'r', url: 'ghcr.io/charts', oci: true }
    expect(repositoryCommand(repository(oci), {}, options)).toBeUndefined()
    expect(repositoryCommand(repository({ ...oci, username: 'u', password: 'p', skipTLSVerify: true }), {}, options)).toEqual({
      says: 'Logging in to registry', name: 'registry login ghcr.io', stdin: 'p\n', argv: ['registry', 'login', 'ghcr.io', '--insecure', '--username', 'u', '--password-stdin'],
    })
  })
  test('what other programs manage is refused', () => {
    expect(() => repositoryCommand(repository({ name: 'a', managed: 'acr' }), {}, options)).toThrow('managed: acr logs in by the program az')
    expect(() => repositoryCommand(repository({ name: 'a', managed: 'x' }), {}, options)).toThrow('unknown managed type "x" for repository a')
    expect(() => repositoryCommand(repository({ url: 'https://r' }), {}, options)).toThrow('empty field name')
  })
})

test('failures of Helm show no value of --set', () => {
  const error = new HelmExitError(['template', 'a', '--set', 'word=x'], { code: 1, stdout: '', stderr: 'Error: no\n', combined: 'Error: no\n' }, { stripArgs: true })
  expect(error.message).toBe(`command "helm" exited with non-zero status:

PATH:
  helm

ARGS:
  0: helm (4 bytes)
  1: template (8 bytes)
  2: a (1 bytes)
  3: --set (5 bytes)
  4: *** STRIP *** (13 bytes)

ERROR:
  exit status 1

EXIT STATUS
  1

STDERR:
  Error: no

COMBINED OUTPUT:
  Error: no`)
  expect(indent('a\n\nb\nc', '  ')).toBe('  a\n  b  c')
})

test('helm dependency gets what it knows of --args', () => {
  expect(dependencyExtra(['--debug', '--dry-run=server', '--kube-context=x', '--timeout', '3'])).toEqual(['--debug', '--kube-context=x'])
})
