import type { RollbackUse, RolloutStep } from '../evidence/index.ts'
import { gateRecord, triggerOf, type Evaluation } from '../gates/index.ts'
import type { Journal, StepRecord } from './types.ts'

/** The parts of a release record that a rollout fills. */
export interface RolloutParts {
  readonly steps: RolloutStep[]
  /** How it went back; undefined where it did not. Who was paged is added by whoever paged. */
  readonly rollback?: RollbackUse
  /** Raw answers of the gates, one file a step, by name: `response` of a gate names its file. */
  readonly files: Readonly<Record<string, string>>
}

/** Files stay below what a store takes for one blob. */
const longestFile = 4 << 20

/** What a journal comes to in a record: every step with weights, pods, queries, values and verdicts, and how it went back. Pure. */
export function rolloutRecord(journal: Journal): RolloutParts {
  const files: Record<string, string> = {}
  const steps = journal.steps.map((s) => stepOf(s, journal, files))
  const rollback = rollbackOf(journal)
  return { steps, files, ...(rollback && { rollback }) }
}

function stepOf(s: StepRecord, journal: Journal, files: Record<string, string>): RolloutStep {
  const { name, started, weight, achieved, pods, evaluations, override, approvals } = s
  const answers = evaluations.filter((e) => e.answers.length > 0)
  const file = `gates-step-${s.step + 1}.json`
  if (answers.length > 0) files[file] = answersText(answers)
  const share = achieved ?? weight
  const [fresh, old] = journal.spec.strategy === 'blue-green' ? ['preview', 'active'] as const : ['canary', 'stable'] as const
  return {
    name, started, ended: s.ended ?? journal.transitions.at(-1)?.at ?? started, weight, ...(achieved === undefined ? {} : { achieved }),
    split: [{ to: `${fresh} (revision ${journal.to.revision})`, percent: share }, { to: `${old} (revision ${journal.from.revision})`, percent: hundredths(100 - share) }],
    pods: pods?.canary ?? { ready: 0, wanted: 0 }, ...(pods && { stablePods: pods.stable }),
    gates: evaluations.map((e) => gateRecord(e, e.answers.length > 0 ? file : undefined)), outcome: s.outcome ?? 'held',
    ...(override && { override }), ...(approvals && { approvals }),
  }
}

/** The answers of a step as they came, the last ones where all are too many. */
function answersText(evaluations: readonly Evaluation[]): string {
  const kept: string[] = []
  let length = 0
  for (const { gate, at, verdict, answers } of evaluations.toReversed()) {
    const text = JSON.stringify({ gate, at, verdict, answers }, undefined, 1)
    if ((length += text.length) > longestFile) break
    kept.unshift(text)
  }
  const left = evaluations.length - kept.length
  return `[\n${[...(left > 0 ? [JSON.stringify({ note: `${left} earlier answers are left out: more than ${longestFile} characters` })] : []), ...kept].join(',\n')}\n]\n`
}

/** What was begun and did not end is told by the record's outcome: it did not go back. What was refused had nowhere to go back from. */
/** What was begun and did not end is told by the record's outcome: it did not go back. What was refused had nowhere to go back from. */
function rollbackOf({ phase, from, message, trigger, transitions }: Journal): RollbackUse | undefined {
  const ended = transitions.findLast((t) => t.phase === 'aborted')
  const began = transitions.findLast((t) => t.phase === 'aborting')
  if (phase !== 'aborted' || ended === undefined || began === undefined) return undefined
  return {
    at: ended.at, reason: message ?? trigger?.reason ?? began.detail, toRevision: from.revision, automatic: !began.detail.startsWith('aborting: aborted by '),
    ...(trigger && { trigger: triggerOf(trigger) }), ...(ended.detail !== '' && { output: ended.detail }),
  }
}

const hundredths = (percent: number): number => Math.round(percent * 100) / 100
