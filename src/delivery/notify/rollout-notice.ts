import type { RollbackTrigger } from '../evidence/index.ts'
import { triggerOf, type Evaluation } from '../gates/index.ts'
import type { Journal, RolloutPhase, StepRecord } from '../rollout/index.ts'
import type { Phase } from './phase.ts'

/** Where a rollout stands, as it is told. Holds names, numbers and reasons, no queries and no answers. */
export interface RolloutNotice {
  readonly strategy: string
  /** How much has happened so far: tells one notice of a step from the next. */
  readonly sequence: number
  readonly step: { readonly index: number; readonly of: number; readonly name: string }
  /** Percent of the traffic, as wanted and as it is. */
  readonly weight: number
  readonly achieved: number
  readonly pods?: StepRecord['pods']
  /** The last word of each gate in this step. */
  readonly gates: readonly GateNotice[]
  /** Who must do what, where it waits for somebody. */
  readonly needs?: string
  /** What led back. */
  readonly trigger?: RollbackTrigger
}

type GateNotice = Pick<Evaluation, 'gate' | 'verdict' | 'value' | 'threshold' | 'comparison' | 'samples' | 'needed' | 'simulated' | 'estimated' | 'dryRun' | 'reason'>

const phaseOf: Readonly<Record<RolloutPhase, Phase>> = {
  beginning: 'started', progressing: 'progressing', paused: 'paused', holding: 'paused', promoting: 'progressing', watching: 'progressing', aborting: 'progressing', promoted: 'deployed', aborted: 'rolled-back', failed: 'failed', superseded: 'failed',
}

/** How a rollout's phase is told. */
export const noticePhase = (phase: RolloutPhase): Phase => phaseOf[phase]

/** What a journal says of where it stands. Pure. */
export function rolloutNotice(journal: Journal): RolloutNotice {
  const { spec, transitions, step, steps, weight, achieved, trigger, phase, message } = journal
  const current = steps.findLast((s) => s.step <= step)
  const last = new Map((current?.evaluations ?? []).map((e) => [e.gate, e]))
  const { query: _query, ...led } = trigger === undefined ? {} as Partial<RollbackTrigger> : triggerOf(trigger)
  const needs = needsOf(journal)
  return {
    strategy: spec.strategy, sequence: transitions.length, weight, achieved,
    step: { index: step, of: spec.steps.length, name: phase === 'watching' ? 'watch' : phase === 'promoting' ? 'promotion' : phase === 'aborting' ? `going back${message ? `: ${message}` : ''}` : (current?.step === step ? current.name : '') },
    ...(current?.pods && { pods: current.pods }), gates: [...last.values()].map(gateNotice), ...(needs && { needs }), ...(trigger && { trigger: led as RollbackTrigger }),
  }
}

const gateNotice = ({ gate, verdict, value, threshold, comparison, samples, needed, simulated, estimated, dryRun, reason }: Evaluation): GateNotice => ({
  gate, verdict, simulated, ...(value === undefined ? {} : { value }), ...(threshold === undefined ? {} : { threshold }), ...(comparison === undefined ? {} : { comparison }), ...(samples === undefined ? {} : { samples }),
  ...(needed === undefined ? {} : { needed }), ...(estimated === undefined ? {} : { estimated }), ...(dryRun === undefined ? {} : { dryRun }), ...(reason === undefined || verdict === 'pass' ? {} : { reason }),
})

/** Who must do what for it to go on. */
function needsOf({ phase, spec, step, release, namespace, message, held, compression }: Journal): string | undefined {
  const promote = `\`pintle rollout promote ${release} -n ${namespace}\``
  const abort = `\`pintle rollout abort ${release} -n ${namespace}\``
  const at = spec.steps[step]
  if (phase === 'holding') {
    const until = held === undefined || Number.isNaN(Date.parse(held.since)) ? '' : ` at ${new Date(Date.parse(held.since) + spec.deadline / (compression ?? 1)).toISOString()}`
    const why = held?.why === 'disturbed' ? 'somebody else changed what it works with' : 'no gate has decided'
    const on = held?.why === 'disturbed' ? `\`pintle rollout resume ${release} -n ${namespace}\` puts it right and goes on` : `${promote} with --reason goes on`
    return `${why}${message ? ` (${message})` : ''}: ${on}, ${abort} goes back${spec.undecided === 'abort' ? `; it goes back by itself${until}` : ''}`
  }
  if (phase !== 'paused') return undefined
  if (at?.kind === 'approval') return `${at.count} approval${at.count === 1 ? '' : 's'} of this step by ${at.approvers.join(', ') || 'others'}; ${abort} goes back`
  const said = at?.kind === 'pause' ? at.message : message
  return `${said ? `${said}: ` : ''}${promote} goes on, ${abort} goes back`
}

/** `25% (33% wanted), pods ready 1/1 new, 3/3 before` */
export function splitText({ weight, achieved, pods }: RolloutNotice): string {
  const ready = pods === undefined ? '' : `, pods ready ${pods.canary.ready}/${pods.canary.wanted} new, ${pods.stable.ready}/${pods.stable.wanted} before`
  return `${achieved}% to the new version${weight === achieved ? '' : ` (${weight}% wanted)`}${ready}`
}

/** One gate in one line. */
export function gateLine({ gate, verdict, value, threshold, comparison, samples, needed, simulated, estimated, dryRun, reason }: GateNotice): string {
  const marks = [...(estimated ? ['estimated'] : []), ...(simulated ? ['simulated'] : []), ...(dryRun ? ['dry run'] : [])]
  const numbers = [...(value === undefined ? [] : [`${value}${threshold === undefined ? '' : ` (limit ${comparison === '>=' ? 'at least ' : ''}${threshold})`}`]), ...(samples === undefined ? [] : [`${samples}${needed === undefined ? '' : ` of ${needed}`} samples`]), ...marks]
  return `${gate} ${verdict === 'pass' ? 'pass' : verdict.toUpperCase()}${numbers.length === 0 ? '' : ` ${numbers.join(', ')}`}${reason ? `: ${reason}` : ''}`
}

/** What led back, in one line. */
export const triggerLine = ({ metric, verdict, value, threshold, samples, at, reason }: RollbackTrigger): string =>
  `${metric}${verdict === undefined || verdict === 'fail' ? '' : ` ${verdict.toUpperCase()}`}${value === undefined ? '' : ` ${value}`}${threshold === undefined ? '' : `, limit ${threshold}`}${samples === undefined ? '' : `, ${samples} samples`} at ${at}${value === undefined && reason ? `: ${reason}` : ''}`
