import { existsSync } from 'node:fs'
import { nobody, type Trust } from '../../delivery/attestation/index.ts'
import { isAddendum, type EvidenceStore, type ReleaseRecord } from '../../delivery/evidence/index.ts'
import { compareLive, readPlanKey, readProject, verifyTrail, type PlanKey, type TrailReport } from '../../delivery/plan/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { trustOf } from './approval-policy.ts'
import type { CommandContext, Session } from './command.ts'
import { recordsFor } from './records.ts'

/** What became of walking from every record to what it rests on. */
export interface TrailsReport {
  readonly records: number
  /** Records whose plan is kept and fits, that were approved, that are signed. */
  readonly planned: number
  readonly approved: number
  readonly signed: number
  readonly problems: readonly { readonly sequence: number; readonly id: string; readonly problem: string }[]
  /** How often something could not be looked at. */
  readonly notes: Readonly<Record<string, number>>
}

/** More are counted, not kept. */
const mostProblems = 1000

/** Whom pintle.yaml trusts; nobody where there is none. */
export function trustAt(config: string): Trust {
  return existsSync(config) ? trustOf(readProject(config).project) : nobody
}

/** Walks the trail of every record. @param live a cluster to compare with; records of others are left out of that */
export async function verifyTrails(context: CommandContext, store: EvidenceStore, trust: Trust, live: Session | undefined): Promise<TrailsReport> {
  const problems: { sequence: number; id: string; problem: string }[] = []
  const notes: Record<string, number> = {}
  let [records, planned, approved, signed] = [0, 0, 0, 0]
  const cluster = live && (await LiveRevisions.of(live, context))
  try {
    for await (const { sequence, entry } of store.entries(1)) {
      context.signal.throwIfAborted()
      if (isAddendum(entry)) continue
      records++
      const trail = await verifyTrail({ record: entry, file: (name) => store.file(entry, name) }, trust, { signal: context.signal })
      const found = await cluster?.compare(entry, trail)
      for (const problem of [...trail.problems, ...(found?.problems ?? [])]) if (problems.length < mostProblems) problems.push({ sequence, id: entry.id, problem })
      for (const note of [...trail.notes, ...(found?.notes ?? [])]) notes[note] = (notes[note] ?? 0) + 1
      if (trail.plan !== undefined) planned++
      if (trail.approvedBy.length > 0) approved++
      if (trail.signedBy !== undefined) signed++
    }
  } catch (error) {
    // The chain itself was checked before, and says where it is broken.
    if (!isPintleError(error, 'evidence.broken')) throw error
    notes['what follows a broken line was not looked at'] = 1
  }
  return { records, planned, approved, signed, problems, notes }
}

/** Revisions of releases in one cluster, each read once. */
class LiveRevisions {
  readonly #session: Session
  readonly #context: CommandContext
  readonly #uid: string
  readonly #key: PlanKey | undefined
  readonly #known = new Map<string, ReturnType<Session['records']['list']>>()

  constructor(session: Session, context: CommandContext, uid: string) {
    this.#session = session
    this.#context = context
    this.#uid = uid
    this.#key = keyAtHand(context)
  }

  static async of(session: Session, context: CommandContext): Promise<LiveRevisions> {
    const system = await session.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, { signal: context.signal })
    return new LiveRevisions(session, context, system?.metadata.uid ?? '')
  }

  async compare(record: ReleaseRecord, trail: TrailReport): Promise<{ problems: string[]; notes: string[] }> {
    const { clusterUid, namespace, release } = record.target
    if (clusterUid !== this.#uid) return { problems: [], notes: ['the record is of another cluster'] }
    const at = `${namespace}/${release}`
    let revisions = this.#known.get(at)
    if (revisions === undefined) this.#known.set(at, (revisions = recordsFor(this.#session, namespace, this.#context.settings.driver).list({ name: release, owner: 'helm' }, { signal: this.#context.signal })))
    return compareLive(record, await revisions, trail.release, trail.plan?.key.id === this.#key?.id ? this.#key : undefined)
  }
}

/** The key of plans, where one is at hand. @throws PintleError plan.key when --plan-key names none */
function keyAtHand({ flags }: CommandContext): PlanKey | undefined {
  const file = flags.string('plan-key')
  try {
    return readPlanKey({ file })
  } catch (error) {
    if (file !== '') throw error
    return undefined
  }
}
