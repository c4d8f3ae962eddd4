import { isSealed } from '../../../charts/secrets/index.ts'
import type { Command } from '../command.ts'
import { withSopsExit } from '../sops-exit.ts'
import { readSecretFile } from '../sops-files.ts'
import { SopsSetting, configFlag, inputTypeFlag } from '../sops-flags.ts'

/** `pintle secrets filestatus` */
export const secretsFilestatus: Command = withSopsExit({
  use: 'secrets filestatus FILE [flags]',
  long: 'Says as JSON whether SOPS encrypted a file: {"encrypted":true}. No key is needed, and whether the file is whole is not looked at.',
  examples: 'pintle secrets filestatus secrets.yaml',
  flags: [inputTypeFlag, configFlag],
  args: [1, 1],
  async run(context) {
    const file = context.args[0]!
    context.out.line(JSON.stringify({ encrypted: isSealed(readSecretFile(file), { file, format: new SopsSetting(context, file).input }) }))
  },
})
