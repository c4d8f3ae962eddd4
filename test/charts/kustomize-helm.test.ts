import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle } from '../cli/run-cli.ts'
import { writeCase } from '../kustomize/run-case.ts'
import { helmCases } from '../kustomize/helm-cases.ts'

/** Charts of a kustomization: `kustomize build --enable-helm` with the real Helm, beside `pintle kustomize build --enable-helm`. */
const kustomize = await ensureTool('kustomize')
const helm = await ensureTool('helm')

describe.skipIf(kustomize === undefined || helm === undefined)('helmCharts beside the real kustomize and Helm', () => {
  for (const one of helmCases) {
    it(one.name, async () => {
      const parent = await mkdtemp(join(tmpdir(), 'kustomize-helm-case-'))
      try {
        const root = await writeCase(one, parent)
        const env = { PATH: process.env.PATH ?? '', HOME: parent }
        const made = (program: string, args: readonly string[]) => {
          const { status, stdout, stderr } = spawnSync(program, [...args, join(root, one.build ?? '.')], { env })
          return { failed: status !== 0, output: stdout.toString(), errors: stderr.toString().replace(/\n?^hint: .*\n/gm, '') }
        }
        const real = made(kustomize!, ['build', ...one.flags!, '--helm-command', helm!])
        expect(made(process.execPath, [pintle, 'kustomize', 'build', ...one.flags!])).toEqual(real)
      } finally {
        await rm(parent, { recursive: true })
      }
    })
  }
})
