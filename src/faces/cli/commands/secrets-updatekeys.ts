import { keyName, openSealed, readSealed, resolveKeys, rewrapFile, type KeySpec } from '../../../charts/secrets/index.ts'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { confirm } from '../confirm.ts'
import { forKey, withSopsExit } from '../sops-exit.ts'
import { keyOptions, readSecretFile, replaceFile } from '../sops-files.ts'
import { SopsSetting, configFlag, inputTypeFlag, orderFlag, thresholdFlag } from '../sops-flags.ts'

/** `pintle secrets updatekeys` */
export const secretsUpdatekeys: Command = withSopsExit({
  use: 'secrets updatekeys FILE... [flags]',
  long: `Encrypts the key of each file for those whom the rule of .sops.yaml names now; values stay as they are. What changes is shown and asked for, unless --yes is given. Who was taken away
still knows the key: 'pintle secrets rotate' makes a new one.

Exit codes are sops': 128 no key opens the file, 1 all else.`,
  examples: `pintle secrets updatekeys secrets.yaml
pintle secrets updatekeys --yes secrets/*.yaml`,
  flags: [{ name: 'yes', short: 'y', type: 'bool', usage: 'ask nothing' }, inputTypeFlag, orderFlag, thresholdFlag, configFlag],
  args: [1, Number.POSITIVE_INFINITY],
  async run(context) {
    if (context.args.length === 1) return update(context, context.args[0]!)
    let failed = 0
    for (const file of context.args) {
      try {
        await update(context, file)
      } catch (error) {
        if (!isPintleError(error)) throw error
        failed++
        context.out.note(`Error: ${error.message}`)
      }
    }
    if (failed > 0) throw new PintleError('secrets.key', `the keys of ${failed} of ${context.args.length} files could not be updated`)
  },
})

async function update(context: CommandContext, file: string): Promise<void> {
  const { out, flags } = context
  const setting = new SopsSetting(context, file)
  const { config } = setting
  if (config === undefined) throw new PintleError('secrets.config', 'there is no .sops.yaml in this folder or above it', { hint: 'Name one with --config.' })
  const sealed = readSealed(readSecretFile(file), { file, format: setting.input })
  if (!config.hasRules) throw new PintleError('secrets.config', `${config.file} has no creation_rules`, { place: { file: config.file } })
  const groups = await forKey(() => resolveKeys(config.ruleFor(file).groups, keyOptions(context)))
  const { metadata } = sealed
  const threshold = Math.min(flags.number('shamir-secret-sharing-threshold') || metadata.shamirThreshold, groups.length)
  const changes = changesOf(metadata.groups, groups)
  if (changes.every(({ added, removed }) => added.length + removed.length === 0) && threshold === metadata.shamirThreshold) {
    out.note(`${file}: already up to date`)
    return
  }
  out.note(`${file}: the keys change:`)
  if (threshold !== metadata.shamirThreshold) out.note(`  shamir_threshold: ${metadata.shamirThreshold || 'none'} -> ${threshold || 'none'}`)
  for (const [i, { kept, added, removed }] of changes.entries()) {
    out.note(`  group ${i + 1}`)
    for (const [mark, keys] of [[' ', kept], ['+', added], ['-', removed]] as const) for (const key of keys) out.note(`  ${mark} ${key}`)
  }
  if (!flags.bool('yes') && !(await confirm('Write them?'))) {
    out.note(`${file}: left as it is`)
    return
  }
  const order = flags.string('decryption-order')
  const { input: format, indents } = setting
  const key = await forKey(() => openSealed(sealed, { file, format, ...keyOptions(context), ...(order !== '' && { decryptionOrder: order }) }))
  replaceFile(file, await rewrapFile(sealed, key, groups, threshold, { format, indents, ...keyOptions(context) }))
  out.note(`${file}: written`)
}

interface GroupChange {
  readonly kept: readonly string[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Group by group. Upstream: DiffKeyGroups in cmd/sops/common. */
function changesOf(before: readonly (readonly KeySpec[])[], after: readonly (readonly KeySpec[])[]): GroupChange[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => {
    const old = (before[i] ?? []).map(keyName)
    const now = (after[i] ?? []).map(keyName)
    return { kept: now.filter((key) => old.includes(key)), added: now.filter((key) => !old.includes(key)), removed: old.filter((key) => !now.includes(key)) }
  })
}
