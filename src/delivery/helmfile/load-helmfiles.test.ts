import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { loadHelmfiles } from './index.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function folder(files: Record<string, string>): Promise<string> {
  const at = await mkdtemp(join(tmpdir(), 'pintle-helmfile-'))
  folders.push(at)
  for (const [name, text] of Object.entries(files)) await writeFile(join(at, name), text)
  return at
}

test('a plain helmfile', async () => {
  const cwd = await folder({ 'helmfile.yaml': 'commonLabels: {team: a}\nreleases:\n- {name: x, chart: repo/y, namespace: n, wait: true, timeout: 5, values: [a.yaml, {k: 1}]}\n' })
  const [state] = await loadHelmfiles({ cwd, env: {} })
  expect(state!.releases).toHaveLength(1)
  const release = state!.releases[0]!
  expect(release).toMatchObject({ name: 'x', chart: 'repo/y', namespace: 'n', wait: true, timeout: 5, atomic: undefined, version: '' })
  expect(Object.fromEntries(release.labels)).toEqual({ name: 'x', namespace: 'n', chart: 'y', team: 'a' })
})

test('decrypted values are told, and in no error', async () => {
  const cwd = await folder({ 'helmfile.yaml.gotmpl': 'environments:\n  default:\n    secrets: [s.yaml]\n---\nreleases:\n- name: {{ .Values.user }}\n  chart: r/a\n', 's.yaml': 'x' })
  const secrets: string[] = []
  const [state] = await loadHelmfiles({ cwd, env: {}, decryptFile: () => Promise.resolve('user: alice\n'), onSecrets: (texts) => secrets.push(...texts) })
  expect(state!.releases[0]!.name).toBe('alice')
  const said: string[] = []
  await expect(loadHelmfiles({ cwd, env: {}, log: (_, message) => said.push(message), decryptFile: () => Promise.resolve('password: [hunter2') })).rejects.toThrow('failed loading environment secrets with 1 errors')
  expect(said.join()).not.toContain('hunter2')
})

test('references in templates are fetched between passes, and what a program printed is not printed again', async () => {
  const cwd = await folder({ 'helmfile.yaml.gotmpl': 'releases:\n- name: {{ fetchSecretValue "ref+echo://one" }}-{{ exec "sh" (list "-c" "echo x >> ran; cat ran | wc -l") | trim }}\n  chart: r/{{ (expandSecretRefs (dict "k" "ref+echo://two")).k }}\n' })
  const asked: unknown[] = []
  const [state] = await loadHelmfiles({
    cwd, env: { PATH: process.env.PATH! },
    expandReferences: (value) => {
      asked.push(value)
      return Promise.resolve(new Map([...(value as Map<string, string>)].map(([key, text]) => [key, text.replace('ref+echo://', '')])))
    },
  })
  expect(state!.releases[0]).toMatchObject({ name: 'one-1', chart: 'r/two' })
  expect(asked).toHaveLength(2)
})

test('files that include each other end', async () => {
  const cwd = await folder({ 'helmfile.yaml': 'helmfiles: [b.yaml]\n', 'b.yaml': 'helmfiles: [helmfile.yaml]\n' })
  await expect(loadHelmfiles({ cwd, env: {} })).rejects.toThrow('sub-helmfiles are nested more than 64 levels deep')
})

test('templates that call themselves end', async () => {
  const cwd = await folder({ 'helmfile.yaml.gotmpl': '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}\nreleases: []\n' })
  await expect(loadHelmfiles({ cwd, env: {} })).rejects.toThrow('unable to execute template')
  const tpl = await folder({ 'helmfile.yaml.gotmpl': '{{ $t := "{{ tpl . . }}" }}{{ tpl $t $t }}\nreleases: []\n' })
  await expect(loadHelmfiles({ cwd: tpl, env: {} })).rejects.toThrow('tpl is nested more than 100 levels deep')
})

test('names like __proto__ are names', async () => {
  const cwd = await folder({ 'helmfile.yaml': 'environments:\n  default:\n    values: [{__proto__: {x: 1}}]\n---\nreleases:\n- {name: a, chart: r/a, labels: {__proto__: y}}\n' })
  const [state] = await loadHelmfiles({ cwd, env: {} })
  expect([...state!.renderedValues.keys()]).toEqual(['__proto__'])
  expect(state!.releases[0]!.labels.get('__proto__')).toBe('y')
  expect(({} as { x?: number }).x).toBeUndefined()
})
