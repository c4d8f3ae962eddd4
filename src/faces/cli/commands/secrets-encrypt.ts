import { newFile, readUnencrypted, sealFile } from '../../../charts/secrets/index.ts'
import type { Command } from '../command.ts'
import { creationFlags, creationOf } from '../sops-creation.ts'
import { exiting, sopsCodes, withSopsExit } from '../sops-exit.ts'
import { deliver, keyOptions, readSecretFile, sourceOf } from '../sops-files.ts'
import { SopsSetting, configFlag, inPlaceFlag, indentFlag, inputTypeFlag, nameFlag, outputFlag, outputTypeFlag } from '../sops-flags.ts'

/** `pintle secrets encrypt` */
export const secretsEncrypt: Command = withSopsExit({
  use: 'secrets encrypt [FILE] [flags]',
  long: `Encrypts a file as sops does, and prints it: YAML (with its comments), JSON, dotenv, INI, or anything else as a whole. Keys and order stay readable, values become ENC[...]. With
--in-place it takes the place of the file; the file is written whole or not at all. Without FILE standard input is read, and --filename-override says what it is.

Who can open it comes from --age, --pgp, --kms and their like, their variables, or the first rule of creation_rules in .sops.yaml whose path_regex matches; so does what is encrypted.

Exit codes are sops': 203 the file is encrypted already, 92 it is empty, 2 it cannot be read, 1 all else.`,
  examples: `pintle secrets encrypt --in-place secrets.yaml
pintle secrets encrypt --age age1... --encrypted-regex '^(password|token)$' values.yaml
kubectl get secret db -o json | pintle secrets encrypt --filename-override db.json > db.enc.json`,
  flags: [inPlaceFlag, outputFlag, inputTypeFlag, outputTypeFlag, nameFlag, configFlag, indentFlag, ...creationFlags],
  args: [0, 1],
  async run(context) {
    const { file, name } = sourceOf(context, true)
    const setting = new SopsSetting(context, name)
    const creation = creationOf(context, setting, name)
    const text = readSecretFile(file)
    const branches = await exiting(sopsCodes.couldNotReadInputFile, () => readUnencrypted(text, { file, format: setting.input }))
    deliver(context, file, sealFile(await newFile(branches, creation, keyOptions(context)), setting.output, setting.indents), 0o644)
  },
})
