import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readSource } from '../../../charts/chart/index.ts'
import { References, SecretSource, evaluateDocuments, secretSettings } from '../../../charts/references/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { personAt } from '../person.ts'
import { secretReading } from '../secret-reading.ts'

/** `pintle secrets -b vals decrypt FILE`: what a backend other than sops makes of a file. */
export const secretsBackendDecrypt: Command = {
  use: 'secrets -b BACKEND decrypt FILE',
  long: 'Prints a file as the backend reads it: `vals` replaces references, `noop` leaves it as it is.',
  flags: [],
  args: [1, 1],
  async run(context) {
    const { args, out } = context
    const { text } = await source(context).open(args[0]!, 'file')
    out.write(text)
  },
}

/** `pintle secrets post-renderer`: what helm-secrets hands Helm with --evaluate-templates. */
export const secretsPostRenderer: Command = {
  use: 'secrets post-renderer',
  long: 'Reads manifests from standard input and prints them with their references replaced, as `vals eval` does.',
  flags: [],
  args: [0, 0],
  async run(context) {
    const { settings, signal, out } = context
    const reading = secretReading(context)
    out.write(await evaluateDocuments(readFileSync(0, 'utf8'), new References({ ...reading, signal, failOnMissingKey: true }), 'yaml', secretSettings(settings.env).decodeSecrets))
  },
}

/** `pintle secrets dir` */
export const secretsDir: Command = {
  use: 'secrets dir',
  long: 'Prints the folder of this program, as helm-secrets prints that of the plugin.',
  flags: [],
  args: [0, 0],
  run: async ({ out }) => out.write(dirname(dirname(process.argv[1] ?? '/'))),
}

function source(context: CommandContext): SecretSource {
  const { settings, signal, out } = context
  const { note: _, ...reading } = secretReading(context)
  // As in the wrapper a backend or `?` may stand before the name; nothing is said, as the text is all that is wanted.
  return new SecretSource({ ...reading, settings: { ...secretSettings(settings.env), decrypted: { folder: '', prefix: '', suffix: '' } }, read: (name) => readSource(name, { signal }), signal, person: personAt(out) })
}
