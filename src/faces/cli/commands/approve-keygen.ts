import { existsSync } from 'node:fs'
import { writeInFolder } from '../../../charts/registry/index.ts'
import { generatePemKey, openSigningKey } from '../../../delivery/attestation/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { askSecret } from '../ask.ts'

/** `pintle approve keygen` */
export const approveKeygen: Command = {
  use: 'approve keygen [FILE] [flags]',
  long: `Makes an Ed25519 key to sign decisions with: FILE (default approval.key), which only you may read, and FILE.pub, which goes into 'trust' of pintle.yaml.

The private key is encrypted with the passphrase that is typed, or with PINTLE_KEY_PASSPHRASE. Keys for machines go without with --no-passphrase. Keys of OpenSSH need no new key:
they sign as they are.`,
  examples: `pintle approve keygen ~/keys/alice.key
PINTLE_KEY_PASSPHRASE=... pintle approve keygen ci.key`,
  flags: [{ name: 'no-passphrase', type: 'bool', usage: 'do not encrypt the private key' }],
  globals: false,
  args: [0, 1],
  completes: ['file'],
  async run(context) {
    const { out, args } = context
    const file = args[0] ?? 'approval.key'
    for (const path of [file, `${file}.pub`]) if (existsSync(path)) throw new PintleError('attestation.key', `${path} is there already`, { hint: 'Keys are not overwritten: what they signed could not be checked any more.' })
    const passphrase = await passphraseOf(context)
    const { privatePem, publicPem } = generatePemKey(passphrase)
    writeInFolder(file, privatePem, 0o600)
    writeInFolder(`${file}.pub`, publicPem)
    const { id } = await openSigningKey(file, async () => passphrase!)
    out.line(`${file}: private key ${id}${passphrase === undefined ? ', not encrypted' : ''}`)
    out.line(`${file}.pub: public key. In pintle.yaml:`)
    out.line(`trust:\n  identities:\n    - name: YOU@EXAMPLE\n      key: ${file}.pub`)
    return 0
  },
}

async function passphraseOf({ flags, out }: CommandContext): Promise<string | undefined> {
  if (flags.bool('no-passphrase')) return undefined
  const given = process.env.PINTLE_KEY_PASSPHRASE
  if (given !== undefined && given !== '') return given
  const ask = (prompt: string): Promise<string> => askSecret(out, prompt, { aside: true, hint: 'There is no terminal to ask for a passphrase at: set PINTLE_KEY_PASSPHRASE, or say --no-passphrase.' })
  const typed = await ask('Passphrase: ')
  if (typed === '') throw new PintleError('usage', 'the passphrase is empty', { hint: 'Say --no-passphrase if that is meant.' })
  if ((await ask('Passphrase once more: ')) !== typed) throw new PintleError('usage', 'the passphrases differ')
  return typed
}
