import { join } from 'node:path'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { defaultCapabilities, parseKubeVersion, matchPath, type Chart } from '../../../charts/chart/index.ts'
import { renderChart, splitManifests, type Rendered } from '../../../charts/render/index.ts'
import { contextNamespace } from '../context-namespace.ts'
import { ManifestFiles } from '../manifest-files.ts'
import { manifestText } from '../manifest-text.ts'
import { chartFromArgs, checkReleaseName } from '../chart-args.ts'
import { withSchemaPlace } from '../schema-place.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, installFlags, valueFlags } from '../flag-sets.ts'
import { isPostRendered } from '../secret-reading.ts'

/** `pintle template`: renders a chart as `helm template` does, without a cluster unless --dry-run=server asks for one. */
export const template: Command = {
  use: 'template [NAME] [CHART] [flags]',
  long: `Renders a chart's templates and prints the manifests in the order they would be installed, then the hooks.

Nothing is asked of a cluster: lookups are empty, and .Capabilities holds Helm's defaults, which --kube-version and
--api-versions change. With --dry-run=server the cluster answers both, and may reject.`,
  examples: `pintle template shop ./charts/shop -f values-prod.yaml
pintle template shop ./charts/shop --show-only templates/deployment.yaml`,
  flags: [
    ...installFlags.map((f) => (f.name === 'hide-notes' || f.name === 'render-subchart-notes' ? { ...f, hidden: true, deprecated: "this flag has no effect for 'helm template' and will be removed in Helm 5" } : f)),
    ...valueFlags,
    ...chartFlags,
    { name: 'show-only', short: 's', type: 'stringArray', usage: 'print only the manifests of these templates (a path or pattern)' },
    { name: 'output-dir', type: 'string', usage: 'write one file a template below this folder instead of printing' },
    { name: 'validate', type: 'bool', usage: '', deprecated: "use '--dry-run=server' instead" },
    { name: 'validate-schemas', type: 'bool', usage: 'validate every object against the schemas of --kube-version and of the chart\'s own definitions; print nothing when one does not fit' },
    { name: 'cluster-schemas', type: 'bool', usage: 'with --validate-schemas, take the definitions of custom resources from the cluster, after those of the chart' },
    { name: 'schema-location', type: 'stringArray', usage: 'where JSON schemas of custom resources lie, for --validate-schemas' },
    { name: 'include-crds', type: 'bool', usage: 'print the CRDs of the chart too' },
    { name: 'skip-tests', type: 'bool', usage: 'leave the test hooks out' },
    { name: 'is-upgrade', type: 'bool', usage: 'render as for an upgrade' },
    { name: 'kube-version', type: 'string', usage: 'Kubernetes version of .Capabilities.KubeVersion' },
    { name: 'api-versions', short: 'a', type: 'strings', usage: 'API versions added to .Capabilities.APIVersions' },
    { name: 'release-name', type: 'bool', usage: "put the release's name into the paths below --output-dir" },
    { name: 'dry-run', type: 'string', noValue: 'unset', default: 'client', usage: "'client', or 'server' to ask the cluster", completes: ['client', 'server'] },
  ],
  printsValues: true,
  args: [1, Number.POSITIVE_INFINITY],
  completes: ['name', 'chart', 'none...'],
  exclusive: [['force-replace', 'force-conflicts'], ['force', 'force-conflicts'], ['validate', 'dry-run']],
  async run(context) {
    const { flags, settings, shared } = context
    const kubeVersion = flags.string('kube-version') === '' ? undefined : kubeVersionOf(flags.string('kube-version'))
    const postRender = isPostRendered(context) ? (await import('../post-renderer.ts')).postRendererOf(context) : undefined
    if (dryRun(context) === 'server') {
      const { templateOnServer } = await import('../template-server.ts')
      return templateOnServer(context, (rendered, release) => print(context, rendered, release), postRender)
    }
    const { name, chart, values } = await chartFromArgs(context, { defaultName: 'release-name', lazyFiles: true, command: 'template' })
    checkReleaseName(name)
    const capabilities = defaultCapabilities({ ...(kubeVersion ? { kubeVersion } : {}), apiVersions: flags.list('api-versions') })
    let rendered: Rendered
    try {
      rendered = renderChart(chart, {
        release: { name, namespace: await contextNamespace(settings), isUpgrade: flags.bool('is-upgrade') },
        values,
        capabilities,
        skipSchemaValidation: flags.bool('skip-schema-validation'),
        includeCrds: flags.bool('include-crds'),
        trace: flags.bool('validate-schemas'),
        ...(shared && { engine: shared.engine }),
      })
    } catch (error) {
      if (isPintleError(error, 'values.schema')) throw await withSchemaPlace(context, chart, error)
      throw withDebug(context, error, name)
    }
    if (postRender !== undefined) rendered = await postRender(rendered).catch((error: unknown) => { throw withDebug(context, error, name) })
    if (flags.bool('validate-schemas')) await validate(context, chart, rendered, capabilities.kubeVersion.version)
    print(context, rendered, name)
    return 0
  },
}

