import type { Command } from '../command.ts'

/** `pintle helmfile ...`: helmfile's command line is read by its own rules. */
export const helmfile: Command = {
  use: 'helmfile COMMAND [flags]',
  long: 'Releases many charts at once, from state files as helmfile 1.8 reads them. `pintle helmfile --help` lists the commands.',
  flags: [],
  raw: true,
  // Its own verbs say what they print.
  printsValues: true,
  async run({ args, out, helm }) {
    const { runHelmfile } = await import('../helmfile/dispatch.ts')
    return await runHelmfile(args, 'pintle helmfile', { out, helm })
  },
}
