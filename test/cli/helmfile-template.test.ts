import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { helmfileTemplateCases } from './helmfile-template-cases.ts'
import { pintleHelmfile, runHelmfileCase, type HelmfileCaseOutcome } from './helmfile-template-runs.ts'

/** What the real helmfile 1.8.0 with Helm 4.3.1 and kustomize 5.8.2 did (test/conformance/helmfile-template-record.ts). */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'helmfile-template-vectors.json'), 'utf8')) as Record<string, HelmfileCaseOutcome>

describe.concurrent('helmfile template, lint, deps, repos, fetch, write-values: as the real one', () => {
  test.each(helmfileTemplateCases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    expect(recorded[name], 'record it: node test/conformance/helmfile-template-record.ts').toBeDefined()
    expect(await runHelmfileCase(one, pintleHelmfile)).toEqual(recorded[name])
  }, 60_000)
})
