/** `helmfile`, for all that needs no cluster, against what helmfile 1.8.0 said (test/conformance/helmfile-record.ts). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { helmfileCases } from './helmfile-cases.ts'
import { pintleHelmfile, runProject, type HelmfileOutcome } from './helmfile-runs.ts'

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'helmfile-vectors.json'), 'utf8')) as Record<string, Record<string, HelmfileOutcome>>

describe('helmfile', () => {
  it('every run is recorded, once', () => {
    expect(Object.fromEntries(Object.entries(recorded).map(([name, runs]) => [name, Object.keys(runs)]))).toEqual(Object.fromEntries(helmfileCases.map((one) => [one.name, [...one.runs]])))
  })
  it.each(helmfileCases)('$name', async (one) => {
    expect(await runProject(one, pintleHelmfile)).toEqual(recorded[one.name])
  })
})
