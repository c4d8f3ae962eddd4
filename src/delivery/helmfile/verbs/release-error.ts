import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { ReleaseSpec } from '../spec.ts'

/** What failed for one release; `exitStatus` 2 is no failure but a difference. Source: ReleaseError in pkg/state/release_error.go. */
export class ReleaseError extends PintleError {
  readonly release: ReleaseSpec
  readonly exitStatus: number
  constructor(release: ReleaseSpec, message: string, exitStatus: number, cause?: unknown) {
    super(isPintleError(cause) ? cause.code : 'helmfile.helm', message, { cause, ...(isPintleError(cause) && cause.hint !== undefined && { hint: cause.hint }) })
    this.release = release
    this.exitStatus = exitStatus
  }
}

/** Source: newReleaseFailedError. */
export function releaseFailed(release: ReleaseSpec, error: unknown): ReleaseError {
  return new ReleaseError(release, `failed processing release ${release.name}: ${(error as Error).message}`, 1, error)
}
