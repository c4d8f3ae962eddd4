import { PintleError, isPintleError } from '../../errors/index.ts'
import type { Command } from './command.ts'

/** Exit codes of sops. Upstream: cmd/sops/codes/codes.go. */
export const sopsCodes = {
  couldNotReadInputFile: 2, couldNotWriteOutputFile: 3, errorDumpingTree: 4, invalidEncryptionContext: 6, invalidSetFormat: 7, conflictingParameters: 8, errorEncryptingTree: 23, errorDecryptingTree: 25, cannotChangeKeysFromNonExistentFile: 49, macMismatch: 51,
  invalidTreePathFormat: 91, needAtLeastOneDocument: 92, noFileSpecified: 100, duplicateDecryptionKeyType: 112, couldNotRetrieveKey: 128, fileHasNotBeenModified: 200, noEditorFound: 201, fileAlreadyEncrypted: 203,
} as const

/** The same error, after which a command of `pintle secrets` ends with this code. */
export function withExit(error: PintleError, exit: number): PintleError {
  return new PintleError(error.code, error.message, { details: { ...error.details, exit }, cause: error, ...(error.hint !== undefined && { hint: error.hint }), ...(error.place !== undefined && { place: error.place }) })
}

/** Work whose errors end with this code, unless they have one. */
export async function exiting<T>(exit: number, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isPintleError(error) && codeOf(error) === undefined ? withExit(error, exit) : error
  }
}

/** Work that opens a file's key. */
export async function forKey<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isPintleError(error, 'secrets.key') ? withExit(error, sopsCodes.couldNotRetrieveKey) : error
  }
}

function codeOf({ code, details }: PintleError): number | undefined {
  if (typeof details?.exit === 'number') return details.exit
  if (code === 'secrets.tampered') return details?.mac === true ? sopsCodes.macMismatch : sopsCodes.errorDecryptingTree
  if (code === 'secrets.encrypted') return sopsCodes.fileAlreadyEncrypted
  if (code === 'file.write') return sopsCodes.couldNotWriteOutputFile
  if (code === 'secrets.format' && details?.unsupported === true) return sopsCodes.errorEncryptingTree
  return code === 'secrets.format' && details?.empty === true ? sopsCodes.needAtLeastOneDocument : undefined
}

/** A command that fails with sops' exit codes where sops has one. */
export function withSopsExit(command: Command): Command {
  return {
    ...command,
    async run(context) {
      try {
        return await command.run(context)
      } catch (error) {
        const code = isPintleError(error) ? codeOf(error) : undefined
        if (code === undefined) throw error
        const { printError } = await import('./print-error.ts')
        await printError(error, context.out, { debug: context.settings.debug, plain: context.out.plain })
        return code
      }
    },
  }
}
