import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { kustomizeCases } from '../kustomize/cases.ts'
import { anonymous, isFlagCase, runCase, writeCase, type Made } from '../kustomize/run-case.ts'

/** Builds every case with the real kustomize and in process, in one run. `PINTLE_RECORD=1` keeps what the real one says for machines without it. */
const program = await ensureTool('kustomize')
const recorded: Record<string, Made> = {}

describe.skipIf(program === undefined)('beside the real kustomize', () => {
  for (const one of kustomizeCases) {
    it.concurrent(one.name, async () => {
      const parent = await mkdtemp(join(tmpdir(), 'kustomize-case-'))
      try {
        const root = await writeCase(one, parent)
        const { status, stdout, stderr } = spawnSync(program!, ['build', ...(one.flags ?? []), join(root, one.build ?? '.')], { maxBuffer: 1 << 28, env: { PATH: process.env.PATH ?? '' } })
        const real: Made = { output: stdout.toString(), errors: anonymous(stderr.toString(), root), failed: status !== 0 }
        recorded[one.name] = real
        if (!isFlagCase(one)) expect(await runCase(one, root)).toEqual(real)
      } finally {
        await rm(parent, { recursive: true })
      }
    })
  }

  it('covers cases that are not the same', async () => {
    expect(new Set(kustomizeCases.map((one) => one.name)).size).toBe(kustomizeCases.length)
    if (process.env.PINTLE_RECORD === '1') await writeFile(join(import.meta.dirname, '../kustomize/recorded.json'), `${JSON.stringify(Object.fromEntries(kustomizeCases.map(({ name }) => [name, recorded[name]])), null, 1)}\n`)
  })
})
