import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Sandbox } from '../../../cluster/sandbox/index.ts'
import type { Cluster } from '../../../cluster/kube/index.ts'
import type { Host, Value } from '../../../language/go/index.ts'
import { Execution, TemplateSet } from '../../../language/template/index.ts'
import { emptyRelease } from '../empty-release.ts'
import type { Hook, ReleaseSpec } from '../spec.ts'
import { runHooks, type HookHost } from './run-hooks.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hooks-'))
  mkdirSync(join(cwd, 'objects'))
  writeFileSync(join(cwd, 'objects/b.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n')
  writeFileSync(join(cwd, 'objects/a.json'), '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": {"selector": {"matchLabels": {"x": "y"}}, "template": {"metadata": {"labels": {"x": "y"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}}')
  writeFileSync(join(cwd, 'objects/readme.txt'), 'no object')
})
afterAll(() => rmSync(cwd, { recursive: true }))

const hook = (fields: Partial<Hook>): Hook => ({ name: '', events: ['presync'], command: '', kubectlApply: new Map(), args: [], showlogs: false, ...fields })
const environment = { name: 'dev', kubeContext: 'here', values: new Map<string, Value>([['size', 'small']]), defaults: new Map<string, Value>(), cliOverrides: new Map<string, Value>() }

function state(hooks: Hook[] = []) {
  return { cwd, basePath: '.', file: 'helmfile.yaml', spec: { hooks, namespace: '' } as never, environment, renderedValues: new Map<string, Value>([['size', 'small']]) }
}

const release = (hooks: Hook[], fields: Partial<ReleaseSpec> = {}): ReleaseSpec => emptyRelease({ name: 'shop', namespace: 'web', chart: 'repo/shop', labels: new Map([['tier', 'front']]), hooks, ...fields })

function host(fields: Partial<HookHost> = {}): HookHost & { logged: string[] } {
  const logged: string[] = []
  return {
    logged,
    render: (text, data) => {
      const set = new TemplateSet('stringTemplate', { missingKey: 'error' })
      set.parse('stringTemplate', text)
      return new Execution(set, { host: {} as Host }).execute('stringTemplate', data)
    },
    env: { PATH: process.env.PATH },
    log: (level, message) => { if (level !== 'debug') logged.push(`${level}: ${message}`) },
    cluster: () => Promise.reject(new Error('no cluster')),
    kustomize: () => Promise.reject(new Error('no kustomize')),
    ...fields,
  }
}

describe('programs', () => {
  test('run in their order, in the file\'s folder, with templates in command and arguments', async () => {
    const at = host()
    const hooks = [
      hook({ command: '{{ "sh" }}', args: ['-c', 'echo {{ .Release.Name }}.{{ .Release.Namespace }} {{ .Release.Labels.tier }} {{ .Environment.Name }} {{ .Values.size }} {{ .Event.Name }} \'{{ .Event.Error }}\' {{ .HelmfileCommand }}; ls objects/b.yaml'], showlogs: true }),
      hook({ events: ['postsync'], command: 'false' }),
      hook({ command: 'sh', args: ['-c', 'echo second >&2; echo out'], showlogs: true }),
    ]
    expect(await runHooks(state(), { name: 'presync', command: 'sync', release: release(hooks) }, at)).toBe(true)
    expect(at.logged).toEqual([
      'info: \nhook[presync] logs | shop.web front dev small presync <nil> sync\nhook[presync] logs | objects/b.yaml\nhook[presync] logs | ',
      'info: \nhook[presync] logs | out\nhook[presync] logs | ',
    ])
  })

  test('of the file see no release', async () => {
    const at = host()
    expect(await runHooks(state([hook({ events: ['cleanup'], command: 'echo', args: ['{{ if .Event.Error }}{{ .Event.Error }}{{ else }}fine{{ end }}'], showlogs: true })]), { name: 'cleanup', command: 'diff', error: new Error('it broke') }, at)).toBe(true)
    expect(at.logged).toEqual(['info: \nhook[cleanup] logs | it broke\nhook[cleanup] logs | '])
    await expect(runHooks(state([hook({ events: ['cleanup'], command: 'echo', args: ['{{ .Release.Name }}'] })]), { name: 'cleanup', command: 'diff' }, at)).rejects.toThrow(/^hook\[echo\]: .*map has no entry for key "Release"/)
  })

  test('nothing runs for another event', async () => {
    expect(await runHooks(state(), { name: 'prepare', command: 'sync', release: release([hook({ command: 'false' })]) }, host())).toBe(false)
  })

  test('a failure is told as helmfile tells it, and ends the chain', async () => {
    const at = host()
    const hooks = [hook({ name: 'checks', command: 'sh', args: ['-c', 'echo no >&2; exit 3'] }), hook({ command: 'echo', showlogs: true })]
    await expect(runHooks(state(), { name: 'presync', command: 'sync', release: release(hooks) }, at)).rejects.toMatchObject({
      code: 'helmfile.hook',
      message: expect.stringMatching(/^hook\[checks\]: command `sh` failed: command "\S*\/sh" exited with non-zero status:\n\nPATH:\n {2}\S*\/sh\n\nARGS:\n {2}0: sh \(2 bytes\)\n {2}1: -c \(2 bytes\)\n {2}2: echo no >&2; exit 3 \(19 bytes\)\n\nERROR:\n {2}exit status 3\n\nEXIT STATUS\n {2}3\n\nSTDERR:\n {2}no\n\nCOMBINED OUTPUT:\n {2}no$/) as unknown as string,
    })
    expect(at.logged).toEqual([])
    await expect(runHooks(state(), { name: 'presync', command: 'sync', release: release([hook({ command: 'no-such-program' })]) }, at))
      .rejects.toThrow('hook[no-such-program]: command `no-such-program` failed: unexpected error: exec: "no-such-program": executable file not found in $PATH')
  })

  test('HELMFILE_DISABLE_HOOKS refuses hooks, also of other events, and minds no file without any', async () => {
    const at = host({ env: { HELMFILE_DISABLE_HOOKS: 'true' } })
    await expect(runHooks(state(), { name: 'prepare', command: 'sync', release: release([hook({ command: 'true' })]) }, at)).rejects.toThrow('HELMFILE_DISABLE_HOOKS is active, hooks are disabled')
    expect(await runHooks(state(), { name: 'prepare', command: 'sync', release: release([]) }, at)).toBe(false)
  })

  test('an abort interrupts a program', async () => {
    const stop = new AbortController()
    const running = runHooks(state(), { name: 'presync', command: 'sync', release: release([hook({ command: 'sleep', args: ['20'] })]) }, host({ signal: stop.signal }))
    setTimeout(() => stop.abort(), 50)
    await expect(running).rejects.toThrow('signal: interrupt')
  })
})

