/** `helmfile` for charts and values beside the real helmfile 1.8.0, Helm 4.3.1 and kustomize 5.8.2, in the same run. */
import { describe, expect, test } from 'vitest'
import { helmfileTemplateCases } from '../cli/helmfile-template-cases.ts'
import { pintleHelmfile, runHelmfileCase } from '../cli/helmfile-template-runs.ts'
import { realHelmfile } from '../cli/real-helmfile.ts'

const real = await realHelmfile()

describe.skipIf(real === undefined)('beside the real helmfile', () => {
  test.each(helmfileTemplateCases)('$name', async (one) => {
    expect(await runHelmfileCase(one, pintleHelmfile)).toEqual(await runHelmfileCase(one, real!))
  }, 120_000)
})
