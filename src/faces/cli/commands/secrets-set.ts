import { readFileSync } from 'node:fs'
import { readJsonValue, Scalar, parseTreePath, sealFile, setAt, unsetAt, checkUnencrypted, type OpenedFile, type Tree, type TreePath } from '../../../charts/secrets/index.ts'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { exiting, sopsCodes, withExit, withSopsExit } from '../sops-exit.ts'
import { readSecretFile, replaceFile } from '../sops-files.ts'
import { SopsSetting, configFlag, ignoreMacFlag, indentFlag, inputTypeFlag, orderFlag, outputTypeFlag } from '../sops-flags.ts'
import { openOrTell } from './secrets-decrypt.ts'

const commonFlags = [inputTypeFlag, outputTypeFlag, ignoreMacFlag, orderFlag, configFlag, indentFlag]

/** `pintle secrets set` */
export const secretsSet: Command = withSopsExit({
  use: 'secrets set FILE PATH VALUE [flags]',
  long: `Sets a value in an encrypted file: VALUE is JSON, PATH names keys and items as ["key"]["other"][0]. What is missing on the way is made; values that do not change look the same
afterwards. Anybody can read the arguments of a program that runs: take --value-stdin or --value-file for secrets.

Exit codes are sops': 7 PATH or VALUE has not the form, 51 the MAC does not fit, 25 a value was changed or moved, 128 no key opens the file, 1 all else.`,
  examples: `printf '"%s"' "$PASSWORD" | pintle secrets set --value-stdin secrets.yaml '["db"]["password"]'
pintle secrets set secrets.yaml '["db"]["port"]' 5432`,
  flags: [
    { name: 'value-file', type: 'bool', usage: 'VALUE is the name of a file that holds it' },
    { name: 'value-stdin', type: 'bool', usage: 'the value is read from standard input' },
    { name: 'idempotent', type: 'bool', usage: 'leave the file as it is when the value is there already' },
    ...commonFlags,
  ],
  args: [2, 3],
  async run(context) {
    const { args, flags } = context
    if (flags.bool('value-file') && flags.bool('value-stdin')) throw new PintleError('usage', 'either --value-file or --value-stdin')
    if (args.length !== (flags.bool('value-stdin') ? 2 : 3)) throw withExit(new PintleError('usage', flags.bool('value-stdin') ? 'FILE and PATH are needed; the value is read from standard input' : 'FILE, PATH and VALUE are needed'), sopsCodes.noFileSpecified)
    const path = await exiting(sopsCodes.invalidSetFormat, () => parseTreePath(args[1]!))
    const value = await valueOf(context)
    let changed = false
    await change(context, path, (opened) => {
      changed = setAt(opened.branches[0]!, path, value)
      return changed || !flags.bool('idempotent')
    })
    if (!changed && flags.bool('idempotent')) context.out.note('nothing to change')
  },
})

/** `pintle secrets unset` */
export const secretsUnset: Command = withSopsExit({
  use: 'secrets unset FILE PATH [flags]',
  long: `Takes a value, map or item away from an encrypted file; PATH names keys and items as ["key"]["other"][0].

Exit codes are sops': 7 PATH has not the form, 51 the MAC does not fit, 25 a value was changed or moved, 128 no key opens the file, 1 all else.`,
  examples: `pintle secrets unset secrets.yaml '["db"]["old"]'`,
  flags: [{ name: 'idempotent', type: 'bool', usage: 'leave the file as it is when nothing stands there' }, ...commonFlags],
  args: [2, 2],
  async run(context) {
    const path = await exiting(sopsCodes.invalidSetFormat, () => parseTreePath(context.args[1]!))
    await change(context, path, (opened) => {
      try {
        unsetAt(opened.branches[0]!, path)
        return true
      } catch (error) {
        if (isPintleError(error) && error.details?.missing === true && context.flags.bool('idempotent')) return false
        throw error
      }
    })
  },
})

/** @param edit changes the file, and says whether it is to be written */
async function change(context: CommandContext, path: TreePath, edit: (opened: OpenedFile) => boolean): Promise<void> {
  if (path.length === 0) throw withExit(new PintleError('secrets.path', 'PATH names nothing', { hint: 'Write ["key"]["other"][0], in quotes of the shell.' }), sopsCodes.invalidSetFormat)
  const file = context.args[0]!
  const setting = new SopsSetting(context, file)
  const opened = await openOrTell(context, readSecretFile(file), file, setting)
  if (!edit(opened)) return
  checkUnencrypted(opened.branches, setting.output)
  replaceFile(file, sealFile(opened, setting.output, setting.indents))
}

/** Numbers alone are floats, as they are to sops. */
async function valueOf({ args, flags }: CommandContext): Promise<Tree> {
  const text = flags.bool('value-stdin') ? readFileSync(0, 'utf8') : flags.bool('value-file') ? readSecretFile(args[2]!) : args[2]!
  try {
    const value = readJsonValue(text)
    if (value instanceof Scalar && value.type === 'int') value.type = 'float'
    return value
  } catch (error) {
    // It may quote the value.
    throw isPintleError(error) ? withExit(new PintleError('usage', 'the value is no JSON', { hint: 'A text needs its quotes: \'"text"\'.' }), sopsCodes.invalidSetFormat) : error
  }
}
