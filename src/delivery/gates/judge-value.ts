import { shown, undecided, type Judged } from './judged.ts'
import type { Questions } from './questions.ts'
import type { ValueGate } from './settings.ts'
import { against } from './threshold.ts'

/** One number against its threshold. */
export async function judgeValue(gate: ValueGate, questions: Questions): Promise<Judged> {
  const { query, samples: counting, needed, unit } = gate
  const { track } = questions
  const [found, counted] = await Promise.all([questions.ask({ template: query, measure: 'free', track }), counting === undefined ? undefined : questions.ask({ template: counting, measure: 'samples', track })])
  if (found.kind === 'error') return undecided('error', found.message)
  if (found.kind === 'absent') return undecided('no-data', 'there is no series')
  if (!Number.isFinite(found.value)) return undecided('no-data', `the value is ${shown(found.value)}`)
  if (counted?.kind === 'error') return undecided('error', `samples: ${counted.message}`)
  const samples = counted === undefined ? undefined : counted.kind === 'absent' || Number.isNaN(counted.value) ? 0 : counted.value
  const { fails, text, ...held } = against(found.value, gate)
  const common = { ...held, ...(unit !== undefined && { unit }), ...(samples !== undefined && { samples, needed }) }
  if (samples !== undefined && samples < needed) return undecided('inconclusive', `${shown(samples)} samples are too few: ${needed} are needed`, { ...common, arithmetic: text })
  return fails ? { verdict: 'fail', ...common, arithmetic: text, reason: text } : { verdict: 'pass', ...common, arithmetic: text }
}
