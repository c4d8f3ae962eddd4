import { Branch, emitPlain, emitValue, extract, openFile, parseTreePath } from '../../../charts/secrets/index.ts'
import { encodeUtf8 } from '../../../language/go/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { exiting, forKey, sopsCodes, withSopsExit } from '../sops-exit.ts'
import { deliver, keyOptions, readSecretFile, sourceOf } from '../sops-files.ts'
import { SopsSetting, configFlag, ignoreMacFlag, inPlaceFlag, indentFlag, inputTypeFlag, nameFlag, orderFlag, outputFlag, outputTypeFlag } from '../sops-flags.ts'

/** `pintle secrets decrypt` */
export const secretsDecrypt: Command = withSopsExit({
  use: 'secrets decrypt [FILE] [flags]',
  long: `Decrypts a file that SOPS encrypted, and prints it as sops does. Nothing is printed of a file that is not whole. With --output the decrypted text is written to that file, which only
its owner can read, with --in-place into the file itself; nothing else is ever written. Without FILE standard input is read.

Values files need not be decrypted before use: -f takes them as they are.

Keys are looked for where sops and the services' own programs look: identities of age, SSH keys, gpg, AWS, GCP and Huawei KMS, Azure Key Vault, Vault (docs/secrets.md lists the variables).

Exit codes are sops': 51 the MAC does not fit, 25 a value was changed or moved, 128 no key opens the file, 1 all else.`,
  examples: `pintle secrets decrypt secrets.yaml
pintle secrets decrypt --extract '["db"]["password"]' secrets.yaml
pintle secrets decrypt --input-type dotenv prod.secret
pintle secrets decrypt tls.key --output /dev/shm/tls.key`,
  flags: [inPlaceFlag, outputFlag, { name: 'extract', type: 'string', placeholder: 'path', usage: 'only what stands at a path, as ["key"]["other"][0]' }, { name: 'terraform', type: 'bool', usage: 'print it as helm-secrets does for Terraform\'s external data: {"content_base64":"..."}' }, inputTypeFlag, outputTypeFlag, nameFlag, ignoreMacFlag, orderFlag, configFlag, indentFlag],
  args: [0, 1],
  run: (context) => decryptTo(context, (file, text) => {
    if (context.flags.bool('terraform')) context.out.write(JSON.stringify({ content_base64: Buffer.from(encodeUtf8(text)).toString('base64') }))
    else deliver(context, file, text, 0o600)
  }),
})

/** `pintle secrets view` */
export const secretsView: Command = withSopsExit({
  ...secretsDecrypt,
  use: 'secrets view FILE [flags]',
  examples: 'pintle secrets view secrets.yaml',
  flags: [inputTypeFlag, outputTypeFlag, ignoreMacFlag, orderFlag, configFlag, indentFlag],
  args: [1, 1],
  run: (context) => decryptTo(context, (_, text) => context.out.write(text)),
})

async function decryptTo(context: CommandContext, write: (file: string, text: string) => void): Promise<void> {
  const { flags } = context
  const { file, name } = flags.has('in-place') ? sourceOf(context, false) : { file: context.args[0]!, name: context.args[0]! }
  const setting = new SopsSetting(context, name)
  const path = flags.has('extract') ? await exiting(sopsCodes.invalidTreePathFormat, () => parseTreePath(flags.string('extract'))) : []
  const text = readSecretFile(file)
  const { branches } = await openOrTell(context, text, file, setting)
  if (path.length === 0) return write(file, await dumped(() => emitPlain(branches, setting.output, setting.indents)))
  const value = extract(branches[0]!, path)
  write(file, await dumped(() => (value instanceof Branch ? emitPlain([value, ...branches.slice(1)], setting.output, setting.indents) : emitValue(value, setting.output, setting.indents))))
}

const dumped = <T>(work: () => T): Promise<T> => exiting(sopsCodes.errorDumpingTree, work)

/** Opens the file of a command. */
export async function openOrTell(context: CommandContext, text: string, file: string, setting: SopsSetting): ReturnType<typeof openFile> {
  const { flags } = context
  const order = flags.has('decryption-order') ? flags.string('decryption-order') : ''
  const ignoreMac = flags.has('ignore-mac') && flags.bool('ignore-mac')
  if (ignoreMac) context.out.warn(`${file}: whether it is whole is not looked at`)
  return forKey(() => openFile(text, { file, format: setting.input, ignoreMac, ...keyOptions(context), ...(order !== '' && { decryptionOrder: order }) }))
}
