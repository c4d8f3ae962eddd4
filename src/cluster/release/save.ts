import { isPintleError } from '../../errors/index.ts'
import type { OnEvent } from './events.ts'
import { messageOf } from './failure.ts'
import type { OpenRelease } from './storage.ts'

/** How long the last writes of a cancelled run may take. */
const afterwards = 15_000

/**
 * Writes a record whose loss is no reason to stop, as Helm's recordRelease: failures become warnings. That another run
 * writes to the same record is one. A write that was sent is waited for also when the run is cancelled meanwhile: whether it was taken
 * decides what the next one must say.
 */
export async function saveQuietly(release: OpenRelease, options: { signal?: AbortSignal | undefined; onEvent?: OnEvent | undefined }): Promise<void> {
  try {
    options.signal?.throwIfAborted()
    await release.save({ signal: options.signal === undefined ? AbortSignal.timeout(afterwards) : later(options.signal) })
    noteRecord(release, options.onEvent)
  } catch (error) {
    if (isPintleError(error, 'release.conflict') || options.signal?.aborted) throw error
    options.onEvent?.({ type: 'warning', message: `failed to update release ${release.record.name}: ${messageOf(error)}` })
  }
}

/** Ends some time after the given signal. */
function later(signal: AbortSignal): AbortSignal {
  const end = new AbortController()
  signal.addEventListener('abort', () => {
    AbortSignal.timeout(afterwards).addEventListener('abort', () => end.abort(signal.reason), { once: true })
  }, { once: true })
  return end.signal
}

/** Writes the outcome of a run, also when the run was cancelled. */
export async function saveOutcome(release: OpenRelease, onEvent: OnEvent | undefined): Promise<void> {
  await saveQuietly(release, { onEvent }).catch((error: unknown) => {
    onEvent?.({ type: 'warning', message: `failed to update release ${release.record.name}: ${messageOf(error)}` })
  })
}

export function noteRecord({ record }: OpenRelease, onEvent: OnEvent | undefined): void {
  const { status, description } = record.info
  onEvent?.({ type: 'record', version: record.version, status, ...(description && { description }) })
}
