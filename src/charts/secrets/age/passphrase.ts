import { PintleError } from '../../../errors/index.ts'
import type { KeyOptions } from '../key-source.ts'

/** @throws PintleError secrets.key where nobody can be asked, or says nothing */
export async function askedPassphrase(prompt: string, { person }: KeyOptions): Promise<string> {
  if (person === undefined) throw new PintleError('secrets.key', 'it is protected by a passphrase, and nobody can be asked for it')
  let answer: string
  try {
    answer = await person.ask(`${prompt} `, true)
  } catch (error) {
    throw new PintleError('secrets.key', 'it is protected by a passphrase, which could not be read', { cause: error })
  }
  if (answer === '') throw new PintleError('secrets.key', 'no passphrase was given')
  return answer
}