/** Refuses to print objects that a server of the version would refuse. */
async function validate(context: CommandContext, chart: Chart, rendered: Rendered, kubernetesVersion: string): Promise<void> {
  const { flags, out, signal } = context
  const definitions = flags.bool('cluster-schemas') ? await (await import('../cluster-definitions.ts')).clusterDefinitions(context) : []
  const { checkObjects, placedText } = await import('../../../charts/checks/index.ts')
  const { findings } = await checkObjects(chart, rendered, { kubernetesVersion, definitions, schemaLocations: flags.list('schema-location'), signal })
  const wrong = findings.filter((f) => f.severity === 'error')
  for (const finding of findings) if (finding.severity !== 'error') out.note(placedText(finding))
  if (wrong.length > 0) throw new PintleError('chart.objects', `${wrong.length} fault(s) in what the chart renders, for Kubernetes ${kubernetesVersion}:\n${wrong.map(placedText).join('\n')}`, { details: { objects: wrong } })
}

function kubeVersionOf(text: string) {
  try {
    return parseKubeVersion(text)
  } catch (error) {
    throw new PintleError('usage', `invalid kube version '${text}': ${(error as Error).message}`)
  }
}

/** Helm's --dry-run of template: never "none". Upstream: cmdGetDryRunFlagStrategy in pkg/cmd/helpers.go. */
function dryRun({ flags, out }: CommandContext): 'client' | 'server' {
  if (flags.bool('validate')) return 'server'
  const value = flags.string('dry-run')
  if (value === 'client' || value === 'server') return value
  if (value === 'unset') {
    out.warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")
    return 'client'
  }
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return 'client'
  const known = /^(none|0|f|F|FALSE|false|False)$/.test(value) ? 'Must be "server" or "client"' : 'Must be "none", "server", or "client"'
  throw new PintleError('usage', `invalid dry-run value (${JSON.stringify(value)}). ${known}`)
}

/** After a failure past rendering, Helm offers (and with --debug prints) what was rendered. */
function withDebug(context: CommandContext, error: unknown, release: string): unknown {
  if (!isPintleError(error)) return error
  const late = error.code === 'yaml.parse' || error.code.startsWith('template.') || error.message.startsWith('chart requires kubeVersion')
  if (!late) return error
  if (context.settings.debug) {
    print(context, { manifest: String(error.details?.manifest ?? ''), hooks: [] }, release, error)
    return error
  }
  return new PintleError(error.code, `${error.message}${useDebug}`, {
    cause: error.cause,
    ...(error.place ? { place: error.place } : {}),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}

const useDebug = '\n\nUse --debug flag to render out invalid YAML'

/** Prints or writes what was rendered; after a `failure` (with --debug) what there is of it. Upstream: newTemplateCmd in pkg/cmd/template.go. */
function print({ flags, out, settings, memory }: CommandContext, rendered: Pick<Rendered, 'manifest' | 'hooks'> & Partial<Rendered>, release: string, failure?: PintleError): void {
  const directory = flags.string('output-dir')
  const hooks = flags.bool('no-hooks') ? [] : rendered.hooks.filter((hook) => !(flags.bool('skip-tests') && hook.events.includes('test')))
  let text: string
  if (directory === '') {
    text = manifestText(rendered.manifest, hooks)
  } else {
    const below = flags.bool('release-name') ? join(directory, release) : directory
    const files = new ManifestFiles((path) => out.line(`wrote ${path}`), memory?.written)
    try {
      if (flags.bool('include-crds')) for (const crd of rendered.chart?.crds() ?? []) files.write(directory, crd.fileName, crd.file.text)
      for (const m of rendered.manifests ?? []) files.write(below, m.path, m.content)
    } catch (error) {
      if (isPintleError(error) && !settings.debug) throw new PintleError(error.code, `${error.message}${useDebug}`, { cause: error })
      throw error
    }
    for (const hook of hooks) files.add(below, hook.path, hook.manifest)
    text = '\n' // Helm prints the (empty) manifest all the same.
  }
  const patterns = flags.list('show-only')
  if (patterns.length === 0) {
    out.write(text)
    return
  }
  const documents = splitManifests(text)
  const chosen: string[] = []
  for (const pattern of patterns) {
    const found = documents.filter((d) => {
      const source = /# Source: [^/]+\/(.+)/.exec(d)?.[1]
      return source !== undefined && matches(pattern, source)
    })
    if (found.length === 0) throw failure ?? new PintleError('usage', `could not find template ${pattern} in chart`, { hint: 'Paths are relative to the chart: templates/deployment.yaml' })
    chosen.push(...found)
  }
  out.write(chosen.map((d) => `---\n${d}\n`).join(''))
}

/** A malformed pattern matches nothing. */
function matches(pattern: string, path: string): boolean {
  try {
    return matchPath(pattern, path)
  } catch {
    return false
  }
}
