import { PintleError } from '../../../errors/index.ts'

/** What --detailed-exitcode ends with when there were changes: no error but for its exit code. @param message '' says nothing */
export const changesFound = (message: string): PintleError => new PintleError('helmfile.state', message, { details: { exitCode: 2 } })
