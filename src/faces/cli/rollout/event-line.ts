import type { Evaluation } from '../../../delivery/gates/index.ts'
import type { Journal, RolloutEvent, VersionState } from '../../../delivery/rollout/index.ts'
import { jsonLine } from '../progress-json.ts'
import type { Runner } from './screen-state.ts'
import { stepTitle } from './words.ts'

/** What only a screen has to say of a rollout. */
export type ScreenEvent =
  | RolloutEvent
  /** Who drives it, whenever that changes. */
  | { readonly type: 'runner'; readonly journal: Journal; readonly runner: Runner }
  /** The last line. `timeout`: nobody waits any longer, and the rollout goes on. */
  | { readonly type: 'done'; readonly journal: Journal; readonly exitCode: number; readonly message: string }

/** The rollout an event is about, in every line of it. */
export const placeOf = ({ id, release, namespace, service, environment }: Journal) => ({ rollout: id, release, namespace, service, environment })

/**
 * One line of `--progress json`: schema/rollout-event.schema.json and docs/rollout-events.md promise its fields to programs. Raw answers of providers are not in it.
 * @param place what placeOf says; undefined before the first transition
 */
export function eventLine(event: ScreenEvent, place: ReturnType<typeof placeOf> | undefined): string {
  return jsonLine({ ...fieldsOf(event), ...(event.type !== 'release' && place) })
}

function fieldsOf(event: ScreenEvent): object {
  switch (event.type) {
    case 'transition': {
      const { at, by, phase, step, detail } = event.transition
      return { type: 'transition', at, by, phase, ...stepFields(event.journal, step), detail, ...weights(event.journal), ...(event.journal.trigger && { trigger: evaluationFields(event.journal.trigger) }) }
    }
    case 'evaluation': return { type: 'evaluation', step: event.step, background: event.background, ...evaluationFields(event.evaluation) }
    case 'observed': return { type: 'observed', weight: event.observed.weight, stable: version(event.observed.stable), canary: version(event.observed.canary) }
    case 'disturbance': {
      const { ref, what, by, fatal } = event.disturbance
      return { type: 'disturbance', ...ref, what, ...(by !== undefined && { by }), fatal }
    }
    case 'runner': return { type: 'runner', lost: event.runner.lost, ...(event.runner.lease && { holder: event.runner.lease.holder, renewed: event.runner.lease.renewed }) }
    case 'done': return { type: 'done', outcome: event.journal.phase, exitCode: event.exitCode, message: event.message, ...weights(event.journal), revision: event.journal.to.revision }
    // The lines of docs/progress.md.
    case 'release': return event.event
  }
}

const weights = ({ weight, achieved, compression }: Journal) => ({ weight, achieved, ...(compression !== undefined && compression > 1 && { compression }) })

function stepFields({ spec: { steps } }: Journal, step: number): object {
  const current = steps[step]
  return { step, steps: steps.length, ...(current && { stepKind: current.kind, stepName: stepTitle(current) }) }
}

/** What is public of an evaluation. */
export function evaluationFields(evaluation: Evaluation): object {
  const { answers: _, ...rest } = evaluation
  return rest
}

const version = ({ workload, ready, wanted, images, trouble = [] }: VersionState): object => ({ workload, ready, wanted, images, trouble })
