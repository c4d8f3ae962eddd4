import { createInterface } from 'node:readline/promises'

/** Asks a yes-or-no question on the terminal; anything but y or yes is no, and the end of the input is no. */
export async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const closed = new Promise<string>((done) => lines.once('close', () => done('')))
    return /^y(es)?$/i.test((await Promise.race([lines.question(`${question} [y/N] `), closed])).trim())
  } finally {
    lines.close()
  }
}
