/** `node test/conformance/helmfile-record.ts`: runs every case of test/cli/helmfile-cases.ts with the real helmfile, and keeps what it said in test/cli/helmfile-vectors.json. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureTool } from '../../scripts/tools/index.ts'
import { helmfileCases } from '../cli/helmfile-cases.ts'
import { realHelmfile, runProject, type HelmfileOutcome } from '../cli/helmfile-runs.ts'

const [helmfile, helm] = [await ensureTool('helmfile'), await ensureTool('helm')]
if (helmfile === undefined || helm === undefined) {
  process.stderr.write('the real helmfile and Helm are needed; they are built with Go\n')
  process.exit(1)
}
const program = realHelmfile(helmfile, dirname(helm))
const outcomes: Record<string, Record<string, HelmfileOutcome>> = {}
let runs = 0
for (const one of helmfileCases) {
  outcomes[one.name] = await runProject(one, program)
  runs += one.runs.length
}
writeFileSync(join(import.meta.dirname, '../cli/helmfile-vectors.json'), `${JSON.stringify(outcomes, undefined, 1)}\n`)
process.stdout.write(`${helmfileCases.length} cases, ${runs} runs\n`)
