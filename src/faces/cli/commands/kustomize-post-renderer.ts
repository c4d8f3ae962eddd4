import { readFileSync } from 'node:fs'
import { standInName } from '../../../delivery/kustomize/index.ts'
import type { Command } from '../command.ts'
import { kustomized } from '../kustomize/post-render.ts'

/** `pintle kustomize post-renderer` */
export const kustomizePostRenderer: Command = {
  use: 'kustomize post-renderer DIR [flags]',
  long: `Reads manifests from standard input and prints them with the kustomization of DIR over them: what Helm's --post-renderer wants. The manifests stand in for the file
manifests.yaml that a kustomization names as a resource; the file need not exist, and nothing is written.

Helm 3 takes a script that calls it. Helm 4 takes a plugin; its plugin.yaml:

  apiVersion: v1
  type: postrenderer/v1
  name: pintle-kustomize
  version: 0.1.0
  runtime: subprocess
  runtimeConfig:
    platformCommand:
      - command: pintle
        args: [kustomize, post-renderer]

  helm upgrade shop ./chart --post-renderer pintle-kustomize --post-renderer-args overlays/prod`,
  examples: 'helm template shop ./chart | pintle kustomize post-renderer overlays/prod',
  flags: [{ name: 'file', type: 'string', default: standInName, usage: 'the file that the manifests stand in for: its name, or its path' }],
  globals: false,
  args: [1, 1],
  async run(context) {
    const { args, flags, out } = context
    out.write(await kustomized(context, readFileSync(0, 'utf8'), { directory: args[0]!, file: flags.string('file') }))
  },
}
