import { isEnded, stepDigest } from '../../../delivery/rollout/index.ts'
import { evaluationFields } from './event-line.ts'
import { nextThing } from './next-thing.ts'
import type { ScreenState } from './screen-state.ts'

/** What `-o json|yaml` says of a rollout: its journal without raw answers, and what was found beside it. */
export function statusData({ journal, observed, runner, evidence }: ScreenState): object {
  const { requests, trigger, steps, ...rest } = journal
  const thing = nextThing(journal)
  return plain({
    ...rest, ...(trigger && { trigger: evaluationFields(trigger) }),
    steps: steps.map((s) => ({ ...s, evaluations: s.evaluations.map(evaluationFields) })),
    // What is signed to approve the step under way.
    ...(!isEnded(journal) && { stepDigest: stepDigest(journal) }),
    requests: requests.map(({ approval: _, ...request }) => request),
    ...(observed && { observed }),
    ended: isEnded(journal), ...(evidence !== undefined && { evidence }),
    ...(!isEnded(journal) && { runner: { lost: runner?.lost ?? false, ...(runner?.lease && { holder: runner.lease.holder, renewed: runner.lease.renewed }) } }),
    ...(thing && { next: { text: thing.text, ...(thing.at !== undefined && { at: new Date(thing.at).toISOString() }), ...(thing.command !== undefined && { command: `pintle rollout ${thing.command} -n ${journal.namespace}` }) } }),
  })
}

/** The row of a rollout in a list. */
export function listRow({ journal, runner }: Pick<ScreenState, 'journal' | 'runner'>): Record<string, string> {
  const { release, namespace, spec, phase, step, achieved, from, to, started } = journal
  return {
    release, namespace, strategy: spec.strategy, router: spec.router, phase: runner?.lost === true ? `${phase} (lost)` : phase, step: `${Math.min(step + (isEnded(journal) ? 0 : 1), spec.steps.length)}/${spec.steps.length}`, weight: `${achieved}`,
    revisions: `${from.revision} -> ${to.revision}`, started, runner: isEnded(journal) ? '' : runner?.lease?.holder ?? '',
  }
}

/** Without what JSON does not have. */
const plain = (value: object): object => JSON.parse(JSON.stringify(value)) as object
