import { shown, undecided, type Judged } from './judged.ts'
import type { Questions } from './questions.ts'
import type { RatioGate } from './settings.ts'
import { askEstimatedShare, askShare, isShare, type ShareQuestion } from './share.ts'
import { wilsonLower } from './statistics.ts'
import { above, against, below } from './threshold.ts'

/** A share against its threshold: the error rate, or a free numerator and denominator. */
export async function judgeRatio(gate: RatioGate, questions: Questions): Promise<Judged> {
  const { track } = questions
  const { counts, numerator, denominator, needed, confidence } = gate
  const question: ShareQuestion = {
    part: { template: numerator, measure: counts ? 'errors' : 'free', track },
    whole: { template: denominator, measure: counts ? 'requests' : 'free', track },
    words: counts ? ['errors', 'requests'] : ['(numerator)', '(denominator)'],
  }
  const estimates = counts && track === 'service' && questions.asked.subject.whole !== true
  const found = await (estimates ? askEstimatedShare(questions, question) : askShare(questions, question))
  if (!isShare(found)) return { ...found, needed }
  const { share, samples, text, estimated } = found
  const { fails, text: compared, ...held } = against(share, gate)
  const common = { ...held, unit: gate.unit ?? 'ratio', ...(needed > 0 || counts ? { samples, needed } : {}), ...(estimated && { estimated }) }
  if (samples < needed) return undecided('inconclusive', `${shown(samples)} requests are too few: ${needed} are needed`, { ...common, arithmetic: text })
  const arithmetic = `${text}; ${compared}`
  if (!fails) return { verdict: 'pass', ...common, arithmetic }
  if (confidence === true) {
    const chance = gate.max === undefined ? chanceBelow(share, samples, gate.min!) : chanceAbove(share, samples, gate.max)
    return { verdict: chance.explains ? 'pass' : 'fail', ...common, arithmetic: `${arithmetic}; ${chance.text}`, ...(!chance.explains && { reason: `${compared}, and ${chance.text}` }) }
  }
  return { verdict: 'fail', ...common, arithmetic, reason: compared }
}

/** Whether the true share may be at most `max` although the measured one is above it. */
export function chanceAbove(share: number, n: number, max: number): { explains: boolean; text: string } {
  const lower = wilsonLower(share, n)
  const explains = !above(lower, max)
  return { explains, text: `the lower end of Wilson's interval (95%) is ${shown(lower)} ${explains ? '<=' : '>'} ${shown(max)}` }
}

function chanceBelow(share: number, n: number, min: number): { explains: boolean; text: string } {
  const upper = 1 - wilsonLower(1 - share, n)
  const explains = !below(upper, min)
  return { explains, text: `the upper end of Wilson's interval (95%) is ${shown(upper)} ${explains ? '>=' : '<'} ${shown(min)}` }
}
