import { sha256 } from '../attestation/index.ts'
import type { Evaluation } from '../gates/index.ts'
import { stepName } from './spec.ts'
import type { Journal, RolloutPhase, Step, StepRecord } from './types.ts'

/** Phases in which nothing more will happen. */
const ended: ReadonlySet<RolloutPhase> = new Set(['promoted', 'aborted', 'superseded'])
export const isEnded = ({ phase }: Pick<Journal, 'phase'>): boolean => ended.has(phase)

/** The new version is the release already. */
export const isDeployed = ({ phase }: Pick<Journal, 'phase'>): boolean => phase === 'watching' || phase === 'promoted'

export const currentStep = ({ spec, step }: Journal): Step | undefined => spec.steps[step]

/** What an approval of the step under way is about: `sha256:<hex>`. */
export const stepDigest = ({ id, planDigest, step }: Pick<Journal, 'id' | 'planDigest' | 'step'>): string => sha256(JSON.stringify(['pintle.dev/rollout-step', id, planDigest, step]))

/** Transitions and evaluations that are kept; the first and the last ones tell most. */
const mostTransitions = 400
const mostEvaluations = 40

/** The journal after something happened. */
export function transition(journal: Journal, change: Partial<Pick<Journal, 'phase' | 'step' | 'weight' | 'achieved' | 'since' | 'message' | 'held' | 'trigger' | 'to'>>, detail: string, by: string, now: number): Journal {
  const next: Journal = { ...journal, ...change }
  const entry = { at: new Date(now).toISOString(), by, phase: next.phase, step: next.step, detail }
  const all = [...journal.transitions, entry]
  return { ...next, transitions: all.length <= mostTransitions ? all : [...all.slice(0, mostTransitions / 2), ...all.slice(-mostTransitions / 2)] }
}

/** The journal with more known of a step; the step's record is made when there is none. */
export function noteStep(journal: Journal, index: number, change: Partial<Omit<StepRecord, 'step' | 'name'>>, now: number): Journal {
  const known = journal.steps.find((s) => s.step === index)
  const step = journal.spec.steps[index]
  // What a step without traffic of its own judges is what the one before it reached.
  const { achieved, pods } = journal.steps.findLast((s) => s.achieved !== undefined) ?? {}
  const inherited = step?.kind === 'weight' ? {} : { ...(achieved !== undefined && { achieved }), ...(pods && { pods }) }
  const before: StepRecord = known ?? { step: index, name: step === undefined ? 'watch' : stepName(step), started: new Date(now).toISOString(), weight: journal.weight, ...inherited, evaluations: [] }
  const after = { ...before, ...change }
  return { ...journal, steps: known === undefined ? [...journal.steps, after] : journal.steps.map((s) => (s === known ? after : s)) }
}

/** What was judged stays; of many the first and the last of each gate. */
export function withEvaluations(known: readonly Evaluation[], more: readonly Evaluation[]): Evaluation[] {
  const all = [...known]
  for (const e of more) if (!all.some((k) => k.gate === e.gate && k.at === e.at && k.verdict === e.verdict)) all.push(e)
  return all.length <= mostEvaluations ? all : [...all.slice(0, mostEvaluations / 4), ...all.slice(-(mostEvaluations * 3) / 4)]
}

/**
 * A journal whose text is at most so many bytes: raw answers go first, of the oldest evaluations, saying so. What led to an abort keeps its answers.
 */
export function boundedJournal(journal: Journal, most: number): Journal {
  if (size(journal) <= most) return journal
  const steps = journal.steps.map((s) => ({ ...s, evaluations: [...s.evaluations] }))
  for (const step of steps) {
    for (const [i, evaluation] of step.evaluations.entries()) {
      if (evaluation.answers.every((a) => a.body.length <= 100)) continue
      step.evaluations[i] = { ...evaluation, answers: evaluation.answers.map((a) => ({ ...a, body: `(${a.body.length} characters not kept: the journal is full)` })) }
      if (size({ ...journal, steps }) <= most) return { ...journal, steps }
    }
  }
  return { ...journal, steps: steps.map((s) => ({ ...s, evaluations: s.evaluations.slice(-3) })) }
}

const size = (journal: Journal): number => Buffer.byteLength(JSON.stringify(journal))
