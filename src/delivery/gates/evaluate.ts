import { judgeBaseline } from './judge-baseline.ts'
import { judgeCourse } from './judge-course.ts'
import { judgeLatency } from './judge-latency.ts'
import { judgeRatio } from './judge-ratio.ts'
import { judgeValue } from './judge-value.ts'
import { shown, undecided, type Judged } from './judged.ts'
import { Questions, type Asked } from './questions.ts'
import type { Evaluation, RawAnswer } from './types.ts'

/** Judges one gate once. Never throws but for an aborted signal: what goes wrong is a verdict. */
export async function evaluate(asked: Asked): Promise<Evaluation> {
  const { provider, spec, at, window } = asked
  const questions = new Questions(asked)
  const { judged, answers } = provider.judge === undefined ? { judged: await judge(questions), answers: questions.answers } : await bySource(asked)
  return {
    gate: spec.name, at: new Date(at).toISOString(), provider: provider.name, endpoint: provider.endpoint, simulated: provider.simulated, window,
    ...judged, ...(spec.dryRun === true && { dryRun: true }), answers,
  }
}

function judge(questions: Questions): Promise<Judged> | Judged {
  const { spec, provider } = questions.asked
  switch (spec.kind) {
    case 'ratio': return judgeRatio(spec, questions)
    case 'latency': return judgeLatency(spec, questions)
    case 'value': return judgeValue(spec, questions)
    case 'baseline': return judgeBaseline(spec, questions)
    case 'course': return judgeCourse(spec, questions)
    case 'verdict': return undecided('error', `${provider.name} gives no verdicts: the gate needs a query and a threshold`)
  }
}

async function bySource({ provider, subject, at, window, signal }: Asked): Promise<{ judged: Judged; answers: RawAnswer[] }> {
  const { raw, ...judgement } = await provider.judge!(subject, { at, window, ...(signal && { signal }) })
  const { value, threshold, comparison, reason } = judgement
  const numbers = value === undefined ? undefined : threshold === undefined ? shown(value) : `${shown(value)} (${comparison ?? '<='} ${shown(threshold)} passes)`
  return { judged: { ...judgement, arithmetic: [`${provider.name} says ${judgement.verdict}`, numbers, reason].filter((t) => t !== undefined).join(': ') }, answers: raw === undefined ? [] : [raw] }
}
