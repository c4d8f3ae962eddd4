import { loadHelmfiles, mustWait, needsOfOthers, releaseId, type LoadOptions, type LoadedState, type StateOutcome, type StateRun } from '../../../delivery/helmfile/index.ts'
import type { ReportGatherer } from './fleet/report-gatherer.ts'
import type { ChartsOptions, StateWork } from './state-work.ts'
import { stateRun } from './state-run.ts'
import type { HelmfileContext } from './verb.ts'
import { visitStates, type StateResult } from './visit-states.ts'

/** What a verb does on a cluster, with each state. */
export interface ClusterVerb {
  /** Its name as hooks see it. */
  readonly command: string
  readonly load: Partial<LoadOptions>
  /** Left out: charts are not prepared. */
  readonly charts?: ChartsOptions
  readonly act: (run: StateRun) => Promise<StateOutcome & { readonly message?: string }>
  /** What is said of each state before charts are prepared. */
  readonly before?: () => void
  /** A state counts as found, whatever was selected in it. */
  readonly alwaysFound?: boolean
}

/**
 * Works on one state after another. Needs may name releases of other files: a file that needs one that comes later waits for it.
 * @returns whether something was, or would be, changed
 */
export async function runVerb(context: HelmfileContext, verb: ClusterVerb): Promise<boolean> {
  const { flags } = context
  const target = flags.has('report') ? flags.string('report') : ''
  if (target === '') return await runStates(context, verb)
  const report = new (await import('./fleet/report-gatherer.ts')).ReportGatherer(context)
  try {
    const changed = await runStates(context, verb, report)
    await report.send(target, changed && flags.has('detailed-exitcode') && flags.bool('detailed-exitcode') ? 2 : 0)
    return changed
  } catch (error) {
    await report.send(target, 1, error)
    throw error
  }
}

async function runStates(context: HelmfileContext, verb: ClusterVerb, report?: ReportGatherer): Promise<boolean> {
  let changed = false
  const done: LoadedState[] = []
  const waiting: StateWork[] = []
  const reverse = verb.load.reverse === true
  let all: readonly LoadedState[] | undefined
  const everyFile = async (): Promise<readonly LoadedState[]> => (all ??= await loadHelmfiles({ ...context.load, ...verb.load, filter: false, log: () => {} }))
  const work = async (state: StateWork): Promise<StateResult> => {
    const elsewhere = new Set((all ?? done).flatMap(({ allReleases }) => allReleases.map(releaseId)))
    const { processed, errors, outcome } = await workOn(context, verb, state, elsewhere, report)
    done.push(state.state)
    changed ||= outcome?.changed === true
    return { processed, errors }
  }
  await visitStates(context, verb.load, async (state) => {
    if (await waits(state.state, done, reverse, everyFile)) {
      waiting.push(state)
      return { processed: true, errors: [] }
    }
    return await work(state)
  }, async () => {
    while (waiting.length > 0) {
      const next = waiting.find(({ state }) => !mustWait(asFile(state), waiting.map((one) => asFile(one.state)), [], reverse)) ?? waiting[0]!
      waiting.splice(waiting.indexOf(next), 1)
      next.enter()
      const { errors } = await work(next)
      if (errors.length > 0) throw errors[0]
    }
  })
  return changed
}

const asFile = ({ allReleases }: LoadedState) => ({ releases: allReleases })

/** Files are only looked at ahead where one needs what it does not have, or, backwards, where there are several. */
async function waits(state: LoadedState, done: readonly LoadedState[], reverse: boolean, everyFile: () => Promise<readonly LoadedState[]>): Promise<boolean> {
  const missing = needsOfOthers(asFile(state)).filter((need) => !done.some(({ allReleases }) => allReleases.some((release) => releaseId(release) === need)))
  if (!reverse && missing.length === 0) return false
  if (reverse && missing.length === 0 && state.spec.helmfiles.length === 0 && done.length === 0) return false
  return mustWait(asFile(state), (await everyFile()).map(asFile), done.map(asFile), reverse)
}

async function workOn(context: HelmfileContext, { command, charts, before, act, alwaysFound = false }: ClusterVerb, work: StateWork, elsewhere: ReadonlySet<string>, report?: ReportGatherer): Promise<StateResult & { outcome?: StateOutcome }> {
  let outcome: (StateOutcome & { readonly message?: string }) | undefined
  const run = { ...stateRun(context, work), elsewhere }
  const acting = async (): Promise<readonly Error[]> => {
    await report?.before(work)
    outcome = await act(run)
    await report?.after(work, outcome.errors, command === 'apply' || command === 'sync' ? context.flags.number('wave-timeout') : command === 'status' ? 0 : undefined)
    return outcome.errors
  }
  before?.()
  const errors = charts === undefined ? await acting() : await work.withCharts(command, charts, acting)
  if (outcome?.message !== undefined) context.log('info', outcome.message)
  return { processed: alwaysFound || outcome?.matched === true, errors, ...(outcome !== undefined && { outcome }) }
}
