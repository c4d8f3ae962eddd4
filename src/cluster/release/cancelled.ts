import { PintleError, isPintleError } from '../../errors/index.ts'
import { isAbort, messageOf } from './failure.ts'

/**
 * The error of a run that its caller cancelled: Helm's words (install.go and upgrade.go return the context's error, whatever was under
 * way), with where the release stands and how to go on as the hint. Any other error stays as it is.
 * @param standing whole sentences
 */
export function ifCancelled(error: unknown, signal: AbortSignal | undefined, standing = 'Nothing of the release was stored or changed.'): unknown {
  const known = isPintleError(error) ? error : undefined
  if (signal?.aborted !== true || known?.code === 'release.pending' || known?.details?.cancelled === true) return error
  const running = known?.details?.running
  return new PintleError('release.aborted', isAbort(signal.reason) ? messageOf(signal.reason) : 'context canceled', {
    cause: error,
    hint: typeof running === 'string' ? `${standing} The hook ${running} may still run.` : standing,
    details: { cancelled: true },
  })
}
