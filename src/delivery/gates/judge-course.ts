import { shown, undecided, type Judged } from './judged.ts'
import type { Questions } from './questions.ts'
import type { CourseGate } from './settings.ts'
import { shiftOf } from './statistics.ts'
import type { Course } from './types.ts'

/** Moments of the window that are looked at at most, and how many of them must have a number. */
const moments = 20
const fewest = 5
/** Kayenta's: a shift that is small beside its own estimate is none. */
const tolerance = 0.25

/**
 * Whether the new version's course lies above the stable one's: Mann and Whitney's test with Kayenta's parameters (98%, 0.25 of Hodges and Lehmann's estimate).
 * Upstream: MannWhitneyClassifier of spinnaker/kayenta.
 */
export async function judgeCourse({ query, quantile, workload }: CourseGate, questions: Questions): Promise<Judged> {
  const { window, scrape } = questions.asked
  // Of less than two readings no rate can be told, and one may come late.
  const step = Math.max(3 * scrape, Math.ceil(window / moments / 1000) * 1000)
  const of = (track: 'canary' | 'stable'): Promise<Course> => questions.course({ template: query, measure: 'latency-quantile', track, quantile, ...(track === 'stable' && workload !== undefined && { workload }) }, step)
  const [canary, stable] = await Promise.all([of('canary'), of('stable')])
  for (const [name, course] of [['canary', canary], ['baseline', stable]] as const) {
    if (course.kind === 'error') return undecided('error', `${name}: ${course.message}`)
    if (course.kind === 'absent') return undecided('no-data', `${name}: there is no series`)
    if (course.values.length < fewest) return undecided('inconclusive', `${name}: ${course.values.length} moments are too few: ${fewest} are needed`, { samples: course.values.length, needed: fewest })
  }
  const [a, b] = [canary, stable].map((course) => (course.kind === 'values' ? course.values : []))
  const { estimate, lower, upper } = shiftOf(a!, b!)!
  const bound = tolerance * Math.abs(estimate)
  const worse = lower > bound
  const text = `shift of p${shown(quantile * 100)} by ${shown(estimate)} s, with 98% from ${shown(lower)} to ${shown(upper)}; ${shown(lower)} ${worse ? '>' : '<='} ${tolerance} * |${shown(estimate)}| = ${shown(bound)}, of ${a!.length} moments against ${b!.length}`
  const common = { value: lower, threshold: bound, comparison: '<=' as const, unit: 's', samples: Math.min(a!.length, b!.length), needed: fewest, arithmetic: text }
  return worse ? { verdict: 'fail', ...common, reason: text } : { verdict: 'pass', ...common }
}
