/**
 * `PINTLE_HELM_DIFF=.../bin/diff node test/conformance/diff-record.ts`: runs every case of test/cli/diff-cases.ts with helm-diff's own program, that of an installed
 * plugin, over the real Helm, and keeps what it said in test/cli/diff-vectors.json.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureTool } from '../../scripts/tools/index.ts'
import { diffCases } from '../cli/diff-cases.ts'
import { runCase, type DiffOutcome } from '../cli/diff-runs.ts'

const program = process.env.PINTLE_HELM_DIFF
const helm = await ensureTool('helm')
if (program === undefined || helm === undefined) {
  process.stderr.write('PINTLE_HELM_DIFF must name the program of helm-diff\n')
  process.exit(1)
}
const outcomes: Record<string, DiffOutcome> = {}
for (const one of diffCases) outcomes[one.name] = await runCase(one, { path: [program], args: [], env: { HELM_BIN: helm } })
writeFileSync(join(import.meta.dirname, '../cli/diff-vectors.json'), `${JSON.stringify(outcomes, undefined, 1)}\n`)
process.stdout.write(`${diffCases.length} cases\n`)
