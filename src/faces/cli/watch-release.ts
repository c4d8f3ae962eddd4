import type { ReleaseRecord, StorageDriver } from '../../cluster/release/index.ts'
import { manifestObjects, Storage } from '../../cluster/release/index.ts'
import { openGates, type Evaluation, type Gates, type GateSettings, type GateSubject } from '../../delivery/gates/index.ts'
import { realClock } from '../../delivery/rollout/index.ts'
import { watchRelease, type WatchOutcome } from '../../delivery/verify/index.ts'
import type { CommandContext, Session } from './command.ts'
import { simulatedService } from './rollout/simulated-traffic.ts'

/** A release that is deployed, and what it is measured by. */
export interface Watched {
  readonly context: CommandContext
  readonly session: Session
  readonly driver: StorageDriver
  readonly record: ReleaseRecord
  readonly service: string
  readonly environment: string
  /** Where commands of gates are at home. */
  readonly base: string
  readonly gates?: GateSettings
  /** Waits are divided by it, on a simulated cluster. */
  readonly compression: number
}

/** Watches a release for so many milliseconds, saying on stderr what is found. */
export async function watchIt(watched: Watched, length: number): Promise<WatchOutcome> {
  const { context: { out, signal }, session: { cluster }, driver, record, gates, compression } = watched
  const say = (text: string): void => out.note(`watch    ${text}`)
  let told = ''
  const verdicts = new Map<string, string>()
  say(`${minutes(length)}${compression > 1 ? `, time compressed ${compression}x` : ''}${gates === undefined ? '' : `, gates ${gates.gates.map((g) => g.name).join(', ')}`}`)
  return await watchRelease({
    cluster, record, clock: realClock(compression), for: length, signal, ...(gates && { gates: gatesOf(watched, gates), subject: wholeService(watched) }),
    newest: async (ended) => (await new Storage(driver).history(record.name, ended ? { signal: ended } : {})).last?.version,
    onCheck({ passed, of, findings }) {
      const now = findings.join('; ')
      if (now !== told) say(`${minutes(Math.min(passed, of))} of ${minutes(of)}: ${now === '' ? 'all is well again' : now}`)
      told = now
    },
    onEvaluation(e) {
      if (verdicts.get(e.gate) !== e.verdict) say(evaluationText(e))
      verdicts.set(e.gate, e.verdict)
    },
  })
}

/** The gates of a service as a whole, opened. */
export function gatesOf({ context: { signal }, session, base, record, compression }: Watched, settings: GateSettings): Gates {
  const common = { clock: realClock(compression), env: process.env, folder: base, signal }
  return openGates(settings, session.simulated ? { ...common, simulated: simulatedService(session.cluster, record.namespace, workloadOf(record)) } : common)
}

/** There is no canary beside it: all that the service does is judged. */
export function wholeService({ record, service, environment }: Watched): GateSubject {
  const workload = workloadOf(record)
  return { service, release: record.name, namespace: record.namespace, environment, canary: workload, stable: workload, weight: 100, step: 'watch', whole: true }
}

/** Its Deployment, by the name of the release where there are several. */
function workloadOf(record: ReleaseRecord): string {
  const names = manifestObjects(record.manifest).filter((o) => o.kind === 'Deployment' || o.kind === 'StatefulSet').map((o) => o.metadata.name ?? '')
  return names.length === 1 ? names[0]! : (names.find((n) => n === record.name || n.startsWith(`${record.name}-`)) ?? names[0] ?? record.name)
}

export const evaluationText = ({ gate, verdict, arithmetic, reason, samples, needed, dryRun, simulated }: Evaluation): string =>
  `gate ${gate}: ${verdict === 'pass' ? 'pass' : verdict.toUpperCase()}${simulated ? ' (simulated)' : ''}${dryRun === true ? ' (dry run)' : ''}: ${reason ?? arithmetic}${samples === undefined || verdict === 'pass' ? '' : `, ${samples}${needed === undefined ? '' : ` of ${needed}`} samples`}`

/** `15m0s` */
export function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
