/**
 * --post-renderer beside the real Helm 4 (a plugin) and Helm 3 (a command): what the renderer is given, what becomes of its answer, which
 * words a failure has. Helm 4 writes documents anew with kyaml on both ways, so documents are compared as what they hold, in order.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { splitManifests } from '../../src/charts/render/index.ts'
import { unmarshal } from '../../src/language/yaml/index.ts'
import { folder } from '../cli/run-cli.ts'
import { CliPair, type Ran } from './cli-pair.ts'

const [helm, helm3] = await Promise.all([ensureTool('helm'), ensureTool('helm3')])

const files = {
  'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'c/templates/a.yaml': [
    '# about all', 'apiVersion: v1', 'kind: ConfigMap', 'metadata:', '    name: {{ .Release.Name }}-a # here', '', '    labels: {a: "b"}', 'data:', '  # inner', '  text: |', '    --- no document', '    x: 1', '---',
    'apiVersion: v1', 'kind: Service', 'metadata: {name: svc}', 'spec:', '    ports:', '      - port: 1000000', '        name: "http"', '---', 'apiVersion: v1', 'kind: Pod', 'metadata:', '  name: hooked', '  annotations:', '    "helm.sh/hook": test',
    'spec: {containers: [{name: x, image: y}]}', '',
  ].join('\n'),
  'c/templates/b.yaml': '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"j","annotations":{"on":"off"}}}',
  'c/templates/list.yaml': 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ServiceAccount, metadata: {name: one}}\n- {apiVersion: v1, kind: ServiceAccount, metadata: {name: two}}\n',
  'c/templates/_partial.tpl': '{{ define "x" }}{{ end }}',
  'c/templates/NOTES.txt': 'notes are not rendered anew',
  'plugins/legacy/plugin.yaml': 'name: cat\nversion: 1.0.0\ncommand: $HELM_PLUGIN_DIR/nothing\n',
  'plugins/unreadable/plugin.yaml': 'apiVersion: v1\nname: "not a name"\n',
  'plugins/wasm/plugin.yaml': 'apiVersion: v1\nname: wasm\ntype: postrenderer/v1\nruntime: extism/v1\nversion: 1.0.0\nruntimeConfig: {}\n',
}
/** Plugins by name, each a script. */
const scripts: Record<string, string> = {
  through: 'cat',
  renames: "sed 's/svc/renamed/'",
  adds: 'cat; printf -- "---\\napiVersion: v1\\nkind: Namespace\\nmetadata: {name: added}\\n"',
  reports: 'cat >"$OUT"; echo "$@|$HELM_PLUGIN_NAME|$(basename "$HELM_PLUGIN_DIR")" >>"$OUT"; cat "$OUT" | head -n -1',
  fails: 'echo the reason >&2; exit 3',
  empty: 'cat >/dev/null',
  broken: 'echo "a: ["',
}

