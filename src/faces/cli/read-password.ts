import { readFileSync } from 'node:fs'
import type { Output } from './output.ts'
import { readSecret } from './read-secret.ts'

/**
 * A password from standard input whole, without its last line end, or typed at a prompt without showing it.
 * @throws PintleError usage when there is no terminal to ask at: Go's text of term.ReadPassword
 */
export async function readPassword({ out, fromStdin, prompt = 'Password: ' }: { out: Output; fromStdin: boolean; prompt?: string }): Promise<string> {
  if (fromStdin) return readFileSync(0, 'utf8').replace(/\r?\n$/, '')
  out.write(prompt)
  try {
    return await readSecret('There is no terminal to ask for the password at: use --password-stdin.')
  } finally {
    out.line()
  }
}
