import { randomUUID } from 'node:crypto'
import type { RolloutEvent, RolloutOutcome, RolloutTarget, StoredJournal } from '../../../delivery/rollout/index.ts'
import { createJournal, isEnded, readJournal, readTarget, underWay, type Journal } from '../../../delivery/rollout/index.ts'
import { originText, type CheckedRelease, type Performed } from '../../../delivery/plan/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { ApplyRun } from '../plan-run.ts'
import { ciRun, operator } from '../operator.ts'
import { exitCodeOf } from './exit-code.ts'
import { compressionOf } from './rollout-flags.ts'
import { keptContext } from './kept-context.ts'
import { runKept } from './run-kept.ts'
import { stepTrust } from './step-trust.ts'

/** A release of a plan, taken to its new version step by step. A rollout of the same plan that a run left behind is gone on with. */
export async function rollOut(run: ApplyRun, release: CheckedRelease, onEvent: (event: RolloutEvent) => void): Promise<Performed> {
  const { context, session: { cluster }, session, digest, base } = run
  const { planned: { name, namespace } } = release
  const call = { signal: context.signal }
  const known = await readJournal(cluster, namespace, name, call)
  const going = known !== undefined && !isEnded(known.journal)
  if (going && known.journal.planDigest !== digest) return { outcome: 'refused', error: underWay(known.journal) }
  // One that was refused changed nothing.
  if (known !== undefined && !going && known.evidence === undefined && exitCodeOf(known.journal) !== 5) context.out.warn(`the rollout of ${name} before this one (revision ${known.journal.to.revision}, ${known.journal.phase}) was never put on record, and its journal gives way to this one`)
  const target = going ? await readTarget(cluster, namespace, name, call) : targetOf(run, release)
  const stored: StoredJournal = going ? known : await createJournal(cluster, newJournal(run, release, compressionOf(context, session)), target, call)
  const trust = await stepTrust(context)
  return await performed(stored, () => runKept({ context, session, stored, target, by: runner(), base, onEvent, ...(trust && { trust }) }))
}

/** How a rollout ended, as the application of a plan ends. What is left under way is an error that says how to go on. */
export async function performed({ journal: { release, namespace } }: StoredJournal, work: () => Promise<RolloutOutcome>): Promise<Performed> {
  const { journal, record, error, refused } = await work().catch((error: unknown) => { throw left(error as Error, release, namespace) })
  if (refused === true) return { outcome: 'refused', error: error ?? new PintleError('rule.refused', journal.message ?? 'refused') }
  if (journal.phase === 'promoted' && record !== undefined) return { outcome: 'deployed', record, rollout: journal }
  const why = new PintleError(journal.phase === 'aborted' ? 'release.rolledBack' : 'release.failed', `the ${journal.spec.strategy} of ${release} was ${journal.phase}: ${journal.message ?? 'unknown why'}`, { ...(error && { cause: error }), ...(error instanceof PintleError && error.details && { details: error.details }) })
  return { outcome: journal.phase === 'aborted' ? 'rolled-back' : 'failed', error: why, rollout: journal, ...(record && { record }) }
}

/** Who runs it: a person at a machine, or a run of CI. */
export const runner = (): string => {
  const ci = ciRun()
  return ci === undefined ? operator() : `${operator()} (${ci.provider}${ci.run === undefined ? '' : ` ${ci.run}`})`
}

function left(error: Error, release: string, namespace: string): Error {
  if (error instanceof PintleError && error.code.startsWith('rollout.')) return error
  const what = `The rollout stays as it is: \`pintle rollout resume ${release} -n ${namespace}\` goes on from there, on any machine; \`pintle rollout abort\` goes back.`
  if (!(error instanceof PintleError)) return new PintleError('release.aborted', `the run of the rollout of ${release} ended: ${error.message}`, { cause: error, hint: what })
  const { code, message, hint, place, details } = error
  return new PintleError(code, message, { cause: error, hint: hint === undefined ? what : `${hint}\n${what}`, ...(place && { place }), ...(details && { details }) })
}

function targetOf(run: ApplyRun, release: CheckedRelease): RolloutTarget {
  const { frozen: { manifest, hooks, notes, config, chart, crds, smoke, secrets }, planned: { settings: { timeout, historyMax, upgradeCrds, skipTests } } } = release
  return { release: { manifest, hooks, notes, config, chart }, crds, secrets, smoke, settings: { timeout, historyMax, upgradeCrds, skipTests }, origin: originText(run.digest), context: keptContext(run, release) }
}

function newJournal({ digest, environment, plan, author }: ApplyRun, { planned, history }: CheckedRelease, compression: number): Journal {
  const { service, name, namespace, strategy, revision, images, pin: { chart } } = planned
  if (strategy.rollout === undefined) throw new PintleError('internal', `${name} has no strategy`)
  const before = history.deployed?.readable?.chart?.metadata
  return {
    schema: 'pintle.dev/rollout/v1', id: randomUUID(), service, release: name, namespace, environment, spec: strategy.rollout, planDigest: digest, author: plan?.author ?? author ?? operator(),
    from: { revision: history.deployed?.version ?? revision.before, chart: before?.name === undefined ? 'unknown' : `${before.name}-${before.version ?? ''}`, images: images.before },
    to: { revision: revision.after, chart: `${chart.name}-${chart.version}`, images: images.after },
    started: new Date().toISOString(), phase: 'beginning', step: 0, weight: 0, achieved: 0, steps: [], transitions: [], requests: [], ...(compression > 1 && { compression }),
  }
}
