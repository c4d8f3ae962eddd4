import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { writeInFolder } from '../../charts/registry/index.ts'
import type { KeyOptions } from '../../charts/secrets/index.ts'
import { PintleError } from '../../errors/index.ts'
import { decodeUtf8, encodeUtf8 } from '../../language/go/index.ts'
import type { CommandContext } from './command.ts'
import { personAt } from './person.ts'
import { sopsCodes, withExit } from './sops-exit.ts'

/**
 * The text of a file, in which a byte that is no UTF-8 stands as a lone surrogate.
 * @param file '-' is standard input
 * @throws PintleError usage
 */
export function readSecretFile(file: string): string {
  if (file !== '-' && !existsSync(file)) throw withExit(new PintleError('usage', `${file} does not exist`, { place: { file } }), sopsCodes.noFileSpecified)
  try {
    return decodeUtf8(readFileSync(file === '-' ? 0 : file))
  } catch (error) {
    throw withExit(new PintleError('usage', `${file} cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`, { place: { file } }), sopsCodes.couldNotReadInputFile)
  }
}

/**
 * Puts a text in the place of a file's: others see the old one or the whole new one, its rights stay, and a link stays one.
 * @throws PintleError file.write; the file is as it was
 */
export function replaceFile(file: string, text: string): void {
  const target = existsSync(file) ? realpathSync(file) : file
  writeInFolder(target, encodeUtf8(text), existsSync(target) ? statSync(target).mode & 0o7777 : 0o600)
}

/** Where a command is told to put its result: into the file, another one, or on standard output. @param mode of another one */
export function deliver({ flags, out }: CommandContext, file: string, text: string, mode: number): void {
  const output = flags.string('output')
  if (flags.bool('in-place')) replaceFile(file, text)
  else if (output !== '') writeInFolder(output, encodeUtf8(text), mode)
  else out.write(text)
}

/** Whoever may open a file: keys of the environment, and the person at the terminal. */
export const keyOptions = ({ signal, out }: Pick<CommandContext, 'signal' | 'out'>): KeyOptions => ({ signal, person: personAt(out) })

/** The file of a command, or standard input. @throws PintleError usage for what does not go together */
export function sourceOf({ args, flags }: CommandContext, nameNeeded: boolean): { readonly file: string; readonly name: string } {
  const file = args[0] ?? '-'
  const conflict = (message: string): PintleError => withExit(new PintleError('usage', message), sopsCodes.conflictingParameters)
  if (flags.bool('in-place') && file === '-') throw conflict('--in-place needs a file: standard input cannot be written to')
  if (flags.bool('in-place') && flags.string('output') !== '') throw conflict('either --in-place or --output')
  const name = flags.string('filename-override')
  if (nameNeeded && file === '-' && name === '') throw conflict('--filename-override is needed with standard input')
  return { file, name: name || file }
}
