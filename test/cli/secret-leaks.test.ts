/**
 * No decrypted value reaches a disk, a log, a diff, a plan, an error, or what a child is started with: searched for. Marker values come in by every way that secrets come in, every verb is run over them, in
 * success, refusal, failure and death, and everything that is left is searched for each of their forms.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newFile, readUnencrypted, sealFile, type FileFormat } from '../../src/charts/secrets/index.ts'
import { filesBelow, leaks } from './planted-search.ts'
import { folder, pintle as program, runCli, startCli, type CliResult } from './run-cli.ts'

// Each run is traced.
vi.setConfig({ testTimeout: 60_000 })

/** By the way they come in. */
const planted = {
  enc: 'SopsMarker-4f1c9a7e', named: 'NamedMarker-8d2b6f03', reference: 'RefMarker-71e0c5aa', sopsReference: 'SopsRefMarker-b94d2e18', set: 'SetMarker-0c77fa91', file: 'FileMarker-5ae3d1c4', number: '918273645501', printedNumber: '9.18273645501e+11',
}

let dir: ReturnType<typeof folder>
/** Where secrets are kept in plain text: references lead there. */
let vault: ReturnType<typeof folder>
let env: Record<string, string>
const strace = spawnSync('strace', ['-V']).status === 0
if (!strace) console.warn('strace is missing: what children are started with is not watched')

async function encrypted(identity: string, name: string, text: string, format: FileFormat): Promise<string> {
  const opened = await newFile(readUnencrypted(text, { file: name, format }), {
    groups: [[{ kind: 'age', fields: { recipient: await identityToRecipient(identity) } }]], shamirThreshold: 0, macOnlyEncrypted: false,
    select: { unencryptedSuffix: '_unencrypted', encryptedSuffix: '', unencryptedRegex: '', encryptedRegex: '', unencryptedCommentRegex: '', encryptedCommentRegex: '' },
  }, {})
  return sealFile(opened, format)
}

