import { readFileSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'

/** The text of a file that somebody named for a credential. @throws PintleError secrets.key */
export function readCredentialFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new PintleError('secrets.key', `${path} cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`)
  }
}
