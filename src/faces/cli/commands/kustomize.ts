import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, individualFiles } from '../../../delivery/kustomize/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Command } from '../command.ts'
import { usage } from '../flags.ts'
import { withKustomize } from '../kustomize/build-options.ts'

/** `pintle kustomize build` */
export const kustomizeBuild: Command = {
  use: 'kustomize build DIR [flags]',
  long: `Builds a kustomization as kustomize 5.8 does, in this process: DIR is a folder with a kustomization.yaml, or the URL of a repository with one. No kustomize, kubectl or
helm is started. With --enable-helm the charts of helmCharts are rendered by Pintle. Plugins that are programs or containers are refused.`,
  examples: `pintle kustomize build overlays/prod
pintle kustomize build --enable-helm -o manifests.yaml .
pintle kustomize build https://github.com/kubernetes-sigs/kustomize.git/examples/helloWorld?ref=v5.0.0`,
  flags: [
    { name: 'output', short: 'o', type: 'string', usage: 'write to this file, or a file a resource into this folder' },
    { name: 'enable-helm', type: 'bool', usage: 'render the charts of helmCharts' },
    { name: 'helm-api-versions', type: 'stringArray', usage: 'API versions added to .Capabilities.APIVersions' },
    { name: 'helm-kube-version', type: 'string', usage: 'Kubernetes version of .Capabilities.KubeVersion' },
    { name: 'helm-debug', type: 'bool', usage: 'render with --debug' },
    { name: 'helm-command', type: 'string', default: 'helm', usage: 'accepted and not used: no program is started' },
    { name: 'load-restrictor', type: 'string', default: 'LoadRestrictionsRootOnly', usage: "'LoadRestrictionsNone': files may lie outside of the kustomization that names them", completes: ['LoadRestrictionsNone', 'LoadRestrictionsRootOnly'] },
    { name: 'reorder', type: 'string', default: 'legacy', usage: "'legacy' or 'none': the order where sortOptions says nothing", completes: ['legacy', 'none'] },
    { name: 'enable-managedby-label', type: 'bool', usage: 'add app.kubernetes.io/managed-by' },
    { name: 'enable-alpha-plugins', type: 'bool', usage: 'accepted: allows helmCharts; external plugins are refused all the same' },
    { name: 'enable-exec', type: 'bool', usage: 'accepted and not used: no program is started' },
    { name: 'network', type: 'bool', usage: 'accepted and not used: no container is started' },
    { name: 'network-name', type: 'string', default: 'bridge', usage: 'accepted and not used: no container is started' },
    { name: 'mount', type: 'stringArray', usage: 'accepted and not used: no container is started' },
    { name: 'env', short: 'e', type: 'stringArray', usage: 'accepted and not used: no container is started' },
    { name: 'as-current-user', type: 'bool', usage: 'accepted and not used: no container is started' },
  ],
  globals: false,
  async run(context) {
    const { args, flags, out } = context
    if (args.length > 1) throw usage('specify one path to kustomization.yaml')
    const restrictor = flags.string('load-restrictor')
    if (!['LoadRestrictionsRootOnly', 'LoadRestrictionsNone', ''].includes(restrictor)) {
      throw usage(`illegal flag value --load-restrictor ${restrictor}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`)
    }
    const reorder = flags.string('reorder')
    if (reorder !== 'legacy' && reorder !== 'none') throw usage(`illegal flag value --reorder ${reorder}; legal values: [legacy none]`)
    if (flags.changed('reorder')) out.note("Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.")
    const kubeVersion = flags.string('helm-kube-version')
    const helm = flags.bool('enable-helm') || flags.bool('enable-alpha-plugins')
      ? { apiVersions: flags.list('helm-api-versions'), debug: flags.bool('helm-debug'), ...(kubeVersion !== '' && { kubeVersion }) } : undefined
    const built = await withKustomize(context, helm, (options) => build(args[0] ?? '.', {
      ...options,
      loadRestrictor: restrictor === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
      reorder: flags.changed('reorder') ? reorder : undefined,
      addManagedByLabel: flags.bool('enable-managedby-label') || process.env.KUSTOMIZE_ENABLE_MANAGEDBY_LABEL === 'on',
    }))
    const output = flags.string('output')
    const text = built.map((resource) => resource.yaml).join('---\n')
    if (output === '') out.write(text)
    else if (isFolder(output)) for (const [name, content] of individualFiles(built)) write(join(output, name), content)
    else write(output, text)
  },
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new PintleError('file.write', `${path} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}

