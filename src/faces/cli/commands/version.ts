import type { Command } from '../command.ts'
import { versions } from '../versions.ts'

/** `pintle version`: Helm's flags, Pintle's numbers. */
export const version: Command = {
  use: 'version [flags]',
  long: 'Prints the version of Pintle, and of the Helm whose behaviour it matches.',
  flags: [
    { name: 'short', type: 'bool', usage: 'print the version number only' },
    { name: 'template', type: 'string', usage: 'Go template for the version' },
  ],
  completes: [],
  async run({ flags, out }) {
    if (flags.string('template') !== '') {
      const { renderVersionTemplate } = await import('../version-template.ts')
      out.write(renderVersionTemplate(flags.string('template')))
    } else if (flags.bool('short')) out.line(`v${versions.pintle}`)
    else out.line(`pintle v${versions.pintle} (matches Helm v${versions.helm}; Node ${process.version})`)
  },
}
