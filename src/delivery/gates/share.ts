import { shown, undecided, type Judged } from './judged.ts'
import type { Question, Questions } from './questions.ts'
import type { Measurement } from './types.ts'

/** A part of a whole, each asked for itself. */
export interface Share {
  readonly share: number
  /** What the whole counts. */
  readonly samples: number
  /** `12 errors / 2400 requests = 0.005` */
  readonly text: string
  readonly estimated?: true
}

export interface ShareQuestion {
  readonly part: Question
  readonly whole: Question
  /** What both count, for people. */
  readonly words: readonly [part: string, whole: string]
}

/**
 * A share by the rules of gates: a whole that is absent, zero or no number is no data; a part that is absent is zero.
 * @returns the share, or why there is none
 */
export async function askShare(questions: Questions, { part, whole, words }: ShareQuestion): Promise<Share | Judged> {
  const [counted, all] = await Promise.all([questions.ask(part), questions.ask(whole)])
  return shareOf(counted, all, words)
}

export function shareOf(part: Measurement, whole: Measurement, [partWord, wholeWord]: ShareQuestion['words']): Share | Judged {
  if (whole.kind === 'error') return undecided('error', `${wholeWord}: ${whole.message}`)
  if (whole.kind === 'absent') return undecided('no-data', `there is no series of ${wholeWord}`)
  if (!Number.isFinite(whole.value)) return undecided('no-data', `${wholeWord} is ${shown(whole.value)}`)
  if (whole.value === 0) return undecided('no-data', `there were no ${wholeWord}`, { samples: 0 })
  if (whole.value < 0) return undecided('error', `${wholeWord} is ${shown(whole.value)}: a count cannot be below zero`)
  if (part.kind === 'error') return undecided('error', `${partWord}: ${part.message}`)
  const count = part.kind === 'absent' ? 0 : part.value
  if (!Number.isFinite(count)) return undecided('no-data', `${partWord} is ${shown(count)}`)
  if (count < 0) return undecided('error', `${partWord} is ${shown(count)}: a count cannot be below zero`)
  const share = count / whole.value
  if (!Number.isFinite(share)) return undecided('no-data', `${shown(count)} ${partWord} / ${shown(whole.value)} ${wholeWord} is no number`)
  return { share, samples: whole.value, text: `${shown(count)}${part.kind === 'absent' ? ' (no series)' : ''} ${partWord} / ${shown(whole.value)} ${wholeWord} = ${shown(share)}` }
}

export const isShare = (found: Share | Judged): found is Share => 'share' in found

/**
 * The new version's share where nothing tells the versions apart: the whole service's, less what the old version gives to it as it did before the rollout.
 * `(total - (1 - w) * baseline) / w`
 */
export async function askEstimatedShare(questions: Questions, question: ShareQuestion): Promise<Share | Judged> {
  const { subject } = questions.asked
  const weight = subject.weight / 100
  if (weight <= 0) return undecided('no-data', 'the new version has no traffic that an estimate could be made of', { estimated: true })
  const total = await askShare(questions, question)
  if (!isShare(total) || weight >= 1) return total
  const at = subject.began
  if (at === undefined) return undecided('error', 'nobody says when the rollout began, and an estimate needs to know what the service was like before', { estimated: true })
  const before = await askShare(questions, { ...question, part: { ...question.part, at }, whole: { ...question.whole, at } })
  if (!isShare(before)) return { ...before, reason: `before the rollout: ${before.reason}`, estimated: true }
  const estimate = (total.share - (1 - weight) * before.share) / weight
  // Chance makes it leave the range of shares; it says no more then than its end.
  const share = Math.min(1, Math.max(0, estimate))
  const text = `estimated: (${shown(total.share)} - ${shown(1 - weight)} * ${shown(before.share)}) / ${shown(weight)} = ${shown(estimate)}${share === estimate ? '' : `, taken as ${share}`}; all of the service: ${total.text}; before: ${before.text}`
  return { share, samples: total.samples * weight, text, estimated: true }
}
