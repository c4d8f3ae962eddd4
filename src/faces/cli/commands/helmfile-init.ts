import type { HelmfileVerb } from '../helmfile/verb.ts'

export const helmfileInit: HelmfileVerb = {
  use: 'init [flags]',
  long: 'Says that nothing has to be installed: Helm, kustomize and the plugins diff, secrets and s3 are not used.',
  flags: [{ name: 'force', type: 'bool', usage: 'accepted and not used: nobody is asked' }],
  async run({ log }) {
    log('info', 'nothing to install: Helm and its plugins are part of Pintle')
    log('info', 'helmfile initialization completed!')
  },
}
