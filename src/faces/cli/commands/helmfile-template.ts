import { argsFlag, argsOf, cleanupFlag, concurrencyFlag, enforceNeedsFlag, needsFlags, needsOptions, overrideFlags } from '../helmfile/chart-flags.ts'
import { chartsOptions } from '../helmfile/charts-options.ts'
import { templateRelease } from '../helmfile/template-release.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'
import { visitStates } from '../helmfile/visit-states.ts'

/** `helmfile template`: prints the manifests of all releases. Upstream: Template in pkg/app/app.go. */
export const helmfileTemplate: HelmfileVerb = {
  use: 'template [flags]',
  long: `Renders the releases of a state and prints their manifests, what others need first.

Repositories are added and dependencies of charts built before. Nothing is asked of a cluster, unless --validate or --template-args=--dry-run=server say so. Decrypted values
stay in memory.`,
  flags: [
    argsFlag, ...overrideFlags,
    { name: 'output-dir', type: 'string', usage: 'write files below this folder instead of printing' },
    { name: 'output-dir-template', type: 'string', usage: 'template of the folder of a release, of {{ .OutputDir }}, {{ .State.BaseName }}, {{ .State.AbsPathSHA1 }}, {{ .Release.Name }}, {{ .Environment.Name }} and more' },
    concurrencyFlag,
    { name: 'validate', type: 'bool', usage: 'let the cluster judge the manifests' },
    { name: 'include-crds', type: 'bool', usage: 'print definitions of custom resources, too' },
    { name: 'skip-tests', type: 'bool', usage: 'leave test hooks out' },
    ...needsFlags, enforceNeedsFlag, cleanupFlag,
    { name: 'no-hooks', type: 'bool', usage: 'leave the hooks of charts out' },
    { name: 'post-renderer', type: 'string', usage: 'the post-renderer of helm template' },
    { name: 'post-renderer-args', type: 'stringArray', usage: 'an argument of the post-renderer' },
    { name: 'skip-schema-validation', type: 'bool', usage: "do not check values against the charts' schemas" },
    { name: 'kube-version', type: 'string', usage: 'Kubernetes version for .Capabilities, in place of kubeVersion of the state' },
    { name: 'show-only', type: 'stringArray', usage: 'print only this template of charts' },
    { name: 'template-args', type: 'string', usage: 'more flags of helm template, as --dry-run=server for lookups' },
  ],
  interrupts: 'stop',
  async run(given) {
    // What it prints is read by others: --enable-live-output is not heard.
    const context = { ...given, globals: { ...given.globals, enableLiveOutput: false } }
    const { flags } = context
    const { includeNeeds } = needsOptions(context)
    const options = { ...chartsOptions(context), includeTransitiveNeeds: includeNeeds, includeCrds: flags.bool('include-crds') }
    await visitStates(context, { filter: false, includeNeeds }, async (work) => {
      let processed = false
      const errors = await work.withCharts('template', options, async () => {
        const releases = work.ordered({ ...needsOptions(context), enforceNeedsAreInstalled: flags.bool('enforce-needs-are-installed') })
        if (releases === undefined) return []
        processed = true
        work.setExtraArgs(argsOf(context))
        return await work.each(releases, 'template', (release) => templateRelease(context, work, release))
      })
      return { processed, errors }
    })
  },
}
