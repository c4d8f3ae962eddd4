import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Output } from '../output.ts'
import { runHelmfile } from './dispatch.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function run(line: string, files: Record<string, string>, options: { env?: Record<string, string>; program?: string; stdin?: string } = {}): Promise<{ code: number; stdout: string; stderr: string; cwd: string }> {
  const cwd = await mkdtemp(join(tmpdir(), 'pintle-helmfile-'))
  folders.push(cwd)
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)
  let stdout = ''
  let stderr = ''
  const out = new Output({ stdout: (text) => { stdout += text }, stderr: (text) => { stderr += text } })
  const code = await runHelmfile(line.split(' ').filter((word) => word !== ''), options.program ?? 'helmfile', { cwd, env: options.env ?? {}, out, readStdin: () => Promise.resolve(options.stdin ?? '') })
  return { code, stdout: stdout.replaceAll(cwd, 'DIR'), stderr: stderr.replaceAll(cwd, 'DIR'), cwd }
}

const state = 'releases:\n- name: a\n  chart: r/a\n- name: b\n  chart: r/b\n  needs: [a]\n'

test('global flags stand before or after the verb', async () => {
  for (const line of ['-l name=a list', 'list -l name=a', 'list --selector=name=a']) {
    const { code, stdout } = await run(line, { 'helmfile.yaml': state })
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(3)
  }
})

test('standard input is a state', async () => {
  const { stdout } = await run('-f - show-dag', {}, { stdin: state })
  expect(stdout).toBe('GROUP RELEASE DEPENDENCIES\n1     a\n2     b       a\n')
})

test.each([
  ['', 0, /^Releases many charts/, ''],
  ['lst', 3, '', 'unknown command "lst" for "helmfile"\n\nDid you mean this?\n\tlist\n\tlint\n\ttest\n\n'],
  ['list --foo', 3, '', 'unknown flag: --foo\n'],
  ['list --log-level chatty', 3, '', 'unrecognized level: "chatty"\n'],
  ['-l name=c list', 3, '', 'err: no releases found that matches specified selector(name=c) and environment(default), in any helmfile\n'],
  ['-l name=c list --allow-no-matching-release', 0, '', 'err: no releases found that matches specified selector(name=c) and environment(default), in any helmfile\n'],
  ['-e nope list', 3, '', 'err: no releases found that matches specified selector() and environment(nope), in any helmfile\n'],
  ['-l name list', 1, '', 'in ./helmfile.yaml: malformed label: name. Expected label in form k=v or k!=v\n'],
])('%s', async (line, code, stdout, stderr) => {
  const result = await run(line, { 'helmfile.yaml': state }, { env: { PINTLE_PLAIN_ERRORS: '1' } })
  if (stdout instanceof RegExp) expect(result.stdout).toMatch(stdout)
  else expect(result.stdout).toBe(stdout)
  expect(result).toMatchObject({ code, stderr })
})

test('called as pintle, an error says where and what to try', async () => {
  const { stderr } = await run('list', { 'helmfile.yaml': 'releases:\n- name: a\n  chrt: b\n' }, { program: 'pintle helmfile' })
  expect(stderr).toContain('line 3: field chrt not found in type state.ReleaseSpec')
  expect(stderr).toContain('at DIR/helmfile.yaml:3:3')
  expect(stderr).toContain('Did you mean chart?')
})

test('variables stand for flags', async () => {
  const { stdout } = await run('list', { 'x.yaml': state }, { env: { HELMFILE_FILE_PATH: 'x.yaml', HELMFILE_NAMESPACE: 'n' } })
  expect(stdout).toContain('n        \t')
})

test('an old file is read, with one note', async () => {
  const old = 'environments:\n  default:\n    values:\n    - tag: v1\nreleases:\n- name: a\n  chart: r/a\n  version: {{ .Values.tag }}\n- name: b\n  chart: r/b\n  namespace: {{ .Environment.Name }}\n'
  const { code, stdout, stderr } = await run('list --output json', { 'helmfile.yaml': old })
  expect(code).toBe(0)
  expect(JSON.parse(stdout).map((row: { version: string; namespace: string }) => [row.version, row.namespace])).toEqual([['v1', ''], ['', 'default']])
  expect(stderr.match(/helmfile 0\.x/g)).toHaveLength(1)
})
