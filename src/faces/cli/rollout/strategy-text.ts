import type { PlannedStrategy } from '../../../delivery/plan/index.ts'
import { stepName } from '../../../delivery/rollout/index.ts'

/** A planned strategy in words, a line each: how, each step, and what is reached of each weight. A plain rolling update needs none. */
export function strategyLines({ kind, rollout, weights = [], why, notices = [] }: PlannedStrategy): string[] {
  if (rollout === undefined) return why === undefined ? [] : [`rolling update: ${why}`]
  const steps = rollout.steps.map((step) => {
    if (step.kind === 'wait') return `${stepName(step)} ${seconds(step.for)}`
    if (step.kind === 'approval') return `approval by ${step.count} of ${step.approvers.join(', ')}`
    if (step.kind !== 'weight') return stepName(step)
    const achieved = weights.find((w) => w.wanted === step.weight)?.achieved
    return `${stepName(step)}${achieved === undefined || Math.abs(achieved - step.weight) < 0.05 ? '' : ` (reached: ${achieved}%)`}`
  })
  const end = rollout.watch > 0 ? [`promote, watch ${seconds(rollout.watch)}`] : ['promote']
  return [`${kind} by ${rollout.router}: ${[...steps, ...end].join(' > ')}`, `without a decision within ${seconds(rollout.deadline)}: ${rollout.undecided}`, ...notices.map((text) => `note: ${text}`)]
}

const seconds = (ms: number): string => (ms % 60_000 === 0 && ms > 0 ? `${ms / 60_000} min` : `${ms / 1000} s`)
