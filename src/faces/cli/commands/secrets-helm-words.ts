import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { emitPlain, newFile, readUnencrypted, sealFile } from '../../../charts/secrets/index.ts'
import { writeInFolder } from '../../../charts/registry/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { encodeUtf8 } from '../../../language/go/index.ts'
import type { Command } from '../command.ts'
import { creationFlags, creationOf } from '../sops-creation.ts'
import { exiting, sopsCodes, withSopsExit } from '../sops-exit.ts'
import { keyOptions, readSecretFile, replaceFile } from '../sops-files.ts'
import { SopsSetting, configFlag, indentFlag } from '../sops-flags.ts'
import { openOrTell } from './secrets-decrypt.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Where helm-secrets keeps a file in plain text. Upstream: _file_dec_name in scripts/lib/file.sh.
 * @param env HELM_SECRETS_DEC_DIR, HELM_SECRETS_DEC_PREFIX, HELM_SECRETS_DEC_SUFFIX
 */
export function decryptedName(file: string, env: Env = process.env): string {
  const name = `${env.HELM_SECRETS_DEC_PREFIX ?? ''}${basename(file)}${env.HELM_SECRETS_DEC_SUFFIX ?? '.dec'}`
  if (env.HELM_SECRETS_DEC_DIR) return join(env.HELM_SECRETS_DEC_DIR, `${dirname(file).replaceAll('/', '_')}_${name}`)
  return basename(file) === file ? name : join(dirname(file), name)
}

/** `pintle secrets enc` */
export const secretsEnc: Command = withSopsExit({
  use: 'secrets enc FILE [flags]',
  long: `Encrypts a values file in place, as 'helm secrets enc' does: from FILE.dec when 'dec' wrote one, else from FILE itself. The search for .sops.yaml begins in the folder of FILE.
'pintle secrets encrypt' is sops' own command.`,
  examples: 'pintle secrets enc secrets.yaml',
  flags: [configFlag, indentFlag, ...creationFlags],
  args: [1, 1],
  async run(context) {
    const file = context.args[0]!
    if (!existsSync(file)) throw new PintleError('usage', `File does not exist: ${file}`)
    const plain = existsSync(decryptedName(file)) ? decryptedName(file) : file
    const setting = new SopsSetting(context, file, dirname(file), 'yaml')
    const text = readSecretFile(plain)
    const branches = await exiting(sopsCodes.couldNotReadInputFile, () => readUnencrypted(text, { file: plain, format: setting.input }))
    replaceFile(file, sealFile(await newFile(branches, creationOf(context, setting, file), keyOptions(context)), setting.output, setting.indents))
    context.out.note(plain === file ? `Encrypted ${file}` : `Encrypted ${plain} to ${file}`)
  },
})

/** `pintle secrets dec` */
export const secretsDec: Command = withSopsExit({
  use: 'secrets dec FILE [flags]',
  long: `Decrypts a values file into FILE.dec, as 'helm secrets dec' does; only its owner can read it. HELM_SECRETS_DEC_DIR, HELM_SECRETS_DEC_PREFIX and HELM_SECRETS_DEC_SUFFIX name it
otherwise. Nothing of Pintle needs it: -f takes encrypted files as they are. 'pintle secrets decrypt' prints instead.`,
  examples: 'pintle secrets dec secrets.yaml',
  flags: [configFlag, indentFlag],
  args: [1, 1],
  async run(context) {
    const file = context.args[0]!
    if (!existsSync(file)) throw new PintleError('usage', `File does not exist: ${file}`)
    const setting = new SopsSetting(context, file, dirname(file), 'yaml')
    const { branches } = await openOrTell(context, readSecretFile(file), file, setting)
    const plain = decryptedName(file)
    if (plain === file) throw new PintleError('usage', `${file} would be written over: HELM_SECRETS_DEC_SUFFIX and HELM_SECRETS_DEC_PREFIX are empty`)
    writeInFolder(plain, encodeUtf8(emitPlain(branches, setting.output, setting.indents)), 0o600)
    context.out.note(`Decrypted ${file} to ${plain}`)
  },
})
