import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../commands.ts'
import { InProcessHelm } from '../in-process-helm.ts'
import { Output } from '../output.ts'
import { runHelmfile } from './dispatch.ts'

test('a chart made of manifests is not linted, and it is said', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'pintle-made-'))
  let err = ''
  try {
    mkdirSync(join(cwd, 'm'))
    writeFileSync(join(cwd, 'm/a.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n')
    writeFileSync(join(cwd, 'helmfile.yaml'), `releases:\n- {name: one, chart: ${join(cwd, 'm')}}\n`)
    const code = await runHelmfile(['lint'], 'helmfile', { cwd, env: {}, out: new Output({ plain: true, stdout: () => {}, stderr: (text) => { err += text } }), helm: async () => new InProcessHelm(commands) })
    expect(code).toBe(1)
    expect(err).toContain('in ./helmfile.yaml: release "one": a chart made of manifests, or with patches, cannot be linted yet')
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
})