describe('kubectlApply', () => {
  const sandbox = new Sandbox()
  const cluster = (): Promise<Cluster> => Promise.resolve(sandbox.cluster())

  afterAll(() => sandbox.close())

  test('applies the files of a folder on the server', async () => {
    const at = host({ cluster })
    const hooks = [hook({ kubectlApply: new Map([['filename', '{{ "objects" }}']]), command: 'ignored', showlogs: true })]
    await runHooks(state(), { name: 'presync', command: 'sync', release: release(hooks) }, at)
    await runHooks(state(), { name: 'presync', command: 'sync', release: release(hooks) }, at)
    expect(at.logged).toEqual([
      'warn: warn: ignoring command \'ignored\' given within a kubectlApply hook',
      'info: \nhook[presync] logs | deployment.apps/a created\nhook[presync] logs | configmap/b created\nhook[presync] logs | ',
      'warn: warn: ignoring command \'ignored\' given within a kubectlApply hook',
      'info: \nhook[presync] logs | deployment.apps/a unchanged\nhook[presync] logs | configmap/b unchanged\nhook[presync] logs | ',
    ])
    expect(await (await cluster()).get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'a' })).toBeDefined()
  })

  test('applies what kustomize builds', async () => {
    const at = host({ cluster, kustomize: (folder) => Promise.resolve(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: k}\ndata: {from: ${folder === join(cwd, 'base') ? 'base' : folder}}\n`) })
    await runHooks(state(), { name: 'presync', command: 'sync', release: release([hook({ kubectlApply: new Map([['kustomize', 'base']]), showlogs: true })]) }, at)
    expect(at.logged).toEqual(['info: \nhook[presync] logs | configmap/k created\nhook[presync] logs | '])
    expect((await (await cluster()).get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'k' }))!.data).toEqual({ from: 'base' })
  })

  test('says what is wrong', async () => {
    const apply = (fields: [string, string][]) => runHooks(state(), { name: 'presync', command: 'sync', release: release([hook({ kubectlApply: new Map(fields) })]) }, host({ cluster }))
    await expect(apply([['filename', 'a'], ['kustomize', 'b']])).rejects.toThrow('hook[kubectlApply]: kustomize & filename cannot be used together')
    await expect(apply([['other', 'a']])).rejects.toThrow('hook[kubectlApply]: either kustomize or filename must be given')
    await expect(apply([['filename', 'nothing.yaml']])).rejects.toThrow('hook[kubectlApply]: command `kubectl` failed: error: the path "nothing.yaml" does not exist')
    await expect(apply([['filename', 'objects/readme.txt']])).rejects.toThrow('no objects passed to apply')
  })
})
