import { PintleError, isPintleError } from '../../errors/index.ts'
import { defaultCapabilities, parseKubeVersion, type Chart, type Table } from '../../charts/chart/index.ts'
import { renderChart, type Rendered } from '../../charts/render/index.ts'
import { checkReleaseName, loadInstallable, locateChart } from './chart-args.ts'
import type { CommandContext, Session } from './command.ts'
import { contextNamespace } from './context-namespace.ts'
import { chartFlags, kustomizeFlag, timeoutFlag, valueFlags } from './flag-sets.ts'
import type { FlagSpec } from './flags.ts'
import { manifestText } from './manifest-text.ts'
import { withSchemaPlace } from './schema-place.ts'
import { isPostRendered } from './secret-reading.ts'

/** Flags of the commands that render a chart to compare it. */
export const diffRenderFlags: readonly FlagSpec[] = [
  ...valueFlags, ...chartFlags,
  { name: 'include-crds', type: 'bool', usage: 'compare the CRDs of the chart too' },
  { name: 'enable-dns', type: 'bool', usage: 'templates may look names up in DNS' },
  { name: 'skip-schema-validation', type: 'bool', usage: "do not check values against the chart's schema" },
  { name: 'api-versions', short: 'a', type: 'strings', usage: 'API versions added to .Capabilities.APIVersions' },
  { name: 'kube-version', type: 'string', usage: 'Kubernetes version of .Capabilities.KubeVersion' },
  { name: 'post-renderer', type: 'stringArray', placeholder: 'string', usage: 'plugin (or command, as in Helm 3, or kustomize:DIR) that may change what was rendered' },
  kustomizeFlag,
  { name: 'post-renderer-args', type: 'stringArray', usage: 'argument for the post-renderer; can be repeated' },
  { ...timeoutFlag, usage: 'longest a post-renderer may take' },
  { name: 'take-ownership', type: 'bool', usage: '', hidden: true },
]

export interface DiffRender {
  readonly name: string
  readonly chart: Promise<Chart>
  readonly values: Table
  readonly isUpgrade: boolean
  readonly noHooks?: boolean
}

/** Begins to load a chart, so that a cluster can be asked meanwhile; what goes wrong is told where it is waited for. */
export function chartForDiff(context: CommandContext, reference: string): Promise<Chart> {
  const loading = locateChart(reference, context, { command: 'template' }).then((path) => loadInstallable(path, context))
  loading.catch(() => {})
  return loading
}

/** What `helm template` would print, without a cluster. */
export async function renderOffline(context: CommandContext, { name, chart: loading, values, isUpgrade, noHooks }: DiffRender): Promise<string> {
  const { flags, settings, shared } = context
  const postRender = await postRendererOf(context)
  const chart = await loading
  checkReleaseName(name)
  const kubeVersion = flags.string('kube-version') === '' ? undefined : kubeVersionOf(flags.string('kube-version'))
  let rendered: Rendered
  try {
    rendered = renderChart(chart, {
      release: { name, namespace: await contextNamespace(settings), isUpgrade },
      values,
      capabilities: defaultCapabilities({ ...(kubeVersion && { kubeVersion }), apiVersions: flags.list('api-versions') }),
      skipSchemaValidation: flags.bool('skip-schema-validation'),
      includeCrds: flags.bool('include-crds'),
      ...(shared && { engine: shared.engine }),
    })
    if (postRender !== undefined) rendered = await postRender(rendered)
  } catch (error) {
    if (isPintleError(error, 'values.schema')) throw await withSchemaPlace(context, chart, error)
    throw withDebugHint(context, error)
  }
  return printed(rendered, noHooks)
}

/** What `helm template --dry-run=server` would print. */
export async function renderOnline(context: CommandContext, session: Session, { name, chart: loading, values, isUpgrade, noHooks }: DiffRender): Promise<string> {
  const postRender = await postRendererOf(context)
  const chart = await loading
  checkReleaseName(name)
  const { renderOnServer } = await import('./template-server.ts')
  try {
    return printed(await renderOnServer(context, session, { name, chart, values, isUpgrade, postRender }), noHooks)
  } catch (error) {
    if (isPintleError(error, 'values.schema')) throw await withSchemaPlace(context, chart, error)
    throw withDebugHint(context, error)
  }
}

const postRendererOf = async (context: CommandContext) => (isPostRendered(context) ? (await import('./post-renderer.ts')).postRendererOf(context) : undefined)

/** What Helm says of a chart it pulls stands on its standard output, and helm-diff takes lines like it out (stripOCIPullProgress in cmd/helm.go). */
const printed = ({ manifest, hooks }: Rendered, noHooks = false): string => manifestText(manifest, noHooks ? [] : hooks).replace(/^(?:Pulled|Digest|Pulling):[^\n]*\n?/gm, '')

function kubeVersionOf(text: string) {
  try {
    return parseKubeVersion(text)
  } catch (error) {
    throw new PintleError('usage', `invalid kube version '${text}': ${(error as Error).message}`)
  }
}

/** `helm template` ends its late failures with this. */
function withDebugHint({ out }: CommandContext, error: unknown): unknown {
  if (!out.plain || !isPintleError(error)) return error
  const late = error.code === 'yaml.parse' || error.code.startsWith('template.') || error.message.startsWith('chart requires kubeVersion')
  return late ? new PintleError(error.code, `${error.message}\n\nUse --debug flag to render out invalid YAML`, { cause: error }) : error
}
