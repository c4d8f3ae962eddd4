import { getRelease, rollback, type ReleaseRecord } from '../../../cluster/release/index.ts'
import { checkApprovals, type Trust } from '../../../delivery/attestation/index.ts'
import { openGates, type Gates } from '../../../delivery/gates/index.ts'
import { openMover, realClock, runRollout, type Mover, type RolloutEvent, type RolloutOutcome, type RolloutTarget, type StepApproval, type StoredJournal } from '../../../delivery/rollout/index.ts'
import { smokeChecks } from '../../../delivery/verify/index.ts'
import type { CommandContext, Session } from '../command.ts'
import { recordsFor } from '../records.ts'
import { waitingOptions } from '../waiting-flags.ts'
import { compressionOf } from './rollout-flags.ts'

export interface KeptRun {
  readonly context: CommandContext
  readonly session: Session
  readonly stored: StoredJournal
  readonly target: RolloutTarget
  /** Who runs it. */
  readonly by: string
  /** Where checks and scripts are at home. */
  readonly base: string
  /** Whose approvals of steps count; left out, this process cannot tell. */
  readonly trust?: Trust
  readonly onEvent: (event: RolloutEvent) => void
}

/** Runs a rollout that the cluster keeps, from where it stands, with what this command line says of time, waiting and records. */
export async function runKept(kept: KeptRun): Promise<RolloutOutcome> {
  const { context, session: { cluster }, session, stored, target, by, base, trust, onEvent } = kept
  const { flags, signal, settings: { driver: kind } } = context
  const { journal } = stored
  const clock = realClock(journal.compression ?? compressionOf(context, session))
  const driver = recordsFor(session, journal.namespace, kind)
  const waiting = waitingOptions(flags)
  const mover = await openMover({ cluster: cluster.in(journal.namespace), driver, journal, target, by, ...waiting })
  const gates = journal.spec.gates === undefined ? undefined : await gatesOf(kept, mover, clock)
  const outcome = await runRollout({
    cluster, stored, mover, clock, by, signal, onEvent, ...(gates && gates.names.length > 0 && { gates }), ...(clock.compression > 1 && { every: 250 }),
    smoke: (checks, ended) => smokeChecks(checks, { signal: ended, cwd: base, env: { PINTLE_SERVICE: journal.service, PINTLE_NAMESPACE: journal.namespace, PINTLE_ENVIRONMENT: journal.environment, PINTLE_TRACK: 'canary' } }),
    async rollBack(revision, reason): Promise<ReleaseRecord> {
      const { timeout, historyMax } = target.settings
      return (await rollback({ cluster, driver, namespace: journal.namespace, name: journal.release, version: revision, description: [...`Rollback to ${revision}: ${reason}`].slice(0, 256).join(''), timeout, maxHistory: historyMax, wait: 'watcher', waitForJobs: true, onEvent: (event) => onEvent({ type: 'release', event }), ...waiting })).record
    },
    ...(trust && { approve: (text, digest, { approvers }) => approved(kept, trust, text, digest, approvers) }),
  })
  // Promoted by a process that died while it watched: its revision is read back.
  const { phase, namespace, release: name, to } = outcome.journal
  if (phase !== 'promoted' || outcome.record !== undefined) return outcome
  return { ...outcome, record: (await getRelease({ cluster, driver, namespace, name, version: to.revision, signal })).record }
}

/** On a simulated cluster the metrics are simulated, too, and say so. */
async function gatesOf({ context: { signal }, session, base, stored: { journal } }: KeptRun, mover: Mover, clock: ReturnType<typeof realClock>): Promise<Gates> {
  const common = { clock, env: process.env, folder: base, signal }
  if (!session.simulated) return openGates(journal.spec.gates, common)
  const { simulatedTraffic } = await import('./simulated-traffic.ts')
  return openGates(journal.spec.gates, { ...common, simulated: simulatedTraffic(session.cluster, journal.namespace, mover) })
}

async function approved({ stored: { journal: { author, started, environment } } }: KeptRun, trust: Trust, text: string, digest: string, approvers: readonly string[]): Promise<StepApproval> {
  const year = 365 * 24 * 3_600_000
  const report = await checkApprovals({ digest, author, created: started, expires: new Date(Date.now() + year).toISOString(), environment }, [{ name: 'the approval', text }], { trust, requirements: [{ approvals: 1, approvers }], now: new Date() })
  const [counted] = report.approvedBy
  if (counted !== undefined) return { by: counted.identity, digest: counted.digest }
  const [only] = report.examined
  return { refused: only !== undefined && !only.counts ? only.why : 'it approves nothing' }
}
