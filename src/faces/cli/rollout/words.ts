import type { Evaluation, Verdict } from '../../../delivery/gates/index.ts'
import type { Step, VersionState } from '../../../delivery/rollout/index.ts'
import { shown } from '../shown.ts'

/** A step in a word or two: `25%`, `wait 5m`, `gate`, `pause`. */
export function stepTitle(step: Step): string {
  switch (step.kind) {
    case 'weight': return step.weight === 0 ? 'preview' : `${percent(step.weight)}`
    case 'wait': return `${step.why ?? 'wait'} ${length(step.for)}`
    case 'gate': return step.gates === undefined || step.gates.length === 0 ? 'gates' : `gates ${line(step.gates.join(', '), 60)}`
    case 'pause': return 'pause'
    case 'approval': return `${step.count} approval${step.count === 1 ? '' : 's'}`
    case 'smoke': return `smoke (${step.checks.length})`
  }
}

/** Milliseconds for people: `45s`, `4m12s`, `2h05m`, `3d04h`. */
export function length(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (milliseconds > 0 && milliseconds < 1000) return `${Math.max(1, Math.round(milliseconds))}ms`
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  const two = (value: number, unit: string): string => (value === 0 ? '' : `${String(value).padStart(2, '0')}${unit}`)
  if (days > 0) return `${days}d${two(hours, 'h')}`
  if (hours > 0) return `${hours}h${two(minutes, 'm')}`
  return minutes > 0 ? `${minutes}m${two(seconds % 60, 's')}` : `${seconds}s`
}

/** At most one decimal: what is between two pods is seldom rounder. */
export const percent = (value: number): string => `${Math.round(value * 10) / 10}%`

/** A number as short as it stays true: four digits that count. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  return String(Number(value.toPrecision(4)))
}

export const verdictWord: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE', 'no-data': 'NO DATA', error: 'ERROR' }

/** One line of others, cut, without what a terminal would act on. */
export function line(text: string, most = 200): string {
  const one = shown(text).replaceAll(/\s+/g, ' ').trim()
  return one.length > most ? `${one.slice(0, most - 1)}…` : one
}

/** The parts of a gate's line, in columns: `error-rate`, `0.0021 <= 0.005`, `n 1200/600`, `PASS`, and why it is none. */
export function gateCells(evaluation: Evaluation): [name: string, compared: string, samples: string, verdict: string, why: string] {
  const { gate, verdict, value, threshold, comparison, unit, samples, needed, reason, estimated, dryRun, simulated } = evaluation
  const compared = value === undefined ? (threshold === undefined ? '-' : `- ${comparison ?? '<='} ${short(threshold)}${unit ? ` ${unit}` : ''}`)
    : `${short(value)}${threshold === undefined ? '' : ` ${told(value, threshold, comparison)} ${short(threshold)}`}${unit ? ` ${unit}` : ''}`
  const counted = samples === undefined ? '' : `n ${short(samples)}${needed === undefined ? '' : `/${short(needed)}`}`
  const notes = [...(dryRun ? ['dry run'] : []), ...(estimated ? ['estimated'] : []), ...(simulated ? ['simulated'] : []), ...(verdict !== 'pass' && reason !== undefined ? [line(reason)] : [])]
  return [line(gate, 60), compared, counted, verdictWord[verdict], notes.join('; ')]
}

/** The sign that holds between them, so that a line never says what is not so. */
function told(value: number, threshold: number, comparison: '<=' | '>=' | undefined): string {
  if (comparison === '>=') return value >= threshold ? '>=' : '<'
  return value <= threshold ? '<=' : value > threshold ? '>' : '?'
}

/** Digest of an image cut to what tells two apart. */
export const shortImage = (image: string): string => line(image, 300).replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, '@sha256:$1')

export const podsOf = ({ ready, wanted }: Pick<VersionState, 'ready' | 'wanted'>): string => `${ready}/${wanted}`
