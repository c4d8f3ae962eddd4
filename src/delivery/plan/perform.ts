import type { Cluster } from '../../cluster/kube/index.ts'
import { isPending, releaseHistory, upgradeOrInstall, type ChangeOptions, type OnEvent, type ReleaseRecord, type StorageDriver } from '../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Journal } from '../rollout/index.ts'
import type { CheckedRelease } from './check-plan.ts'
import { refusedPlan } from './refusals.ts'
import { frozenSource } from './frozen-release.ts'

export interface PerformOptions extends Pick<ChangeOptions, 'failEarly' | 'patience' | 'stableFor'> {
  readonly cluster: Cluster
  /** Where release records are kept. */
  readonly driver: StorageDriver
  readonly release: CheckedRelease
  /** Kept in the descriptions of the revisions it makes. */
  readonly origin: string
  readonly onEvent?: OnEvent
  readonly signal?: AbortSignal
}

/** How applying ended. `record` is the revision that is current now, when there is one. */
export type Performed =
  | { readonly outcome: 'deployed'; readonly record: ReleaseRecord; /** How it went, step by step. */ readonly rollout?: Journal }
  | { readonly outcome: 'rolled-back' | 'failed'; readonly error: Error; readonly record?: ReleaseRecord; readonly rollout?: Journal }
  /** Found before anything was written. */
  | { readonly outcome: 'refused'; readonly error: Error; readonly record?: undefined; readonly rollout?: undefined }

/**
 * Applies exactly what the plan froze: nothing is rendered. Waits, and on failure goes back to the revision before (or removes a first install). A failed
 * release is a result, not an exception.
 */
export async function perform(options: PerformOptions): Promise<Performed> {
  const { cluster, driver, release: { planned, frozen, history }, signal, failEarly, patience, stableFor, origin, onEvent } = options
  const { name, namespace, settings } = planned
  let stored = false
  const brought: string[] = []
  const noted: OnEvent = (event) => {
    // An interrupted revision of before is marked, too, as failed.
    stored ||= event.type === 'record' && isPending(event.status)
    if (event.type === 'object' && written.has(event.action) && planned.crds.some(({ ref }) => ref.kind === event.ref.kind && ref.name === event.ref.name)) brought.push(event.ref.name)
    onEvent?.(event)
  }
  try {
    const { record } = await upgradeOrInstall({
      cluster, namespace, name, driver, source: frozenSource(frozen), origin,
      wait: 'watcher', waitForJobs: true, timeout: settings.timeout, maxHistory: settings.historyMax, createNamespace: settings.createNamespace, upgradeCrds: settings.upgradeCrds,
      rollbackOnFailure: true, cleanupOnFail: true, serverSide: 'auto', definesKinds: true, preflight: true,
      ...(failEarly !== undefined && { failEarly }), ...(patience && { patience }), ...(stableFor !== undefined && { stableFor }), onEvent: noted, ...(signal && { signal }),
    }, history)
    return { outcome: 'deployed', record }
  } catch (failure) {
    const error = brought.length === 0 ? failure : afterDefinitions(failure, brought)
    // Refused before anything was written.
    if (brought.length === 0 && (isPintleError(error, 'rule.refused') || (isPintleError(error) && error.details?.unchanged === true))) return { outcome: 'refused', error }
    // Somebody was quicker: the next revision is theirs.
    if (!stored && brought.length === 0 && isPintleError(error, 'release.exists', 'release.pending', 'release.conflict')) {
      return { outcome: 'refused', error: refusedPlan([{ id: 'stale/release-busy', release: name, message: `another run began in the same moment: ${error.message}` }]) }
    }
    // What is true now is read from the cluster, not guessed from the error. The signal may have fired: read without it.
    const last = (await releaseHistory({ cluster, namespace, name, driver }).catch((e) => (isPintleError(e, 'release.notFound') ? [] : Promise.reject(e)))).at(-1)?.record
    const back = last === undefined ? planned.revision.before === 0 : last.info.status === 'deployed'
    return { outcome: back ? 'rolled-back' : 'failed', error: error as Error, ...(last ? { record: last } : {}) }
  }
}

const written: ReadonlySet<string> = new Set(['created', 'applied', 'replaced', 'settled'])

/** No rollback takes definitions back: whoever reads the error must know. */
function afterDefinitions(error: unknown, names: readonly string[]): unknown {
  if (!isPintleError(error)) return error
  const { code, message, hint, place, details } = error
  const { unchanged: _changed, ...rest } = details ?? {}
  const told = `The definitions of the plan are in place and stay so: ${names.join(', ')}.`
  return new PintleError(code, message, { cause: error, hint: hint === undefined ? told : `${hint.replace(/^Nothing was changed\b[.:;]?\s*/, '')}\n${told}`, ...(place && { place }), details: rest })
}
