import { isEnded, type Journal, type Step } from '../../../delivery/rollout/index.ts'
import { length, line, stepTitle } from './words.ts'

/** What comes next, and when: milliseconds since 1970, where that is known. */
export interface NextThing {
  readonly text: string
  readonly at?: number
  /** What is to be typed so that it goes on, without the program's name. */
  readonly command?: string
}

/** @returns undefined when the rollout is over */
export function nextThing(journal: Journal): NextThing | undefined {
  if (isEnded(journal)) return undefined
  const { phase, spec, step } = journal
  const current = spec.steps[step]
  const began = beganAt(journal)
  switch (phase) {
    case 'beginning': return { text: 'the new version starts beside the old one' }
    case 'promoting': return { text: 'the new version becomes the release' }
    case 'aborting': return { text: 'traffic goes back, then the release is rolled back' }
    case 'watching': return { text: 'the gates watch', ...at(began, spec.watch, journal) }
    case 'failed': return { text: 'going back failed: it has to be aborted again', command: `abort ${journal.release}` }
    case 'holding': return holding(journal, began)
    case 'paused': return paused(journal, current)
    default: return current === undefined ? { text: 'the new version becomes the release' } : during(journal, current, began)
  }
}

/** It waits for a decision: no gate could make one, or somebody else changed what it works with. */
function holding(journal: Journal, began: number): NextThing {
  const { held, spec: { undecided, deadline }, release } = journal
  const since = held === undefined ? began : Date.parse(held.since)
  return {
    text: undecided === 'abort' ? 'holds, and aborts unless it is decided' : 'holds until it is decided', ...(undecided === 'abort' && at(since, deadline, journal)),
    command: held?.why === 'disturbed' ? `resume ${release}` : `promote ${release} --skip-gates --reason TEXT`,
  }
}

function paused(journal: Journal, current: Step | undefined): NextThing {
  const { release } = journal
  if (current?.kind === 'approval') return approval(journal, current)
  if (current?.kind === 'pause') return { text: 'waits until somebody promotes', command: `promote ${release}` }
  return { text: 'waits until somebody resumes', command: `resume ${release}` }
}

function during(journal: Journal, current: Step, began: number): NextThing {
  switch (current.kind) {
    case 'weight': return { text: current.weight === 0 ? 'the new version runs, without traffic' : `the new version gets ${stepTitle(current)} of the traffic` }
    case 'wait': return { text: `${current.why ?? 'wait'} of ${length(current.for)}`, ...at(began, current.for, journal) }
    case 'gate': return { text: `the gates judge; undecided, it holds${journal.spec.undecided === 'abort' ? ` for ${length(journal.spec.deadline)}, then aborts` : ''}` }
    case 'smoke': return { text: `${current.checks.length} smoke check${current.checks.length === 1 ? '' : 's'} of the new version` }
    case 'pause': return { text: `waits until somebody promotes${current.message ? `: ${line(current.message)}` : ''}`, command: `promote ${journal.release}` }
    case 'approval': return approval(journal, current)
  }
}

function approval({ steps, step, release }: Journal, { count, approvers }: Extract<Step, { kind: 'approval' }>): NextThing {
  const given = steps.find((s) => s.step === step)?.approvals?.length ?? 0
  return { text: `waits for approval: ${given} of ${count}${approvers.length > 0 ? ` by ${line(approvers.join(', '))}` : ''}`, command: `promote ${release} --sign-key KEY` }
}

/** Titles of what follows the step under way, the first few. */
export function followingSteps({ spec: { steps }, step, phase }: Journal, most = 3): string[] {
  if (phase === 'promoting' || phase === 'watching' || phase === 'aborting') return []
  const rest = steps.slice(phase === 'beginning' ? step : step + 1).map(stepTitle)
  return [...rest.slice(0, most), ...(rest.length > most ? ['...'] : ['promote'])]
}

/** When the step, or the watch, began. */
function beganAt({ steps, step, started, transitions, phase }: Journal): number {
  const same = transitions.findLast((t) => t.phase === phase)
  const text = phase === 'watching' ? same?.at : (steps.find((s) => s.step === step)?.started ?? same?.at)
  return Date.parse(text ?? started)
}

function at(began: number, lasts: number, { compression = 1 }: Journal): { at: number } | Record<string, never> {
  return Number.isFinite(began) && Number.isFinite(lasts) ? { at: began + lasts / Math.max(1, compression) } : {}
}
