/**
 * Records what the real helmfile does for the cases of helmfile-template-cases.ts: `node test/conformance/helmfile-template-record.ts [WORD]`, the cases whose name holds the word.
 * It needs the real programs (scripts/tools).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { helmfileTemplateCases } from '../cli/helmfile-template-cases.ts'
import { runHelmfileCase, type HelmfileCaseOutcome } from '../cli/helmfile-template-runs.ts'
import { realHelmfile } from '../cli/real-helmfile.ts'

const path = join(import.meta.dirname, '../cli/helmfile-template-vectors.json')
const program = await realHelmfile()
if (program === undefined) throw new Error('the real programs are missing')
const known = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) as Record<string, HelmfileCaseOutcome> : {}
const recorded: Record<string, HelmfileCaseOutcome> = {}
for (const one of helmfileTemplateCases) {
  const wanted = one.name.includes(process.argv[2] ?? '')
  const outcome = wanted || known[one.name] === undefined ? await runHelmfileCase(one, program) : known[one.name]!
  recorded[one.name] = outcome
  if (wanted) process.stdout.write(`${one.name}: ${outcome.runs.map((run) => run.code).join(' ')}\n`)
}
writeFileSync(path, `${JSON.stringify(recorded, null, 1)}\n`)
