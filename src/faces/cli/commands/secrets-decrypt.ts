import { readFileSync } from 'node:fs'
import { defaultIndents, emitPlain, fileFormats, formatOfPath, openFile, type FileFormat } from '../../../charts/secrets/index.ts'
import { writeInFolder } from '../../../charts/registry/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { encodeUtf8 } from '../../../language/go/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { usage } from '../flags.ts'

/** `pintle secrets decrypt` */
export const secretsDecrypt: Command = {
  use: 'secrets decrypt FILE [flags]',
  long: `Decrypts a file that SOPS encrypted, and prints it: with the order, comments and layout that it has. Nothing is printed of a file that is not whole. With --output
the decrypted text is written to that file, which only its owner can read; nothing else is ever written.

Values files need not be decrypted before use: -f takes them as they are.

Keys are looked for where sops looks: SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD, sops/age/keys.txt of the configuration folder, and gpg (SOPS_GPG_EXEC).`,
  examples: `pintle secrets decrypt secrets.yaml
pintle secrets decrypt --input-type dotenv prod.secret
pintle secrets decrypt tls.key --output /dev/shm/tls.key`,
  flags: [
    { name: 'input-type', type: 'string', choices: fileFormats, usage: 'how the file is read: yaml, json, dotenv, ini, binary; by its name when left out' },
    { name: 'output', type: 'string', placeholder: 'file', usage: 'write the decrypted text to this file' },
  ],
  args: [1, 1],
  run: (context) => decryptTo(context, (text) => {
    const file = context.flags.string('output')
    if (file === '') context.out.write(text)
    else writeInFolder(file, encodeUtf8(text), 0o600)
  }),
}

/** `pintle secrets view` */
export const secretsView: Command = {
  ...secretsDecrypt,
  use: 'secrets view FILE [flags]',
  examples: 'pintle secrets view secrets.yaml',
  flags: secretsDecrypt.flags.filter((f) => f.name !== 'output'),
  run: (context) => decryptTo(context, (text) => context.out.write(text)),
}

async function decryptTo({ args, flags, signal }: CommandContext, write: (text: string) => void): Promise<void> {
  const file = args[0]!
  const asked = flags.string('input-type')
  if (asked !== '' && !fileFormats.includes(asked as FileFormat)) throw usage(`unknown input type ${JSON.stringify(asked)}; there are: ${fileFormats.join(', ')}`)
  const format = asked === '' ? formatOfPath(file) : (asked as FileFormat)
  write(emitPlain((await openFile(read(file), { file, format, signal })).branches, format, defaultIndents))
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new PintleError('usage', `${file} cannot be read: ${(error as { code?: string }).code ?? (error as Error).message}`, { cause: error, place: { file } })
  }
}
