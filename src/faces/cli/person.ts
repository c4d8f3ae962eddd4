import type { Person } from '../../charts/secrets/index.ts'
import { askLine, askSecret } from './ask.ts'
import type { Output } from './output.ts'

/** Whoever started the command, to be asked for passphrases of keys: on standard error, so that standard output is what the command makes. */
export const personAt = (out: Output): Person => ({
  ask: async (prompt, secret) => {
    if (secret) return askSecret(out, prompt, { aside: true })
    out.raw(prompt)
    return askLine(out, '')
  },
  tell: (line) => out.note(line),
})
