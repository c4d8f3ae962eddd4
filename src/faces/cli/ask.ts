import { readFileSync, readSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import type { Output } from './output.ts'
import { readSecret } from './read-secret.ts'

/**
 * Asks for a line of standard input, a terminal or not. Upstream: readLine in pkg/cmd/registry_login.go.
 * @throws PintleError usage `EOF` at the end of the input
 */
export function askLine(out: Output, prompt: string): string {
  out.write(prompt)
  const bytes: number[] = []
  const one = Buffer.alloc(1)
  for (;;) {
    if (readByte(one) === 0) {
      if (bytes.length === 0) throw new PintleError('usage', 'EOF')
      break
    }
    if (one[0] === 0x0a) break
    if (bytes.push(one[0]!) > longestLine) throw new PintleError('usage', 'the line is too long')
  }
  return Buffer.from(bytes).toString().replace(/\r$/, '')
}

/**
 * The same without showing what is typed; only a terminal can do that.
 * @param hint for those who have none
 * @param aside asks on standard error: standard output is what the command makes
 * @throws PintleError usage when standard input is no terminal
 */
export async function askSecret(out: Output, prompt: string, { hint, aside = false }: { hint?: string; aside?: boolean } = {}): Promise<string> {
  if (aside) out.raw(prompt)
  else out.write(prompt)
  try {
    return await readSecret(hint)
  } finally {
    if (aside) out.note()
    else out.line()
  }
}

/** Standard input whole, without its last line end; `given` stands in for it. */
export const pipedPassword = (given?: string): string => (given ?? readFileSync(0, 'utf8')).replace(/\r?\n$/, '')

const longestLine = 65_536

/** Waits for what is not there yet; closed pipes are the end. */
function readByte(into: Buffer): number {
  for (;;) {
    try {
      return readSync(0, into)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
