/** `helmfile`, for all that needs no cluster, beside the real helmfile in the same run. */
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { helmfileCases } from '../cli/helmfile-cases.ts'
import { pintleHelmfile, realHelmfile, runProject } from '../cli/helmfile-runs.ts'

const [helmfile, helm] = [await ensureTool('helmfile'), await ensureTool('helm')]

describe.skipIf(helmfile === undefined || helm === undefined)('helmfile', () => {
  it.each(helmfileCases)('$name', async (one) => {
    const program = realHelmfile(helmfile!, dirname(helm!))
    expect(await runProject(one, pintleHelmfile)).toEqual(await runProject(one, program))
  })
})
