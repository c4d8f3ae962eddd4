import type { HelmfileVerb } from '../helmfile/verb.ts'
import { versions } from '../versions.ts'

/** The helmfile whose behaviour is matched, and who does so. */
export function helmfileVersionText(): string {
  return `${versions.helmfile} (pintle ${versions.pintle})`
}

export const helmfileVersion: HelmfileVerb = {
  use: 'version [flags]',
  long: 'Prints the version of Pintle, and of the helmfile whose behaviour it matches.',
  flags: [
    { name: 'output', short: 'o', type: 'string', default: '', usage: 'json, yaml or short' },
    { name: 'short', short: 's', type: 'bool', usage: 'the number alone' },
  ],
  async run({ flags, out }) {
    const output = flags.bool('short') ? 'short' : flags.string('output')
    if (output === 'json') out.line(JSON.stringify({ version: versions.helmfile, pintle: versions.pintle }))
    else if (output === 'yaml') out.write(`version: ${versions.helmfile}\npintle: ${versions.pintle}\n`)
    else if (output === 'short') out.line(versions.helmfile)
    else out.line(`helmfile ${helmfileVersionText()}`)
  },
}
