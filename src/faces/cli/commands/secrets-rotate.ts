import { resolveKeys, rotateFile, sealFile } from '../../../charts/secrets/index.ts'
import { existsSync } from 'node:fs'
import { PintleError } from '../../../errors/index.ts'
import type { Command } from '../command.ts'
import { changeFlags, changedGroups, flagKeys } from '../sops-creation.ts'
import { sopsCodes, withExit, withSopsExit } from '../sops-exit.ts'
import { deliver, keyOptions, readSecretFile, sourceOf } from '../sops-files.ts'
import { SopsSetting, configFlag, ignoreMacFlag, inPlaceFlag, indentFlag, inputTypeFlag, nameFlag, orderFlag, outputFlag, outputTypeFlag } from '../sops-flags.ts'
import { openOrTell } from './secrets-decrypt.ts'

/** `pintle secrets rotate` */
export const secretsRotate: Command = withSopsExit({
  use: 'secrets rotate FILE [flags]',
  long: `Encrypts a file with a new key and prints it: for the same people, for those of --add-age and its like, too, and not for those of --rm-age and its like. Who was taken away could open
the file until now, and can open its old versions: change the secrets, too.

Exit codes are sops': 51 the MAC does not fit, 25 a value was changed or moved, 128 no key opens the file, 1 all else.`,
  examples: `pintle secrets rotate --in-place secrets.yaml
pintle secrets rotate --in-place --rm-age age1... --add-age age1... secrets.yaml`,
  flags: [inPlaceFlag, outputFlag, ...changeFlags, inputTypeFlag, outputTypeFlag, nameFlag, ignoreMacFlag, orderFlag, configFlag, indentFlag],
  args: [1, 1],
  async run(context) {
    const { file, name } = sourceOf(context, false)
    const setting = new SopsSetting(context, name)
    const added = flagKeys(context.flags, 'add-')
    const removed = flagKeys(context.flags, 'rm-')
    if (!existsSync(file) && added.length + removed.length > 0) {
      throw withExit(new PintleError('usage', `${file} does not exist: keys cannot be added or taken away`, { hint: '`pintle secrets edit` makes a new file.' }), sopsCodes.cannotChangeKeysFromNonExistentFile)
    }
    const opened = await openOrTell(context, readSecretFile(file), file, setting)
    const [more = [], fewer = []] = await resolveKeys([added, removed], keyOptions(context))
    const rotated = await rotateFile(opened, changedGroups(opened.specs, more, fewer), keyOptions(context))
    deliver(context, file, sealFile(rotated, setting.output, setting.indents), 0o644)
  },
})
