import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'

/** Writes a result to the file that --output names, or prints it. */
export function writeResult({ flags, out }: Pick<CommandContext, 'flags' | 'out'>, text: string): void {
  const file = flags.string('output')
  if (file === '') {
    out.write(text)
    return
  }
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  } catch (error) {
    throw new PintleError('usage', `${file} cannot be written: ${(error as Error).message}`, { cause: error, place: { file } })
  }
}
