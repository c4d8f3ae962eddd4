import { shown, undecided, type Judged } from './judged.ts'
import { chanceAbove } from './judge-ratio.ts'
import type { Questions } from './questions.ts'
import type { LatencyGate } from './settings.ts'
import { askEstimatedShare, askShare, isShare, shareOf, type Share } from './share.ts'
import { against } from './threshold.ts'
import type { Measurement } from './types.ts'

/**
 * A quantile of the latency. Where the histogram has a bucket that ends at the threshold, the share of requests in it says exactly whether the quantile is below; the
 * quantile itself is interpolated, and no number above the highest finite bucket can come out of it.
 */
export async function judgeLatency(gate: LatencyGate, questions: Questions): Promise<Judged> {
  if (gate.bucket === undefined || gate.count === undefined) return await judgeQuantile(gate, questions, undefined)
  const { track } = questions
  const question = {
    part: { template: gate.bucket, measure: 'latency-bucket', track, limit: gate.limit },
    whole: { template: gate.count, measure: 'latency-count', track },
    words: [`within ${shown(gate.limit)} ms`, 'requests'],
  } as const
  const [bucket, count] = await Promise.all([questions.ask(question.part), questions.ask(question.whole)])
  const own = shareOf(bucket, count, question.words)
  if (!isShare(own)) return { ...own, needed: gate.needed }
  // Every bucket is exposed from the first observation on: one that is absent does not exist.
  if (bucket.kind === 'absent') return await judgeQuantile(gate, questions, own)
  const estimates = track === 'service' && questions.asked.subject.whole !== true
  const found = await (estimates ? askEstimatedShare(questions, question) : Promise.resolve(own))
  return isShare(found) ? byShare(gate, found) : { ...found, needed: gate.needed }
}

function byShare({ quantile, needed, limit, confidence }: LatencyGate, { share, samples, text, estimated }: Share): Judged {
  const { fails, text: compared, ...held } = against(share, { min: quantile })
  const common = { ...held, unit: 'ratio', samples, needed, ...(estimated && { estimated }) }
  if (samples < needed) return undecided('inconclusive', `${shown(samples)} requests are too few: ${needed} are needed`, { ...common, arithmetic: text })
  const arithmetic = `${text}; ${compared}`
  if (!fails) return { verdict: 'pass', ...common, arithmetic }
  const chance = confidence === true ? chanceAbove(1 - share, samples, 1 - quantile) : undefined
  if (chance?.explains === true) return { verdict: 'pass', ...common, arithmetic: `${arithmetic}; of those that are slower, ${chance.text}` }
  return { verdict: 'fail', ...common, arithmetic: chance === undefined ? arithmetic : `${arithmetic}; ${chance.text}`, reason: `${shown(share * 100)}% of the requests took at most ${shown(limit)} ms, ${shown(quantile * 100)}% must` }
}

/** The interpolated quantile, where no bucket ends at the threshold. */
async function judgeQuantile(gate: LatencyGate, questions: Questions, counted: Share | undefined): Promise<Judged> {
  const { limit, quantile, needed, value: template, top, count } = gate
  const { track } = questions
  const name = `p${shown(quantile * 100)}`
  const bound = top === undefined ? undefined : await questions.ask({ template: top, measure: 'latency-top', track })
  const refused = bound === undefined ? undefined : refusedBound(bound, limit)
  if (refused !== undefined) return { ...refused, needed }
  if (template === undefined) return undecided('error', `the histogram has no bucket that ends at ${shown(limit)} ms`, { needed })
  if (track === 'service' && questions.asked.subject.whole !== true && questions.asked.subject.weight < 100) {
    return undecided('error', `${name} of the new version cannot be estimated: quantiles do not add up`, { needed, estimated: true })
  }
  const own = counted ?? (count === undefined ? undefined : await askShare(questions, { part: { template: count, measure: 'latency-count', track }, whole: { template: count, measure: 'latency-count', track }, words: ['requests', 'requests'] }))
  if (own !== undefined && !isShare(own)) return { ...own, needed }
  const found = await questions.ask({ template, measure: 'latency-quantile', track, quantile })
  if (found.kind === 'error') return undecided('error', `${name}: ${found.message}`, { needed })
  if (found.kind === 'absent') return undecided('no-data', `there is no series of ${name}`, { needed })
  if (!Number.isFinite(found.value)) return undecided('no-data', `${name} is ${shown(found.value)}`, { needed })
  const { fails, text: compared, ...held } = against(found.value, { max: limit / 1000 })
  const common = { ...held, unit: 's', needed, ...(own && { samples: own.samples }) }
  const capped = bound?.kind === 'value' && found.value >= bound.value
  const arithmetic = `${name} = ${shown(found.value)} s of ${own === undefined ? 'an unknown number of' : shown(own.samples)} requests${bound === undefined ? '' : `, interpolated: no bucket ends at ${shown(limit)} ms${capped ? `, and ${shown(bound.value)} s is the highest that can be told` : ''}`}; ${compared}`
  if (own !== undefined && own.samples < needed) return undecided('inconclusive', `${shown(own.samples)} requests are too few: ${needed} are needed`, { ...common, arithmetic })
  return fails ? { verdict: 'fail', ...common, arithmetic, reason: `${name} ${compared}${capped ? ' or more' : ''} (seconds)` } : { verdict: 'pass', ...common, arithmetic }
}

function refusedBound(bound: Measurement, limit: number): Judged | undefined {
  if (bound.kind === 'error') return undecided('error', `buckets: ${bound.message}`)
  if (bound.kind === 'absent' || !Number.isFinite(bound.value)) return undecided('error', 'the histogram has no finite buckets')
  if (limit / 1000 <= bound.value) return undefined
  return undecided('error', `${shown(limit)} ms cannot be judged: the highest bucket of the histogram ends at ${shown(bound.value * 1000)} ms`, { threshold: limit / 1000, unit: 's' })
}
