import { shown, undecided, type Judged } from './judged.ts'
import type { Questions } from './questions.ts'
import type { BaselineGate } from './settings.ts'
import { askShare, isShare, type Share, type ShareQuestion } from './share.ts'
import { twoProportions } from './statistics.ts'

/** How sure the difference must be: as sure as Kayenta's judge (98%). */
const chance = 0.02

/** Both versions at the same time: fails where the new one is worse by more than chance makes. */
export async function judgeBaseline(gate: BaselineGate, questions: Questions): Promise<Judged> {
  const { part, whole, needed, workload, limit, of } = gate
  const slow = of === 'latency'
  const of1 = (track: 'canary' | 'stable'): ShareQuestion => ({
    part: { template: part, measure: slow ? 'latency-bucket' : 'errors', track, ...(limit !== undefined && { limit }), ...(track === 'stable' && workload !== undefined && { workload }) },
    whole: { template: whole, measure: slow ? 'latency-count' : 'requests', track, ...(track === 'stable' && workload !== undefined && { workload }) },
    words: slow ? [`within ${shown(limit!)} ms`, 'requests'] : ['errors', 'requests'],
  })
  const [canary, stable] = await Promise.all([askShare(questions, of1('canary')), askShare(questions, of1('stable'))])
  if (!isShare(canary)) return { ...canary, needed }
  if (!isShare(stable)) return { ...stable, needed, reason: `baseline: ${stable.reason}`, arithmetic: `baseline: ${stable.arithmetic}` }
  const bad = ({ share, samples }: Share): { share: number; samples: number } => ({ share: slow ? 1 - share : share, samples })
  const [a, b] = [bad(canary), bad(stable)]
  const text = `canary: ${canary.text}; baseline${workload === undefined ? '' : ` ${workload}`}: ${stable.text}`
  const common = { value: a.share, threshold: b.share, comparison: '<=' as const, unit: 'ratio', samples: Math.min(a.samples, b.samples), needed }
  if (common.samples < needed) return undecided('inconclusive', `${shown(common.samples)} requests ${a.samples < b.samples ? 'of the canary' : 'of the baseline'} are too few: ${needed} are needed`, { ...common, arithmetic: text })
  const { z, p } = twoProportions(a, b)
  const worse = p < chance
  const said = `z = ${shown(z)}, p = ${shown(p)} ${worse ? '<' : '>='} ${chance}`
  return worse ? { verdict: 'fail', ...common, arithmetic: `${text}; ${said}`, reason: `${shown(a.share)} against ${shown(b.share)} of the baseline is no chance (${said})` } : { verdict: 'pass', ...common, arithmetic: `${text}; ${said}` }
}
