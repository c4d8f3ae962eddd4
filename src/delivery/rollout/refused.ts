import { PintleError } from '../../errors/index.ts'

/** A rollout that the release's objects make impossible; nothing was changed. */
export function refused(message: string, hint?: string): PintleError {
  return new PintleError('rule.refused', message, hint === undefined ? {} : { hint })
}