const chartOf = (name: string, template: string, more: Record<string, string> = {}): Record<string, string> => ({
  [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`, [`${name}/templates/t.yaml`]: template, ...Object.fromEntries(Object.entries(more).map(([file, text]) => [`${name}/${file}`, text])),
})
/** Every marker in places where nothing but its being one tells that it is secret. */
const everywhere = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-words, annotations: {note: {{ .Values.named | quote }}}}
data:
  greeting: "hello {{ .Values.enc }}"
  colour: {{ .Values.reference | quote }}
  shape: {{ .Values.sopsReference | b64enc }}
  size: {{ .Values.number | quote }}
  taste: {{ .Values.set | quote }}
  text: {{ .Values.text | quote }}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-secret}
stringData: {a: {{ .Values.enc | quote }}}
data: {b: {{ .Values.reference | b64enc }}}
`

beforeAll(async () => {
  const identity = await generateX25519Identity()
  vault = folder({ 'set.txt': planted.set, 'doc.yaml': `a: {b: ${planted.reference}}\n` })
  dir = folder({
    ...chartOf('c', everywhere, { 'templates/NOTES.txt': 'Read {{ .Values.enc }}.\n' }),
    ...chartOf('fails', '{{ fail (printf "no: %s and %s" .Values.enc .Values.reference) }}\n'),
    ...chartOf('schema', 'a: b\n', { 'values.schema.json': '{"properties": {"enc": {"pattern": "^x$"}, "reference": {"type": "integer"}, "number": {"maximum": 5}}}' }),
    ...chartOf('broken', 'a: [{{ .Values.enc }}\n {{ .Values.named }}: - {{ .Values.reference }}\n'),
    ...chartOf('types', 'a: {{ .Values.enc.b }}\nb: {{ template "x" .Values.reference }}\n'),
    ...chartOf('called', 'a: {{ index .Values.list .Values.enc }}\nb: {{ include .Values.named . }}\n'),
    ...chartOf('invalid', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Values.enc }}"}\ndata: {a: [{{ .Values.reference }}]}\n'),
    ...chartOf('slow', `${everywhere}---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: "example.com/crash:1", env: [{name: A, value: {{ .Values.enc | quote }}}]}]}\n`),
    ...chartOf('evaluated', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata: {a: "ref+file://{{ .Values.path }}"}\n'),
    'refs.yaml': `reference: ref+file://${vault.path}/doc.yaml#/a/b\nsopsReference: ref+sops://inner.yaml#/a\n`,
    'helmfile.yaml': 'releases:\n- name: hf\n  namespace: default\n  chart: ./c\n  secrets: [enc.yaml, named.yaml]\n  values: [{reference: plain-word, sopsReference: plain-word, number: 1, set: a, text: b}, refs.yaml]\n',
  })
  for (const name of ['home', 'tmp', 'config', 'cache', 'data', 'state', 'run']) mkdirSync(join(dir.path, name))
  const write = async (name: string, text: string, format: FileFormat): Promise<void> => writeFileSync(join(dir.path, name), await encrypted(identity, name, text, format))
  await write('enc.yaml', `enc: ${planted.enc}\nlist: {a: 1}\n`, 'yaml')
  await write('named.yaml', `named: ${planted.named}\nnumber: ${planted.number}\n`, 'yaml')
  await write('inner.yaml', `a: ${planted.sopsReference}\n`, 'yaml')
  await write('text.bin', planted.file, 'binary')
  env = {
    SOPS_AGE_KEY: identity, HOME: join(dir.path, 'home'), TMPDIR: join(dir.path, 'tmp'), XDG_CONFIG_HOME: join(dir.path, 'config'), XDG_CACHE_HOME: join(dir.path, 'cache'), XDG_DATA_HOME: join(dir.path, 'data'),
    XDG_STATE_HOME: join(dir.path, 'state'), XDG_RUNTIME_DIR: join(dir.path, 'run'),
    // The cluster is where secrets are to go.
    PINTLE_SANDBOX_DIR: join(vault.path, 'sandbox'), PINTLE_SANDBOX: 'true',
  }
  // It goes on after the command that starts it.
  expect((await runCli(['sandbox', 'start'], { cwd: dir.path, env })).code).toBe(0)
}, 60_000)
afterAll(async () => {
  await runCli(['sandbox', 'stop'], { cwd: dir.path, env })
  dir.remove()
  vault.remove()
})

const values = (): string[] => ['-f', 'enc.yaml', '-f', 'secrets://named.yaml', '-f', 'refs.yaml', '--evaluate-references', '--set', `set=ref+file://${vault.path}/set.txt`, '--set-file', 'text=secrets://text.bin']

/** What a run says and starts; programs it starts are written down by strace, outside of what is searched. */
async function run(args: readonly string[], options: { kill?: number } = {}): Promise<CliResult & { started: string }> {
  const log = join(vault.path, 'strace.log')
  rmSync(log, { force: true })
  const traced = strace ? { program: ['strace', '-f', '-v', '-s', '1000000', '-e', 'trace=execve', '--seccomp-bpf', '-o', log, process.execPath, program] } : {}
  const running = startCli(args, { cwd: dir.path, env, ...traced })
  if (options.kill !== undefined) {
    await sleep(options.kill)
    running.kill('SIGKILL')
  }
  const { code, out, err } = await running.ended
  return { code, out, err, started: strace && options.kill === undefined ? readFileSync(log, 'latin1') : '' }
}

/** Where markers stand of what a run left: `stdout` only where that is what the command is for. */
function found({ out, err, started }: { out: string; err: string; started: string }, shows: boolean): string[] {
  return leaks(planted, [...(shows ? [] : [['stdout', out] as const]), ['stderr', err], ['programs', started], ...filesBelow(dir.path)])
}

test('the search finds every form', () => {
  for (const form of [planted.enc, Buffer.from(`x${planted.enc}`).toString('base64'), Buffer.from(planted.enc).toString('hex'), encodeURIComponent(`${planted.enc}&`)]) {
    expect(found({ out: form, err: '', started: '' }, false)).toHaveLength(1)
    expect(found({ out: '', err: '', started: form }, true)).toHaveLength(1)
  }
})

test.skipIf(!strace && process.env.CI !== 'true')('children are watched', async () => {
  expect((await run(['version'])).started).toContain('execve(')
})

test('all markers come in', async () => {
  const { code, out, err, started } = await run(['template', 'r', 'c', ...values()])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  for (const [name, marker] of Object.entries(planted)) if (name !== 'number') expect(`${name}: ${out.includes(marker) || out.includes(Buffer.from(marker).toString('base64'))}`).toBe(`${name}: true`)
  expect(found({ out, err, started }, true)).toEqual([])
})

describe('verbs that succeed', () => {
  // Helm shows values here, too: manifests, notes, what was stored.
  test.each<[string, () => string[]]>([
    ['install', () => ['install', 'r', 'c', ...values()]],
    ['upgrade --dry-run=client', () => ['upgrade', 'r', 'c', '--dry-run=client', ...values()]],
    ['upgrade --dry-run=server', () => ['upgrade', 'r', 'c', '--dry-run=server', ...values()]],
    ['upgrade', () => ['upgrade', 'r', 'c', '--wait', '--set', 'more=1', ...values()]],
    ['get values', () => ['get', 'values', 'r']],
    ['get manifest', () => ['get', 'manifest', 'r']],
    ['status', () => ['status', 'r']],
    ['helmfile template', () => ['helmfile', 'template']],
    ['secrets template', () => ['secrets', 'template', 'r', 'c', '-f', 'enc.yaml', '-f', 'named.yaml', '-f', 'vals!refs.yaml', '--set', `set=vals!ref+file://${vault.path}/set.txt`, '--set-file', 'text=text.bin']],
  ])('%s shows values on standard output alone', async (_, args) => {
    const result = await run(args())
    expect({ code: result.code, err: result.code === 0 ? '' : result.err }).toEqual({ code: 0, err: '' })
    expect(result.out).toContain(planted.enc)
    expect(found(result, true)).toEqual([])
  })

  test.each<[string, number, () => string[]]>([
    ['lint', 0, () => ['lint', 'c', ...values()]],
    ['rollback', 0, () => ['rollback', 'r', '1']],
    ['history', 0, () => ['history', 'r']],
    ['list', 0, () => ['list', '-o', 'json']],
    ['diff upgrade', 0, () => ['diff', 'upgrade', 'other', 'c', '--install', ...values()]],
    ['diff upgrade of a release', 0, () => ['diff', 'upgrade', 'r', 'c', '--set', 'more=2', ...values()]],
    ['diff upgrade --live', 0, () => ['diff', 'upgrade', 'r', 'c', '--live', '--set', 'more=2', ...values()]],
    ['diff of evaluated templates', 0, () => ['secrets', '--evaluate-templates', 'diff', 'upgrade', 'ev', 'evaluated', '--install', '--set', `path=${vault.path}/set.txt`]],
    ['diff local', 0, () => ['diff', 'local', 'c', 'slow', ...values()]],
    ['pin', 0, () => ['pin', 'r', 'c', ...values()]],
    ['plan', 0, () => ['plan', 'p', 'c', '-o', 'plan.json', ...values()]],
    ['plan as Markdown', 0, () => ['plan', 'p', 'c', '--markdown', 'plan.md', ...values()]],
    ['apply', 0, () => ['apply', 'plan.json', '--stable-for', '0s', '--yes']],
    ['policy check', 0, () => ['policy', 'check', 'r', 'c', ...values()]],
    ['doctor', 0, () => ['doctor', 'r', 'c', ...values()]],
    ['evidence list', 0, () => ['evidence', 'list', '-o', 'json']],
    ['sbom', 0, () => ['sbom', 'c', ...values()]],
    ['helmfile lint', 0, () => ['helmfile', 'lint']],
    ['helmfile diff', 0, () => ['helmfile', 'diff']],
    ['helmfile apply', 0, () => ['helmfile', 'apply']],
    ['helmfile diff of a change', 0, () => ['helmfile', 'diff', '--set', 'number=2']],
    ['helmfile sync', 0, () => ['helmfile', 'sync', '--set', 'number=2']],
    ['helmfile list', 0, () => ['helmfile', 'list', '--output', 'json']],
  ])('%s shows nothing', async (name, code, args) => {
    const result = await run(args())
    expect(`${name}: ${result.code}${result.code === code ? '' : ` ${result.out}${result.err}`}`).toBe(`${name}: ${code}`)
    expect(found(result, false)).toEqual([])
  })

  test('a release that is approved, and its evidence', async () => {
    const first = await run(['release', 'e', 'c', '--stable-for', '0s', ...values()])
    expect(found(first, false)).toEqual([])
    const digest = /sha256:[0-9a-f]{64}/.exec(/approve-digest (sha256:[0-9a-f]{64})/.exec(first.out + first.err)?.[0] ?? '')?.[0] ?? ''
    const second = await run(['release', 'e', 'c', '--stable-for', '0s', '--approve-digest', digest, ...values()])
    expect(`${second.code} ${second.code === 0 ? '' : second.out + second.err}`).toBe('0 ')
    expect(found(second, false)).toEqual([])
    expect(found(await run(['evidence', 'show', 'e', '-o', 'json']), false)).toEqual([])
    expect(found(await run(['note', 'e']), false)).toEqual([])
  })
})

describe('refusals and failures', () => {
  const charts = ['fails', 'schema', 'broken', 'types', 'called', 'invalid']
  const verbs: Readonly<Record<string, (chart: string) => string[]>> = {
    template: (chart) => ['template', 'f', chart, '--debug'], install: (chart) => ['install', 'f', chart], upgrade: (chart) => ['upgrade', 'f', chart, '--install', '--debug'], diff: (chart) => ['diff', 'upgrade', 'f', chart, '--install'],
    plan: (chart) => ['plan', 'f', chart, '-o', 'f.json'], policy: (chart) => ['policy', 'check', 'f', chart], lint: (chart) => ['lint', chart], release: (chart) => ['release', 'f', chart], doctor: (chart) => ['doctor', 'f', chart],
  }
  test.each(charts.flatMap((chart) => Object.keys(verbs).map((verb) => [verb, chart] as const)))('%s of the chart %s', async (verb, chart) => {
    const result = await run([...verbs[verb]!(chart), ...values()])
    // What is rendered and then refused may have been printed, as Helm prints it.
    expect(found(result, verb === 'template' && ['invalid', 'broken'].includes(chart))).toEqual([])
    if (['template', 'install', 'release'].includes(verb) && chart !== 'invalid') expect(result.code).not.toBe(0)
  })

  test.each(['fails', 'schema', 'broken', 'types'])('helmfile over the chart %s', async (chart) => {
    writeFileSync(join(dir.path, 'failing.yaml'), readFileSync(join(dir.path, 'helmfile.yaml'), 'utf8').replace('./c', `./${chart}`))
    for (const verb of ['template', 'diff', 'apply', 'sync', 'lint']) expect(found(await run(['helmfile', '-f', 'failing.yaml', verb]), verb === 'template' && chart === 'broken')).toEqual([])
  }, 60_000)

  test.each<[string, () => string[]]>([
    ['a key that is missing', () => ['template', 'f', 'c', '-f', 'enc.yaml', '--evaluate-references', '--set', `a=ref+file://${vault.path}/doc.yaml#/a/b/c`]],
    ['a document that is none', () => ['template', 'f', 'c', '--evaluate-references', '--set', `a=ref+file://${vault.path}/set.txt#/a`]],
    ['a value where a map should be', () => ['template', 'f', 'c', ...values(), '--set', 'enc.a.b=1']],
    ['a literal that is no JSON', () => ['template', 'f', 'c', '--evaluate-references', '--set-json', `a=ref+file://${vault.path}/set.txt`]],
    ['references in references', () => ['template', 'f', 'c', '--evaluate-references', '--set', `a=ref+file://none/ref+file://${vault.path}/set.txt`]],
    ['a file that is no map', () => ['template', 'f', 'c', '-f', 'secrets://text.bin']],
    ['controllers', () => ['gitops', 'flux', 'f', 'c', ...values()]],
    ['no cluster', () => ['upgrade', 'f', 'c', '--kubeconfig', 'none', '--sandbox=false', ...values()]],
  ])('%s', async (_, args) => {
    const result = await run(args())
    expect(result.code).not.toBe(0)
    expect(found(result, false)).toEqual([])
  })

  test('a rollout that fails', async () => {
    for (const verb of [['install', 's1', 'slow', '--wait', '--timeout', '3s'], ['release', 's2', 'slow', '--timeout', '3s']]) {
      const result = await run([...verb, ...values()])
      expect(result.code).not.toBe(0)
      expect(found(result, false)).toEqual([])
    }
  })
})

test('whoever is killed leaves nothing', async () => {
  const before = readdirSync(dir.path).length
  for (const after of [60, 150, 250, 400, 600, 900]) {
    for (const verb of [['install', `k${after}`, 'slow', '--wait'], ['plan', 'k', 'c', '-o', 'k.json'], ['template', 'k', 'c']]) await run([...verb, ...values()], { kill: after })
    expect(found({ out: '', err: '', started: '' }, true)).toEqual([])
  }
  expect(readdirSync(dir.path).length).toBeGreaterThanOrEqual(before)
}, 120_000)