describe.skipIf(helm === undefined || helm3 === undefined)('--post-renderer', () => {
  let dir: ReturnType<typeof folder>
  let out: string
  let four: CliPair
  let three: CliPair
  const env = () => ({ HELM_PLUGINS: `/nonexistent:${join(dir.path, 'plugins')}`, OUT: out })
  beforeAll(() => {
    dir = folder(files)
    out = join(mkdtempSync(join(tmpdir(), 'pintle-out-')), 'seen')
    for (const [name, script] of Object.entries(scripts)) {
      const at = join(dir.path, 'plugins', name)
      mkdirSync(at)
      writeFileSync(join(at, 'plugin.yaml'), JSON.stringify({
        apiVersion: 'v1', name, type: 'postrenderer/v1', runtime: 'subprocess', version: '1.0.0',
        runtimeConfig: { platformCommand: [{ os: 'plan9', command: 'never' }, { command: '${HELM_PLUGIN_DIR}/run.sh --own', args: ['$HELM_PLUGIN_NAME'] }] },
      }))
      writeFileSync(join(at, 'run.sh'), `#!/bin/sh\n${script}\n`)
      chmodSync(join(at, 'run.sh'), 0o755)
    }
    four = new CliPair(helm!)
    three = new CliPair(helm3!)
  })
  afterAll(() => {
    four?.remove()
    three?.remove()
    dir?.remove()
    rmSync(join(out, '..'), { recursive: true, force: true })
  })

  const documents = (text: string) => splitManifests(text).map((d) => [/# Source: (.*)/.exec(d)?.[1], unmarshal(d)])
  const both = async (line: string): Promise<[Ran, Ran]> => {
    const args = line.split(' ')
    const options = { cwd: dir.path, env: env() }
    return [await four.helm(args, options), await four.linked(args, options)]
  }
  const errors = ({ err }: Ran) => err.split('\n').filter((l) => l !== '' && !l.startsWith('level=')).join('\n')

  it.each(['template r c --post-renderer through', 'template r c --post-renderer renames', 'template r c --post-renderer adds --skip-tests', 'template r c --post-renderer through --show-only templates/b.yaml', 'template r c --post-renderer renames --no-hooks'])('%s', async (line) => {
    const [theirs, ours] = await both(line)
    expect(theirs.out).not.toBe('')
    expect(documents(ours.out)).toEqual(documents(theirs.out))
    expect([ours.code, errors(ours)]).toEqual([theirs.code, errors(theirs)])
  })

  it('install takes it too, and leaves notes alone', async () => {
    const parts = (text: string) => /HOOKS:\n([^]*)MANIFEST:\n([^]*?)NOTES:\n([^]*)/.exec(text)!.slice(1)
    const [theirs, ours] = (await both('install r c --dry-run=client --post-renderer renames')).map((ran) => parts(ran.out))
    expect(ours!.slice(0, 2).map(documents)).toEqual(theirs!.slice(0, 2).map(documents))
    expect(ours![2]).toBe(theirs![2])
  })

  it('a plugin is given the same documents, arguments and variables', async () => {
    const seen = []
    for (const run of ['helm', 'linked'] as const) {
      await four[run]('template r c --post-renderer-args one --post-renderer reports --post-renderer-args two'.split(' '), { cwd: dir.path, env: env() })
      const lines = readFileSync(out, 'utf8').trimEnd().split('\n')
      seen.push({ said: lines.pop(), documents: splitManifests(lines.join('\n')).map(unmarshal) })
    }
    expect(seen[1]).toEqual(seen[0])
    expect(seen[0]!.said).toBe('--own reports one two|reports|reports')
  })

  it.each(['fails', 'empty', 'nowhere'])('failure: %s', async (name) => {
    const [theirs, ours] = await both(`template r c --post-renderer ${name}`)
    expect(theirs.code).toBe(1)
    expect([ours.code, ours.out, errors(ours)]).toEqual([theirs.code, theirs.out, errors(theirs)])
  })

  it('more of a failure is told as pintle: what the plugin said, what was looked for', async () => {
    const options = { cwd: dir.path, env: env() }
    expect((await four.pintle(['template', 'r', 'c', '--post-renderer', 'fails'], options)).err).toContain('hint: It ended with exit status 3, and said:\nthe reason\n')
    expect((await four.pintle(['template', 'r', 'c', '--post-renderer', 'nowhere'], options)).err).toContain('and no such command on the PATH.')
    expect((await four.pintle(['template', 'r', 'c', '--post-renderer', 'wasm'], options)).err).toContain('the runtime extism/v1 of plugin wasm is not supported')
    expect((await four.pintle(['template', 'r', 'c', '--post-renderer', 'broken'], options)).err).toContain('Error: error while parsing post rendered output: error parsing YAML: ')
    expect((await four.pintle(['template', 'r', 'c', '--post-renderer', 'through', '--post-renderer', 'fails'], options)).err).toContain('cannot specify --post-renderer flag more than once')
  })

  it('is bounded in time and size', async () => {
    const options = { cwd: dir.path, env: env() }
    const from = Date.now()
    expect((await four.pintle(['template', 'r', 'c', '--timeout', '300ms', '--post-renderer', 'sleep', '--post-renderer-args', '30'], options)).err).toMatch(/the post-renderer \S+sleep did not end within the timeout/)
    expect(Date.now() - from).toBeLessThan(10_000)
    expect((await four.pintle(['template', 'r', 'c', '--post-renderer', 'cat', '--post-renderer-args', '/dev/zero'], options)).err).toMatch(/wrote more than 64 MiB/)
  })

  it.each(['cat', './plugins/renames/run.sh', './plugins/fails/run.sh'])('a command is run as Helm 3 runs it: %s', async (command) => {
    const args = ['template', 'r', 'c', '--post-renderer', command]
    // Helm 3 complains of today's plugins. It sorts and spaces what it renders a little differently.
    const options = { cwd: dir.path, env: { ...env(), HELM_PLUGINS: '/nonexistent' } }
    const [theirs, ours] = [await three.helm(args, options), await three.linked(args, options)]
    const inOrder = (text: string) => documents(text).map((d) => JSON.stringify(d, (_, v) => (v instanceof Map ? [...v] : v))).sort()
    expect([ours.code, inOrder(ours.out), errors(ours)]).toEqual([theirs.code, inOrder(theirs.out), errors(theirs)])
    expect((await three.pintle(args, options)).err).toContain(`note: Helm 4 takes a plugin for --post-renderer; the command ${command} runs as in Helm 3, and hooks pass it by`)
  })
})
