import type { WatchRecord } from '../evidence/index.ts'
import type { OutcomeFacts } from '../policy/index.ts'
import type { Journal } from './types.ts'

/** What rules ask of a rollout that ended well: the last word of each gate on each step that nobody passed over, and the watch. */
export function rolloutFacts(journal: Journal): Pick<OutcomeFacts, 'gates' | 'watch'> {
  const last = new Map(journal.steps.filter((s) => s.override === undefined).flatMap((s) => s.evaluations.filter((e) => e.dryRun !== true).map((e) => [`${e.gate} at ${s.achieved ?? s.weight}%`, e])))
  const gates = [...last].map(([name, e]) => ({ name, verdict: e.verdict, hasRawResponse: e.answers.some((a) => a.body !== ''), simulated: e.simulated }))
  const watch = watchOf(journal)
  return { gates, ...(watch && { watch: { minutes: watch.minutes, green: watch.green } }) }
}

/** The watch after the promotion, where there was one; minutes of rollout time. */
export function watchOf({ spec, transitions, phase, message, compression = 1 }: Journal): WatchRecord | undefined {
  const at = transitions.findIndex((t) => t.phase === 'watching')
  const began = transitions[at]
  const ended = transitions.slice(at + 1).find((t) => t.phase !== 'watching')
  if (began === undefined || ended === undefined) return undefined
  const green = phase === 'promoted'
  const minutes = green ? spec.watch / 60_000 : ((Date.parse(ended.at) - Date.parse(began.at)) * compression) / 60_000
  return { minutes: Math.round(minutes * 10) / 10, green, by: began.by, ...(!green && message !== undefined && { detail: message }) }
}
