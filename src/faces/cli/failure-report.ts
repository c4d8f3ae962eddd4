import { reasonText, type PodLog, type WaitingObject, type Warning } from '../../cluster/release/index.ts'

const shownLines = 15

/** What is known about a failed rollout or hook beside its message: reasons, the containers' last words, and the cluster's warnings. */
export function* failureReport(details: Readonly<Record<string, unknown>> | undefined): Generator<string> {
  const { waiting = [], logs = [], events = [] } = (details ?? {}) as { waiting?: WaitingObject[]; logs?: PodLog[]; events?: Warning[] }
  if (!Array.isArray(waiting) || !Array.isArray(logs) || !Array.isArray(events)) return
  // What explains several objects is told once.
  const reasons = [...new Map(waiting.flatMap(({ ref, pods = [] }) => pods.map((p) => [reasonText(p), p.pod === `${ref.kind}/${ref.name}` ? reasonText(p) : `${ref.kind}/${ref.name}: ${reasonText(p)}`] as const))).values()]
  // A single one is the hint's.
  if (reasons.length > 1) yield `\nwhat holds it up:\n${reasons.slice(0, 10).map((r) => `  ${r}`).join('\n')}`
  for (const { pod, container, previous, text } of logs) {
    const lines = text.trimEnd().split('\n')
    yield `\nlast words of pod ${pod}, container ${container}${previous === true ? ' (its run before)' : ''}:\n${lines.slice(-shownLines).map((l) => `  ${l}`).join('\n')}`
  }
  if (events.length > 0) yield `\nwarnings of the cluster:\n${events.map((e) => `  ${e.object}: ${e.reason}: ${e.message}${e.count > 1 ? ` (${e.count} times)` : ''}`).join('\n')}`
}
