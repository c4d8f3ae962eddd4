import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { helmfileTemplateCases } from './helmfile-template-cases.ts'
import { runHelmfileCase, type HelmfileCaseOutcome } from './helmfile-template-runs.ts'
import { pintle } from './run-cli.ts'

/** What the real helmfile 1.8.0 with Helm 4.3.1 and kustomize 5.8.2 did: helmfile-template-record.ts. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'helmfile-template-vectors.json'), 'utf8')) as Record<string, HelmfileCaseOutcome>

describe.concurrent('helmfile template, lint, deps, repos, fetch, write-values: as the real one', () => {
  test.each(helmfileTemplateCases.filter((one) => one.waitsFor === undefined).map((one) => [one.name, one] as const))('%s', async (name, one) => {
    expect(recorded[name], 'record it: node test/cli/helmfile-template-record.ts').toBeDefined()
    expect(await runHelmfileCase(one, { path: [process.execPath, pintle, 'helmfile'], env: { PINTLE_PLAIN_ERRORS: '1' } })).toEqual(recorded[name])
  }, 60_000)

  for (const one of helmfileTemplateCases) if (one.waitsFor !== undefined) test.todo(one.name)
})
