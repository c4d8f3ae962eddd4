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
