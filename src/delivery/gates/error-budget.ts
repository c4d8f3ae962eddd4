import { windowText } from './duration.ts'
import { shown } from './judged.ts'
import { Sources, type SourceOptions } from './open-sources.ts'
import { providerKinds } from './providers/registry.ts'
import { Questions } from './questions.ts'
import type { BudgetSettings } from './read-budget.ts'
import type { GateSettings } from './settings.ts'
import { askShare, isShare, type Share } from './share.ts'
import { promqlSubset } from './subset.ts'
import type { GateSubject, RawAnswer } from './types.ts'

/** How much of what a service may get wrong it has left, and how fast it spends it. */
export interface ErrorBudget {
  readonly objective: number
  /** Milliseconds. */
  readonly window: number
  /** RFC 3339. */
  readonly at: string
  /** Share that is left: 1 all of it, 0 or less none; undefined where it is not known. */
  readonly left?: number
  /** Why it is not known. */
  readonly reason?: string
  readonly burns: readonly BurnRate[]
  /** How it comes from the answers, for people. */
  readonly arithmetic: string
  readonly answers: readonly RawAnswer[]
  readonly simulated: boolean
}

/** A rate of spending that somebody should know of. Both windows are to be above it: the short one ends the alarm soon after the errors. */
export interface BurnRate {
  readonly severity: 'page' | 'ticket'
  /** 1: the budget lasts exactly its window. */
  readonly factor: number
  readonly long: BurnWindow
  readonly short: BurnWindow
  /** undefined: one of them is not known. */
  readonly burning?: boolean
}

export interface BurnWindow {
  /** Milliseconds. */
  readonly window: number
  readonly rate?: number
  /** How it comes from the answers, or why it does not. */
  readonly text: string
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * Which share of the budget gone in which time is an alarm: 2% in an hour, 5% in six, 10% in three days. Over 30 days that is 14.4, 6 and 1 times the even rate.
 * Source: https://sre.google/workbook/alerting-on-slos/
 */
export const burnAlarms = [
  { severity: 'page', share: 0.02, long: hour, short: 5 * minute },
  { severity: 'page', share: 0.05, long: 6 * hour, short: 30 * minute },
  { severity: 'ticket', share: 0.1, long: 3 * day, short: 6 * hour },
] as const

export interface BudgetOptions extends SourceOptions {
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * Asks for the error budget of a service: errors and requests of all its versions, over the objective's window and those of the alarms.
 * @param settings what `readGates` made
 * @returns undefined where the service has no objective; what cannot be asked is a budget that is not known
 * @throws only the signal's reason
 */
export async function errorBudget(settings: GateSettings, subject: Pick<GateSubject, 'service' | 'release' | 'namespace' | 'environment'>, { at, ...options }: BudgetOptions): Promise<ErrorBudget | undefined> {
  const { budget } = settings
  if (budget === undefined) return undefined
  const common = { objective: budget.objective, window: budget.window, at: new Date(at).toISOString() }
  const sources = new Sources(settings.providers, options)
  const questions: Questions[] = []
  try {
    const provider = await sources.get(budget.provider)
    const whole: GateSubject = { ...subject, canary: subject.service, stable: subject.service, weight: 100, step: '', whole: true }
    const subsetText = providerKinds[settings.providers[budget.provider]!.kind]?.subset ?? promqlSubset
    const ask = (window: number): Promise<Counted> => {
      const asked = new Questions({ spec: gateOf(budget, window), provider, subject: whole, subset: settings.subset, subsetText, at, window, scrape: settings.scrape, ...(options.signal && { signal: options.signal }) })
      questions.push(asked)
      return count(asked, budget)
    }
    const windows = [...new Set([budget.window, ...burnAlarms.flatMap(({ long, short }) => [long, short])])]
    const counted = new Map(await Promise.all(windows.map(async (window) => [window, await ask(window)] as const)))
    return { ...common, ...leftOf(counted.get(budget.window)!, budget), burns: burnsOf(counted, budget), answers: questions.flatMap((q) => q.answers), simulated: provider.simulated }
  } catch (error) {
    options.signal?.throwIfAborted()
    const reason = sources.hide((error as Error).message)
    return { ...common, reason, arithmetic: reason, burns: [], answers: questions.flatMap((q) => q.answers), simulated: false }
  }
}

/** The share of errors, or why it is not known. */
type Counted = Share | { readonly reason: string }

const gateOf = ({ provider, errors, requests }: BudgetSettings, window: number) => ({ name: 'error-budget', kind: 'ratio', counts: true, provider, window, needed: 0, numerator: errors, denominator: requests }) as const

async function count(questions: Questions, { errors, requests }: BudgetSettings): Promise<Counted> {
  const found = await askShare(questions, { part: { template: errors, measure: 'errors', track: 'service' }, whole: { template: requests, measure: 'requests', track: 'service' }, words: ['errors', 'requests'] })
  return isShare(found) ? found : { reason: found.reason ?? found.verdict }
}

/** Floating point must not decide whether a budget that is spent to the last request is spent. */
const rounded = (value: number): number => Math.round(value * 1e9) / 1e9 + 0

function leftOf(counted: Counted, { objective, window }: BudgetSettings): Pick<ErrorBudget, 'left' | 'reason' | 'arithmetic'> {
  if ('reason' in counted) return { reason: counted.reason, arithmetic: counted.reason }
  const allowed = rounded(1 - objective)
  const left = rounded(1 - counted.share / allowed)
  return { left, arithmetic: `1 - ${shown(counted.share)} / ${shown(allowed)} = ${shown(left)} of the budget of ${windowText(window)} is left: ${counted.text}` }
}

function burnsOf(counted: ReadonlyMap<number, Counted>, { objective, window }: BudgetSettings): BurnRate[] {
  const allowed = rounded(1 - objective)
  const at = (length: number): BurnWindow => {
    const found = counted.get(length)!
    if ('reason' in found) return { window: length, text: `${windowText(length)}: ${found.reason}` }
    const rate = rounded(found.share / allowed)
    return { window: length, rate, text: `${windowText(length)}: ${found.text}, ${shown(rate)} times the even rate` }
  }
  return burnAlarms.map(({ severity, share, long: length, short: brief }) => {
    const factor = rounded((share * window) / length)
    const [long, short] = [at(length), at(brief)]
    const known = long.rate !== undefined && short.rate !== undefined
    return { severity, factor, long, short, ...(known && { burning: long.rate > factor && short.rate > factor }) }
  })
}
