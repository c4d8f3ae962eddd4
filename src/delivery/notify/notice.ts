import { sha256 } from '../attestation/index.ts'
import type { RollbackTrigger, StepResult } from '../evidence/index.ts'
import type { Phase } from './phase.ts'
import { gateLine, splitText, triggerLine, type RolloutNotice } from './rollout-notice.ts'

export { phases, type Phase } from './phase.ts'

/**
 * What is told of one release. Whoever makes it has taken the values of Secrets out of every text; what is in it comes from charts, values and clusters, and is
 * told as text, never as markup.
 */
export interface Notice {
  /** The same for one release of one plan on every machine: noticeId. */
  readonly id: string
  readonly phase: Phase
  /** RFC 3339. */
  readonly at: string
  readonly started: string
  readonly service: string
  readonly environment: string
  readonly namespace: string
  /** How people call the cluster. */
  readonly cluster: string
  readonly simulated: boolean
  readonly operator: string
  readonly owner?: string
  readonly chart: { readonly name: string; readonly version: string }
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] }
  /** Without counts where it is told by a machine that has the rollout's journal alone. */
  readonly plan: { readonly digest: string; readonly add?: number; readonly change?: number; readonly remove?: number; readonly classes: readonly string[] }
  readonly revision: { readonly before: number; readonly after: number }
  readonly steps: readonly StepResult[]
  readonly reason?: string
  /** Where a rollout stands, of one that goes in steps. */
  readonly rollout?: RolloutNotice
  /** What led back, of one that does not go in steps. */
  readonly trigger?: RollbackTrigger
  /** How to go back, or how it went back. */
  readonly rollback: readonly string[]
  readonly commit?: string
  /** URL of the CI run. */
  readonly run?: string
}

/** One release of one plan has one id, wherever it is told from: 32 hexadecimal digits. */
export const noticeId = (...parts: readonly string[]): string => sha256(JSON.stringify(parts)).slice('sha256:'.length, 'sha256:'.length + 32)

const words: Readonly<Record<Phase, string>> = { waiting: 'waiting for approval', started: 'being released', progressing: 'being rolled out', paused: 'WAITS for somebody', deployed: 'released', failed: 'FAILED', 'rolled-back': 'FAILED and rolled back' }

/** `web 1.4.2 released in prod` */
export function headline(notice: Notice): string {
  const under = notice.phase === 'progressing' || notice.phase === 'paused' ? notice.rollout : undefined
  return `${notice.service} ${notice.chart.version} ${words[notice.phase]}${under === undefined ? '' : `, ${under.achieved}% of the traffic`}${notice.environment === '' ? '' : ` in ${notice.environment}`}${notice.simulated ? ' (a simulated cluster)' : ''}`
}

/** The facts of a notice as rows of name and value, the most important ones first. */
export function rows(notice: Notice): [name: string, value: string][] {
  const { images, plan, revision, rollout } = notice
  const trigger = rollout?.trigger ?? notice.trigger
  const fresh = images.after.filter((i) => !images.before.includes(i))
  const out: [string, string | undefined][] = [
    ['to do', rollout?.needs],
    ['trigger', trigger && triggerLine(trigger)],
    ['step', rollout && `${Math.min(rollout.step.index + 1, rollout.step.of)} of ${rollout.step.of}${rollout.step.name === '' ? '' : `: ${rollout.step.name}`}`],
    ['traffic', rollout && splitText(rollout)],
    ['gates', rollout?.gates.map(gateLine).join('; ')],
    ['cluster', `${notice.cluster || '(unnamed)'}, namespace ${notice.namespace}`],
    ['chart', `${notice.chart.name} ${notice.chart.version}`],
    ['revision', `${revision.before || '(none)'} -> ${revision.after || '(none)'}`],
    ['images', fresh.slice(0, 5).join(', ') + (fresh.length > 5 ? `, and ${fresh.length - 5} more` : '')],
    ['changes', plan.add === undefined ? undefined : `${plan.add} added, ${plan.change} changed, ${plan.remove} removed${plan.classes.length === 0 ? '' : ` (${plan.classes.slice(0, 8).join(', ')})`}`],
    ['plan', plan.digest],
    ['by', notice.operator],
    ['commit', notice.commit],
    ['run', notice.run],
  ]
  return out.filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '').map(([name, value]) => [name, bounded(value, 500)])
}

/** Steps in one line each. */
export const stepLines = (notice: Notice, most = 20): string[] => {
  const lines = notice.steps.slice(0, most).map((s) => `${s.passed ? 'passed' : 'FAILED'}: ${s.kind} ${bounded(s.name, 100)}${s.duration === undefined ? '' : ` (${(s.duration / 1000).toFixed(1)} s)`}${s.detail ? `: ${bounded(s.detail, 300)}` : ''}`)
  return notice.steps.length > most ? [...lines, `and ${notice.steps.length - most} more`] : lines
}

/** Text of one line without control and direction characters, at most so many characters long. */
export function bounded(text: string, most: number): string {
  return cut(clean(text).replaceAll(/\s+/g, ' ').trim(), most)
}

/** The same over several lines. */
export const boundedLines = (text: string, most: number): string => cut(clean(text.replaceAll('\r\n', '\n')).trim(), most)

// What moves the cursor, hides text or turns its direction has no place in a message.
const clean = (text: string): string => text.slice(0, 100_000).replaceAll(/[^\P{C}\n\t]/gu, ' ')

function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const head = text.slice(0, most - 1)
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`
}
